"""The first person of an installation, and the password that is shown once and stored nowhere."""

import secrets

from django.contrib.auth.models import User

FIRST_NAME = "admin"


def first_user() -> User:
    """The oldest superuser; a new one, who cannot sign in before `first_password`, where there is none."""
    found = User.objects.filter(is_superuser=True).order_by("pk").first()
    # stray: accounts are Django's own, and this one is made before there is anybody who could send a command
    return found or User.objects.create_superuser(FIRST_NAME)


def first_password(user: User) -> str | None:
    """A random password, set now, for somebody who has none; None where one was set before."""
    if user.has_usable_password():
        return None
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])  # stray: see first_user
    return password
