from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from django.db import transaction

from cqrs import LeaseLostError, NotYetError
from reconciliation.models.imports import Import, ImportStatus
from reconciliation.models.shared_lock import shared_lock


class ImportTakenOverError(Exception):
    """Another worker has taken the import up, or its project is gone: this worker's rows are no longer wanted."""


class ImportCancelledError(Exception):
    """A person does not want the import any more."""


@dataclass(frozen=True)
class ImportClaim:
    """One worker's hold on an import. Taking it again, after a crash, ends the hold of whoever had it before."""

    import_id: int
    attempt: int
    tries: int

    @classmethod
    def take(cls, project_id: int, import_id: int) -> Self | None:
        """Nothing when there is nothing to do: committed, failed or discarded already, or deleted."""
        with transaction.atomic():
            found = Import.objects.select_for_update().filter(project_id=project_id, pk=import_id).first()
            if found is None or found.status not in (ImportStatus.QUEUED, ImportStatus.READING):
                return None
            found.status = ImportStatus.READING
            found.attempt += 1
            found.tries += 1
            found.progress = 0
            found.save(update_fields=["status", "attempt", "tries", "progress"])
        return cls(import_id, found.attempt, found.tries)

    def update(self, **columns: object) -> None:
        """Change the import's row, which stays locked until the transaction ends, or raise."""
        if not Import.objects.filter(pk=self.import_id, attempt=self.attempt).update(**columns):
            raise ImportTakenOverError(str(self.import_id))

    def hold(self) -> None:
        """Keep the import from being taken over until the transaction ends, or raise. Others may hold it as well."""
        if not shared_lock(Import.objects.filter(pk=self.import_id, attempt=self.attempt)):
            raise ImportTakenOverError(str(self.import_id))

    def refuse_cancelled(self) -> None:
        if Import.objects.filter(pk=self.import_id, cancel_requested=True).exists():
            raise ImportCancelledError(str(self.import_id))

    @contextmanager
    def noting_errors(self) -> Iterator[None]:
        """Leave on the row what stopped this attempt, for whoever reads why it takes so long."""
        try:
            yield
        except (LeaseLostError, ImportTakenOverError, ImportCancelledError):
            raise
        except NotYetError:  # the worker was told to stop, which says nothing against the file
            self.update(tries=self.tries - 1)
            raise
        except Exception as error:
            self.update(error=f"{type(error).__name__}: {error}")
            raise
