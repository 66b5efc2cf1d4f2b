"""What the library reads without asking the log each time."""

from django.db.models import F

from cqrs.projections import Intake, Projection
from tests.cqrs.library.events import BookLent, BookReturned
from tests.cqrs.library.models import ReaderLoans


class Loans(Projection[ReaderLoans], name="library.loans"):
    """How many books each reader has had and has now."""


@Loans.takes(BookLent)
def count_loan(event: BookLent, into: Intake[ReaderLoans]) -> None:
    if event.reader == "Poison":
        raise ValueError("No row can be made of this.")
    loans, _ = into.rows.get_or_create(reader=event.reader)
    into.rows.filter(pk=loans.pk).update(borrowed=F("borrowed") + 1, out=F("out") + 1)


@Loans.takes(BookReturned)
def count_return(event: BookReturned, into: Intake[ReaderLoans]) -> None:
    into.rows.filter(reader=event.reader).update(out=F("out") - 1)
