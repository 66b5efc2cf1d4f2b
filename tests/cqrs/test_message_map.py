"""The map of messages, and the command that prints it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def output(*arguments: str) -> str:
    stream = StringIO()
    call_command("messages", *arguments, stdout=stream)
    return stream.getvalue()


def test_json_tells_all_of_a_message() -> None:
    """Tools read who answers a message and who may send it."""
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in json.loads(output("--json"))}

    assert rows["PlaceOrder"]["says"] == "Order something."
    assert rows["PlaceOrder"]["requires"] == "signed in"
    assert rows["PlaceOrder"]["handlers"] == ["tests.cqrs.shop.commands.place_order.place_order"]
    assert rows["OrderPlaced"]["workers"] == ["shop.pack", "shop.post_to_ledger", "shop.send_receipt"]
    assert rows["OrderPacked"]["says"] == ""


def test_the_list_names_handlers_and_reactions() -> None:
    """A person reads who answers and who reacts."""
    text = output()

    assert "handled by: tests.cqrs.shop.queries.get_order.get_order" in text
    assert "subscriber: tests.cqrs.shop.subscribers.count_order" in text


def test_mermaid_draws_reactions() -> None:
    """Dotted in the transaction, full after the commit."""
    text = output("--mermaid")

    assert text.startswith("flowchart LR\n")
    assert 'OrderPlaced -.-> tests_cqrs_shop_subscribers_count_order["tests.cqrs.shop.subscribers.count_order"]' in text
    assert 'OrderPacked ==> shop_ship["shop.ship"]' in text


def test_the_kept_page_is_checked(tmp_path: Path) -> None:
    """A page as written passes, a stale or missing one fails with what to do."""
    page = tmp_path / "messages.md"
    with pytest.raises(CommandError, match="--write"):
        output("--check", str(page))
    output("--write", str(page))
    output("--check", str(page))
    assert "| `PlaceOrder` | Order something. | signed in |" in page.read_text()

    page.write_text(page.read_text() + "x")
    with pytest.raises(CommandError, match="stale"):
        output("--check", str(page))
