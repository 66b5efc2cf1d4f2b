"""What happens about the folders from which files are picked up."""

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import ImportId, SourceId


class PickUpSet(Event, version=1):
    """An admin had a folder looked into by itself, or stopped that."""

    project_id: ProjectId
    source_id: SourceId
    url: str
    pattern: str
    every_minutes: int
    enabled: bool


class PickUpDue(Event, version=1):
    """It is time to look into a source's folder, or a person wants it looked into now."""

    project_id: ProjectId
    source_id: SourceId


class FilesSettling(Event, version=1):
    """Files were seen that may still be written: they are looked at once more in a moment."""

    project_id: ProjectId
    source_id: SourceId


class PickedFileWaits(Event, version=1):
    """A file was picked up but not imported: a person has to look at its proposal first."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    reason: str


class PickedFileRefused(Event, version=1):
    """A file of the folder is not imported; it is looked at again only when it changes."""

    project_id: ProjectId
    source_id: SourceId
    file_name: str
    reason: str


class PickUpFailed(Event, version=1):
    """The folder could not be read; it is tried again when it is due again."""

    project_id: ProjectId
    source_id: SourceId
    reason: str
