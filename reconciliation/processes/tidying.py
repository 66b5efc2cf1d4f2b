"""Removing what was uploaded and never used, once a day from the first upload on."""

from datetime import timedelta

from cqrs import Actor, acting_as
from cqrs.processes import Process, on
from reconciliation.commands.sweep_uploads import SweepUploads
from reconciliation.events import FileUploaded, SweepDue, UploadStarted

ACTOR = Actor.system("sweep")
A_DAY = timedelta(days=1)


def _all(_event: FileUploaded | UploadStarted | SweepDue) -> str:
    return "uploads"


class Tidying(Process, name="reconciliation.tidying"):
    """One sweep is always planned; each plans the next as it begins, however it ends."""

    @on(FileUploaded, key=_all, starts=True)
    @on(UploadStarted, key=_all, starts=True)
    def begin(self, _event: FileUploaded | UploadStarted) -> None:
        if "sweep" not in self.timeouts:
            self._plan()

    @on(SweepDue, key=_all)
    def plan_the_next(self, _event: SweepDue) -> None:
        self._plan()

    def _plan(self) -> None:
        with acting_as(ACTOR):
            self.send_after(A_DAY, SweepUploads(), timeout="sweep")
