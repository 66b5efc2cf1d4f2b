"""Who acts, and what an actor must be to send a message (`requires=`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from cqrs.errors import NotAllowedError


class SignedInUser(Protocol):
    """What we need of Django's user; AnonymousUser has it too."""

    @property
    def pk(self) -> Any: ...
    @property
    def is_authenticated(self) -> Any: ...
    def get_username(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a part of the system, or nobody we know."""

    kind: Literal["user", "system", "anonymous"]
    user_id: int | None
    name: str

    @classmethod
    def user(cls, user: SignedInUser) -> Self:
        return cls("user", user.pk, user.get_username()) if user.is_authenticated else cls.anonymous()

    @classmethod
    def system(cls, name: str) -> Self:
        return cls("system", None, name)

    @classmethod
    def anonymous(cls) -> Self:
        return cls("anonymous", None, "anonymous")


# Raises NotAllowedError or NotFoundError when the actor may not send the message.
Requirement = Callable[[Any, Actor], None]


def anyone(_message: object, _actor: Actor) -> None:
    """No requirement, said out loud."""


def signed_in(_message: object, actor: Actor) -> None:
    """A person who signed in, or the system itself."""
    if actor.kind == "anonymous":
        raise NotAllowedError("Sign in first.")


def system_only(_message: object, actor: Actor) -> None:
    """A worker or another part of the system; no person sends this."""
    if actor.kind != "system":
        raise NotAllowedError("Only the system itself does this.")
