"""What happens in the library."""

from cqrs import Event


class BookLent(Event):
    book_id: int
    reader: str


class BookReturned(Event):
    book_id: int
    reader: str


class BookLost(Event):
    book_id: int
    reader: str


class LetterWritten(Event):
    book_id: int
    reader: str
