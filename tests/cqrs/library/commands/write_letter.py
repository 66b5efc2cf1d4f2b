from cqrs import Command, event_bus, system_only
from tests.cqrs.library.events import LetterWritten
from tests.cqrs.library.models import Letter


class WriteLetter(Command[None], requires=system_only):
    """Write to a reader about a book."""

    book_id: int
    reader: str
    text: str


@WriteLetter.handler
def write_letter(command: WriteLetter) -> None:
    Letter.objects.create(reader=command.reader, text=command.text)
    event_bus.publish(LetterWritten(book_id=command.book_id, reader=command.reader))
