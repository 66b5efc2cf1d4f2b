"""What the library wants done over time."""

from datetime import timedelta

from cqrs import command_bus
from cqrs.processes import Process, on
from tests.cqrs.library.commands.write_letter import WriteLetter
from tests.cqrs.library.events import BookLent, BookLost, BookReturned, LetterWritten

LOAN, PATIENCE = timedelta(days=14), timedelta(days=7)


def _book(event: BookLent | BookReturned | BookLost | LetterWritten) -> str:
    return f"book:{event.book_id}"


class Overdue(Process, name="library.overdue"):
    """A book that is not back in time is asked for twice, then thanked for or given up."""

    letters: int = 0

    @on(BookLent, key=_book, starts=True)
    def wait(self, event: BookLent) -> None:
        self.send_after(LOAN, _reminder(event.book_id, event.reader), timeout="reminder")

    @on(LetterWritten, key=_book)
    def insist(self, event: LetterWritten) -> None:
        self.letters += 1
        if self.letters < 2:  # after the second one it is given up
            self.send_after(PATIENCE, _reminder(event.book_id, event.reader), timeout="reminder")
        else:
            self.end()

    @on(BookReturned, key=_book)
    def thank(self, event: BookReturned) -> None:
        self.end()
        if self.letters:
            thanks = WriteLetter(book_id=event.book_id, reader=event.reader, text="Thank you, at last.")
            command_bus.dispatch(thanks)

    @on(BookLost, key=_book)
    def give_up(self, _event: BookLost) -> None:
        self.end()


def _reminder(book_id: int, reader: str) -> WriteLetter:
    return WriteLetter(book_id=book_id, reader=reader, text="Please bring it back.")
