"""The verbs of `manage.py events` that are about the log as a whole."""

import pytest
from django.core.management import CommandError

from cqrs.models import StoredEvent
from tests.cqrs.log.conftest import write
from tests.cqrs.test_console import events

pytestmark = pytest.mark.django_db


class TestVerify:
    def test_says_how_much_holds(self) -> None:
        """The figures tell a pass from a look at nothing."""
        write("order:1")
        write("order:2")

        assert events("verify") == "2 events of 2 streams: every chain holds.\n"

    def test_fails_on_a_flaw(self) -> None:
        """For cron: the exit status says that something is wrong."""
        write()
        StoredEvent.objects.update(actor_name="nobody")

        with pytest.raises(CommandError, match="1 flaws in 1 events of 1 streams"):
            events("verify")
