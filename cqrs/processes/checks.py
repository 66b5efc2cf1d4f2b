"""System checks of the processes."""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from django.core.checks import CheckMessage, Error, register

from cqrs.encoding import unencodable_fields
from cqrs.processes.declaration import Process, processes


@register("cqrs")
def check_processes(**_: Any) -> list[CheckMessage]:
    """Each process begins with some event, with a state that has a start and comes back from the database as it was."""
    return [error for process in processes.values() for error in _check(process)]


def _check(process: type[Process]) -> Iterable[CheckMessage]:
    name = process.__name__
    if not any(reaction.starts for reaction in process.reactions.values()):
        hint = "@on(SomeEvent, key=..., starts=True)"
        yield Error(f"No event starts {name}.", hint=hint, obj=process, id="cqrs.E022")
    if lost := unencodable_fields(process):
        hint = "Remember ids and plain values."
        yield Error(f"{name} cannot remember {', '.join(lost)}.", hint=hint, obj=process, id="cqrs.E023")
    for each in fields(process):
        if each.default is MISSING and each.default_factory is MISSING:
            hint = f"{each.name}: ... = ..."
            yield Error(f"{name} does not say how {each.name} starts.", hint=hint, obj=process, id="cqrs.E024")
