"""The messages as an AsyncAPI 3.0 document, from the same registry that runs them."""

from typing import Any

import msgspec

from cqrs.registry import Kind, registry
from cqrs.seeing.message_map import MessageRow, rows

_REF = "#/components/schemas/{name}"
_ASYNCHRONOUS: tuple[Kind, ...] = ("event", "command")


def asyncapi(title: str, version: str) -> dict[str, Any]:
    """A channel per event and command: we send events, each worker receives them; commands may be sent to the workers.

    Subscribers and queries are calls inside the process, and no part of it.
    """
    entries = [entry for kind in _ASYNCHRONOUS for entry in registry.of_kind(kind)]
    described, schemas = msgspec.json.schema_components([entry.type for entry in entries], ref_template=_REF)
    told = {row.name: row for row in rows() if row.kind in _ASYNCHRONOUS}
    messages = {
        entry.name: _message(told[entry.name], schema) for entry, schema in zip(entries, described, strict=True)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": version},
        "defaultContentType": "application/json",
        "channels": {name: _channel(told[name]) for name in messages},
        "operations": {name: operation for row in told.values() for name, operation in _operations(row)},
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(row: MessageRow, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row.name,
        "title": f"{row.name} version {row.version}" if row.version > 1 else row.name,
        "summary": row.says,
        "tags": [{"name": row.app}, {"name": row.kind}],
        "payload": schema,
    }


def _channel(row: MessageRow) -> dict[str, Any]:
    reference = {"$ref": f"#/components/messages/{row.name}"}
    return {"address": f"{row.app}.{row.kind}.{row.name}", "messages": {row.name: reference}}


def _operations(row: MessageRow) -> list[tuple[str, dict[str, Any]]]:
    channel = {"$ref": f"#/channels/{row.name}"}
    if row.kind == "command":
        return [(f"handle {row.name}", {"action": "receive", "channel": channel, "summary": row.says})]
    receiving = [(f"{key} receives {row.name}", {"action": "receive", "channel": channel}) for key in row.workers]
    return [(f"publish {row.name}", {"action": "send", "channel": channel, "summary": row.says}), *receiving]
