"""The messages as an AsyncAPI document.

schemas/asyncapi-3.0.0.json.gz is the AsyncAPI Initiative's JSON schema from its package @asyncapi/specs 6.11.1 (Apache
licence 2.0), without its examples.
"""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command

SCHEMA = Path(__file__).parent / "schemas" / "asyncapi-3.0.0.json.gz"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What the command prints for all apps of the installation."""
    out = io.StringIO()
    call_command("messages", "--asyncapi", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def references(part: Any) -> set[str]:
    """All of them, however deep."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(each) for each in part.values()))
    return set().union(*(references(each) for each in part)) if isinstance(part, list) else set()


def test_is_valid(document: dict[str, Any]) -> None:
    """The schema of AsyncAPI 3.0 finds nothing wrong with it."""
    schema = json.loads(gzip.decompress(SCHEMA.read_bytes()))
    problems = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]

    assert problems == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """Channels to messages, operations to channels, payloads to schemas."""
    found = references(document)
    for reference in found:
        part = document
        for name in reference.removeprefix("#/").split("/"):
            assert name in part, reference
            part = part[name]

    assert "#/components/schemas/OrderPlaced" in found


def test_we_send_events_and_each_worker_receives_them(document: dict[str, Any]) -> None:
    """The operations are the publishing and one for each durable subscriber."""
    channel = {"$ref": "#/channels/OrderPlaced"}
    mine = {name: each["action"] for name, each in document["operations"].items() if each["channel"] == channel}

    assert mine == {
        "publish OrderPlaced": "send",
        "shop.send_receipt receives OrderPlaced": "receive",
        "shop.post_to_ledger receives OrderPlaced": "receive",
        "shop.pack receives OrderPlaced": "receive",
    }


def test_a_payload_is_described_as_it_is_stored(document: dict[str, Any]) -> None:
    """Fields with their JSON types; money is text."""
    schema = document["components"]["schemas"]["OrderPlaced"]

    assert schema["required"] == ["order_id", "customer", "total"]
    assert schema["properties"]["total"] == {"type": "string", "format": "decimal"}
    assert document["components"]["messages"]["OrderPlaced"]["summary"] == "Somebody ordered something."
