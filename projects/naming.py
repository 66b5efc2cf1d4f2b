"""What holds of a project's name, whoever gives it."""

from collections.abc import Iterator

from cqrs import ConflictError

LONGEST_NAME = 200


class ProjectNameTakenError(ConflictError):
    """You already have a project with this name."""


def name_problems(name: str) -> Iterator[tuple[str, str]]:
    if not name.strip():
        yield "name", "Give the project a name."
    if len(name.strip()) > LONGEST_NAME:
        yield "name", f"A project's name has at most {LONGEST_NAME} characters."
