"""The verbs of `manage.py events` that are about the log as a whole."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError

from cqrs.models import IdempotencyRecord, StoredEvent
from tests.cqrs.log.conftest import LATER, write
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

    def test_fails_where_there_is_nothing(self) -> None:
        """A mistyped stream, or one that somebody deleted whole, is not one that holds."""
        write("order:1")

        assert "1 events of 1 streams" in events("verify", "--stream", "order:1")
        with pytest.raises(CommandError, match="No event belongs to order:2"):
            events("verify", "--stream", "order:2")


class TestArchive:
    @pytest.fixture(autouse=True)
    def _files(self, storage: Path) -> None:
        """The archives of a test end with it."""

    def test_says_what_can_no_longer_be_replayed(self) -> None:
        """By name, with the subscribers that it is out of reach for."""
        for _ in range(3):
            write(name="OrderPlaced")

        told = events("archive", "--before", "2026-11-24")

        assert "2 events moved out of the log; new archive: events/2026" in told
        assert "can no longer be replayed: 2 OrderPlaced, to 3 subscribers" in told
        assert "stay: 1 the newest of their streams" in told
        assert "every chain holds" in events("verify")

    def test_counts_days_back_from_now(self) -> None:
        """The storage's clock stands one day after the events."""
        write()
        write()

        assert json.loads(events("archive", "--days", "2", "--json"))["gone"] == {}
        assert "0 events moved" in events("archive", "--days", "2")
        assert "1 events moved" in events("archive", "--days", "0")

    @pytest.mark.parametrize(
        ("option", "value", "why"),
        [
            ("--days", "-5", "no number of days"),
            ("--days", "9999999999", "no number of days"),
            ("--before", "soon", "no day like"),
        ],
    )
    def test_refuses_what_is_no_time_in_the_past(self, option: str, value: str, why: str) -> None:
        """A slip of the sign would move out what was published a moment ago."""
        write()
        write()

        with pytest.raises(CommandError, match=why):
            events("archive", f"{option}={value}")
        assert StoredEvent.objects.count() == 2

    def test_forgets_old_idempotency_keys(self) -> None:
        """A key counts for a day."""
        shared = {"sender": "user:1", "command": "C", "fingerprint": "f", "answer": "1"}
        IdempotencyRecord.objects.create(key="old", at=LATER - timedelta(hours=25), **shared)
        IdempotencyRecord.objects.create(key="new", at=LATER - timedelta(hours=23), **shared)

        assert "1 idempotency keys forgotten" in events("archive", "--days", "9")
        assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["new"]
