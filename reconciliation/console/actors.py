"""Who a command acts as: nothing is done by nobody."""

from django.contrib.auth.models import User

from reconciliation.console.command import RefusedError


def acting_user(name: str | None) -> User:
    """The named user; without a name the only active superuser, and a refusal where there is none or a choice."""
    users = User.objects.filter(is_active=True)
    if name is not None:
        found = users.filter(username=name).first()
        if found is None:
            raise RefusedError(f"There is no active user {name}. Name an existing one with --as USER.")
        return found
    superusers = list(users.filter(is_superuser=True)[:2])
    if len(superusers) != 1:
        count = "several superusers" if superusers else "no superuser"
        raise RefusedError(f"There is {count}: say with --as USER in whose name the project is worked on.")
    return superusers[0]
