"""What happens to files that arrive in parts, and to what nobody needs any more."""

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import SourceId, UploadId


class UploadStarted(Event, version=1):
    """A file begins to arrive in parts."""

    project_id: ProjectId
    source_id: SourceId
    upload_id: UploadId
    file_name: str
    size: int

    def stream(self) -> str:
        return f"upload:{self.upload_id}"


class UploadAbandoned(Event, version=1):
    """Its sender does not want the upload any more, or it was refused when it was complete."""

    project_id: ProjectId
    upload_id: UploadId

    def stream(self) -> str:
        return f"upload:{self.upload_id}"


class SweepDue(Event, version=1):
    """It is time to remove what was uploaded and never used."""

    def stream(self) -> str:
        return "uploads"


class UploadsSwept(Event, version=1):
    """Uploads that were never finished, and stored files that no import has, are gone."""

    uploads: int
    files: int

    def stream(self) -> str:
        return "uploads_swept"
