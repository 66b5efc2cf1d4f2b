"""What changed from one contract to another that rows or callers of the old one cannot live with."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Described = dict[str, Any]

_NAME = re.compile(r"[\w.]+")


def incompatibilities(old: Described, new: Described) -> list[str]:
    """What others, or stored rows, that keep to the old contract cannot live with in the new one; and what to do."""
    found = []
    for section in ("commands", "queries"):
        for name, before in old[section].items():
            found += [f"{name}: {each}" for each in _of_answered(before, new[section].get(name), old, new)]
    for name, before in old["events"].items():
        found += [f"{name}: {each}" for each in _of_event(name, before, new["events"].get(name), old, new)]
    return found


def _of_answered(before: Described, after: Described | None, old: Described, new: Described) -> Iterator[str]:
    if after is None:
        yield "it is gone. Keep it, with its name, until nobody sends it any more."
        return
    for change in _changes(before["fields"], after["fields"], old, new):
        yield f"{change}. Give a new field a default, and keep an old one until nobody sends it any more."


def _of_event(name: str, before: Described, after: Described | None, old: Described, new: Described) -> Iterator[str]:
    if after is None:
        yield f"it is gone, and stored ones cannot be read. Keep the class; if it is renamed, give it name={name!r}."
        return
    was, now = before["version"], after["version"]
    if now < was:
        yield f"its version went from {was} down to {now}. Versions only grow."
    elif now == was:
        for change in _changes(before["fields"], after["fields"], old, new):
            yield f"{change}. Make it version={now + 1} and write @{name}.upcaster(version={now})."
    for version in range(was, now):
        if version not in after["upcasters"]:
            yield f"version {version} cannot be read any more. Write @{name}.upcaster(version={version})."
    for key in sorted(set(before["workers"]) - set(after["workers"])):
        yield f"its worker {key} is gone, and deliveries may wait for it. Keep the key: @{name}.worker(key={key!r})."


def _changes(before: Mapping[str, str], after: Mapping[str, str], old: Described, new: Described) -> Iterator[str]:
    """Also within the dataclasses that the fields are made of."""
    yield from _field_changes(before, after)
    for name in sorted(_used(before, old["types"]) & _used(after, new["types"])):
        yield from (f"{name}: {change}" for change in _field_changes(old["types"][name], new["types"][name]))


def _field_changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    was, now = ({name.removesuffix("?"): kind for name, kind in each.items()} for each in (before, after))
    for name, kind in was.items():
        if name not in now:
            yield f"the field {name} is gone"
        elif now[name] != kind:
            yield f"the field {name} was {kind} and is {now[name]}"
        elif f"{name}?" in before and name in after:
            yield f"the field {name} may not be left out any more"
    for name in now:
        if name not in was and name in after:
            yield f"the new field {name} may not be left out"


def _used(fields: Mapping[str, str], types: Mapping[str, Mapping[str, str]]) -> set[str]:
    """The names of the dataclasses in these fields, and in theirs."""
    found: set[str] = set()
    looking = [fields]
    while looking:
        for kind in looking.pop().values():
            named = set(_NAME.findall(kind)) & types.keys()
            looking += [types[name] for name in named - found]
            found |= named
    return found
