"""System checks: what is wired wrongly stops the start, not a customer."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_type_hints

import msgspec
from django.core.checks import CheckMessage, Error, Tags, register

from cqrs.actor import Actor
from cqrs.caching.checks import check_policy, unreadable
from cqrs.container import services
from cqrs.context import Context
from cqrs.database import ALIAS, DELIVERY_TABLE, database
from cqrs.encoding import missing_upcasters, unencodable_fields
from cqrs.lease import Lease
from cqrs.models import Delivery
from cqrs.pipeline.idempotency import answer_type
from cqrs.registry import Entry, registry


@register("cqrs")
def check_messages(**_: Any) -> list[CheckMessage]:
    """Each message is answered once, says who may send it, and can be stored if it is an event."""
    errors: list[CheckMessage] = []
    for entry in registry.entries.values():
        errors += _check_event(entry) if entry.kind == "event" else _check_answered(entry)
        errors += _check_wishes(entry)
    names = Counter(entry.name for entry in registry.entries.values())
    errors += [
        Error(f"{count} messages are called {name}.", id="cqrs.E004") for name, count in names.items() if count > 1
    ]
    return [*errors, *_check_keys()]


def _check_keys() -> Iterable[CheckMessage]:
    """One function may react to several events under its one key; two functions may not share a key."""
    functions: dict[str, set[Callable[..., None]]] = {}
    for entry in registry.entries.values():
        for worker in entry.workers.values():
            functions.setdefault(worker.key, set()).add(worker.function)
    for key, sharing in functions.items():
        if len(sharing) > 1:
            yield Error(f"{len(sharing)} workers share the key {key}.", id="cqrs.E007")


def _check_answered(entry: Entry) -> Iterable[CheckMessage]:
    if len(entry.handlers) != 1:
        text = f"{entry.name} has {len(entry.handlers)} handlers; it needs exactly one."
        yield Error(text, hint=f"@{entry.name}.handler", obj=entry.type, id="cqrs.E001")
    if entry.requires is None:
        hint = f"class {entry.name}(..., requires=signed_in), or say `anyone` out loud."
        yield Error(f"{entry.name} does not say who may send it.", hint=hint, obj=entry.type, id="cqrs.E002")
    for handler in entry.handlers.values() if entry.kind == "command" and entry.transaction else ():
        if reason := unreadable(handler, msgspec.inspect.CustomType, of=answer_type):
            text = f"The answer of {entry.name} cannot be given again to a repeat under its key: {reason}."
            hint = "Answer dataclasses and plain values, annotated, or declare it with transaction=False."
            yield Error(text, hint=hint, obj=entry.type, id="cqrs.E012")
    yield from check_policy(entry)


def _check_event(entry: Entry) -> Iterable[CheckMessage]:
    if fields := unencodable_fields(entry.type):
        text = f"{entry.name} cannot be stored and read again: {', '.join(fields)}."
        yield Error(text, hint="Events carry ids and plain values.", obj=entry.type, id="cqrs.E003")
    for version in missing_upcasters(entry):
        text = f"{entry.name} version {version} can no longer be read: nothing makes version {version + 1} of it."
        yield Error(text, hint=f"@{entry.name}.upcaster(version={version})", obj=entry.type, id="cqrs.E010")
    for version in sorted(each for each in entry.upcasters if not 1 <= each < entry.version):
        text = f"{entry.name} has an upcaster from version {version}, but is at version {entry.version}."
        yield Error(text, hint="Raise the event's version.", obj=entry.type, id="cqrs.E011")


def _check_wishes(entry: Entry) -> Iterable[CheckMessage]:
    """Whatever a handler asks for, by type, can be given; a lease to a long worker only."""
    reacting = [each.function for each in entry.subscribers.values()]
    for function in (*entry.handlers.values(), *reacting):
        yield from _check_function(entry, function, {Actor, Context})
    for worker in entry.workers.values():
        yield from _check_function(entry, worker.function, {Actor, Context, Lease} if worker.long else {Actor, Context})


def _check_function(entry: Entry, function: Callable[..., Any], given: set[type]) -> Iterable[CheckMessage]:
    hints = get_type_hints(function)
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        wish = hints.get(parameter.name)
        known = wish in given or (wish is not None and wish in services)
        if parameter.default is parameter.empty and not known:
            text = f"{function.__name__} asks for {parameter.name}, which nobody can give it."
            hint = "Register the service in the function that CQRS_SERVICES names; a lease needs long=True."
            yield Error(text, hint=hint, obj=entry.type, id="cqrs.E005")


@register(Tags.database)
def check_deliveries(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """No row waits for a subscriber that is gone: `manage.py check --database default`."""
    if ALIAS not in (databases or ()):
        return []
    connection = database()
    if DELIVERY_TABLE not in connection.introspection.table_names():
        return []

    unfinished = Delivery.objects.exclude(status__in=[Delivery.Status.DONE, Delivery.Status.SKIPPED])
    gone = unfinished.exclude(subscriber_key__in=registry.workers()).values_list("subscriber_key", flat=True).distinct()
    hint = "Give the function its old name back as @Event.worker(key=...), or `manage.py events reassign` (or `skip`)."
    return [Error(f"Deliveries wait for {key}, which is gone.", hint=hint, id="cqrs.E006") for key in gone]
