from collections.abc import Iterator

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import PickUpSet
from reconciliation.folders import Folders
from reconciliation.ids import SourceId
from reconciliation.models import PickUp, Source, WhenDone

LONGEST_URL, LONGEST_PATTERN = 500, 200
A_WEEK = 7 * 24 * 60


class SetPickUp(Command[None], requires=project_role(Role.ADMIN)):
    """Have the files of a folder imported into a source by themselves, or stop that with `enabled` false.

    A file is imported once it has stopped changing, if the source's mapping fits and nothing is left open; else it
    waits as a proposal. Imported files are left where they are, or moved into the folder `done` beside them.
    """

    project_id: ProjectId
    source_id: SourceId
    url: str
    pattern: str = "*"
    every_minutes: int = 60
    when_done: str = WhenDone.LEAVE.value
    enabled: bool = True

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 0 < len(self.url) <= LONGEST_URL:
            yield "url", f"Give the folder's URL, such as file:///srv/inbox: at most {LONGEST_URL} characters."
        if not 0 < len(self.pattern) <= LONGEST_PATTERN or "/" in self.pattern:
            yield "pattern", "A pattern of file names, such as *.csv, without folders."
        if not 1 <= self.every_minutes <= A_WEEK:
            yield "every_minutes", f"Between 1 and {A_WEEK} minutes."
        if self.when_done not in list(WhenDone):
            yield "when_done", "Either leave or move."


@SetPickUp.handler
def set_pick_up(command: SetPickUp, actor: Actor, clock: Clock, folders: Folders) -> None:
    source = Source.in_project(command.project_id, command.source_id)
    folders.refuse_outside(command.url, command.project_id)
    PickUp.objects.update_or_create(
        source=source,
        defaults={
            "project_id": command.project_id,
            "url": command.url.rstrip("/"),
            "pattern": command.pattern,
            "every_minutes": command.every_minutes,
            "when_done": command.when_done,
            "enabled": command.enabled,
            "set_by_name": actor.name,
            "set_at": clock.now(),
            "error": "",
        },
    )
    event_bus.publish(
        PickUpSet(
            project_id=command.project_id,
            source_id=command.source_id,
            url=command.url,
            pattern=command.pattern,
            every_minutes=command.every_minutes,
            enabled=command.enabled,
        )
    )
