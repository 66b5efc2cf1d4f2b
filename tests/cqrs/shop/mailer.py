"""A service of the shop."""

from typing import Protocol


class Mailer(Protocol):
    def send(self, text: str) -> None: ...
    def knows(self, customer: str) -> bool: ...


class ListMailer:
    """Keeps what it was asked to send; raises instead while it is told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.sent: list[str] = []
        self.failure = failure

    def send(self, text: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(text)

    def knows(self, customer: str) -> bool:
        return any(customer in text for text in self.sent)
