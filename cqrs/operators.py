"""Who may look into the log and put deliveries right: people with staff rights, and the system itself."""

from django.contrib.auth import get_user_model

from cqrs.actor import Actor
from cqrs.errors import NotAllowedError


def operators(_message: object, actor: Actor) -> None:
    """Asked of the database each time: whoever loses the right loses it at once."""
    if actor.kind == "system":
        return
    staff = get_user_model()._default_manager.filter(pk=actor.user_id, is_active=True, is_staff=True)  # noqa: SLF001  # Django's documented name
    if actor.user_id is None or not staff.exists():
        raise NotAllowedError("Only the operators of this installation do this.")
