"""Who may look into the log and put deliveries right: people with staff rights, and the system itself."""

from django.contrib.auth import get_user_model

from cqrs.actor import Actor
from cqrs.errors import NotAllowedError


def operators(_message: object, actor: Actor) -> None:
    """Asked of the database each time: whoever loses the right loses it at once."""
    if actor.kind != "system" and not _is_staff(actor.user_id):
        raise NotAllowedError("Only the operators of this installation do this.")


def _is_staff(user_id: int | None) -> bool:
    if user_id is None:
        return False
    return get_user_model().objects.filter(pk=user_id, is_active=True, is_staff=True).exists()
