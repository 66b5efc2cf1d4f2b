import re
from collections.abc import Iterator
from dataclasses import field
from datetime import date
from decimal import Decimal

from cqrs import Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import CutOverSet
from reconciliation.ids import SourceId
from reconciliation.models import ImportStatus, Source


class SourceHasFilesError(ConflictError):
    """Files were imported into the source already. Withdraw them first: a cut-over decides what of them is imported."""


class SetCutOver(Command[None], requires=project_role(Role.REVIEWER)):
    """Let a source begin on a day, with what the account stood at before it and, as opening items, what was open.

    Lines of its files that are dated before are accounted for, but become no records. Without a day there is none.
    """

    project_id: ProjectId
    source_id: SourceId
    cut_over_date: date | None
    opening_balances: dict[str, Decimal] = field(default_factory=dict)
    reason: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        for currency, amount in self.opening_balances.items():
            if not re.fullmatch(r"[A-Z]{3}", currency):
                yield "opening_balances", f"{currency!r} is no three-letter ISO code, such as EUR."
            if not amount.is_finite():
                yield "opening_balances", f"{amount} is no balance."
        if self.opening_balances and self.cut_over_date is None:
            yield "cut_over_date", "Of which day are the balances?"


@SetCutOver.handler
def set_cut_over(command: SetCutOver) -> None:
    source = Source.in_project(command.project_id, command.source_id)
    source = Source.objects.select_for_update().get(pk=source.pk)
    if source.imports.filter(status=ImportStatus.COMMITTED).exists():
        raise SourceHasFilesError(source.name)
    source.cut_over_date = command.cut_over_date
    source.opening_balances = {currency: f"{amount:f}" for currency, amount in command.opening_balances.items()}
    source.save(update_fields=["cut_over_date", "opening_balances"])
    event_bus.publish(
        CutOverSet(
            project_id=command.project_id,
            source_id=command.source_id,
            cut_over_date=command.cut_over_date,
            opening_balances=source.opening_balances,
            reason=command.reason,
        )
    )
