import re
from collections.abc import Iterator

from django.db import IntegrityError, transaction

from cqrs import Clock, Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import SourceAdded
from reconciliation.ids import Side, SourceId
from reconciliation.models import Source


class SourceNameTakenError(ConflictError):
    """The project already has a source with this name."""


class AddSource(Command[SourceId], requires=project_role(Role.PREPARER)):
    """Name a system that tells the story, and the side on which it is compared."""

    project_id: ProjectId
    side: Side
    name: str
    account: str = ""
    currency: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.side not in list(Side):
            yield "side", "A source is on the left or on the right side."
        if not self.name.strip():
            yield "name", "Give the source a name, such as the bank account's."
        for field in ("name", "account"):
            if len(getattr(self, field)) > 200:  # noqa: PLR2004  the column's length
                yield field, "At most 200 characters."
        if self.currency and not re.fullmatch(r"[A-Z]{3}", self.currency):
            yield "currency", "A currency is its three-letter ISO code, such as EUR."


@AddSource.handler
def add_source(command: AddSource, clock: Clock) -> SourceId:
    try:
        with transaction.atomic():
            source = Source.objects.create(
                project_id=command.project_id,
                side=command.side,
                name=command.name.strip(),
                account=command.account.strip(),
                currency=command.currency,
                created_at=clock.now(),
            )
    except IntegrityError as error:  # only the constraint on the name means this
        raise SourceNameTakenError(command.name) from error

    source_id = SourceId(source.pk)
    event_bus.publish(
        SourceAdded(project_id=command.project_id, source_id=source_id, side=source.side, name=source.name)
    )
    return source_id
