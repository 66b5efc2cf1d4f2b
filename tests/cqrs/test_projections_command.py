"""`manage.py projections`, and the command behind it."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from cqrs import Actor, InvalidMessageError, NotAllowedError, acting_as, command_bus
from cqrs.commands.rebuild_projection import RebuildProjection
from cqrs.models import StoredEvent, StreamAnchor
from cqrs.testing import drain
from tests.cqrs.library.projections import Loans
from tests.cqrs.test_projections import lend, publish, seen

pytestmark = pytest.mark.django_db(transaction=True)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("projections", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_lists_what_is_read_and_how_far_it_is() -> None:
    """Before the first event nothing is read; then the list counts what was taken in."""
    assert "library.loans" in told()
    publish(lend("Ada"), lend("Bob"))
    drain()
    publish(lend("Cleo"))

    assert "generation 1: 2 of 3 events" in " ".join(told("list").split())


def test_rebuilds_here() -> None:
    """The command returns once the new generation is read."""
    publish(lend("Ada"))
    drain()
    Loans.rows().update(borrowed=99)

    assert "Generation 2 of library.loans is read now." in told("rebuild", "library.loans")
    assert seen() == {"Ada": (1, 1)}


def test_has_a_worker_rebuild() -> None:
    """Queued, it happens with the next deliveries, and the log says who asked and what came of it."""
    publish(lend("Ada"))
    drain()
    Loans.rows().update(borrowed=99)
    told("rebuild", "library.loans", "--queue")
    assert seen() == {"Ada": (99, 1)}

    drain()

    assert seen() == {"Ada": (1, 1)}
    log = StoredEvent.objects.filter(stream="projection:library.loans").order_by("position")
    assert [(event.name, event.source) for event in log] == [
        ("ProjectionRebuildRequested", "cli"),
        ("ProjectionRebuilt", "worker"),
    ]


def test_refuses_what_is_no_projection() -> None:
    """The text names those that there are."""
    with pytest.raises(CommandError, match=r"no projection of this name.*library.loans"):
        told("rebuild", "library.lones")
    with acting_as(Actor.system("test")), pytest.raises(InvalidMessageError):
        command_bus.dispatch(RebuildProjection(name="library.lones"))


@pytest.mark.parametrize("options", [(), ("--queue",)])
def test_refuses_a_log_that_was_archived(options: tuple[str, ...]) -> None:
    """Both ways say it before anything is done, and how to go on without."""
    StreamAnchor.objects.create(
        stream="book:1",
        position=3,
        transaction_id=0,
        sequence=3,
        hash="",
        archive="archive/2026.jsonl",
        archived_at="2026-11-01T00:00Z",
    )

    with pytest.raises(CommandError, match=r"2026-11-01 only \(archive/2026.jsonl\).*--incomplete"):
        told("rebuild", "library.loans", *options)
    assert "is read now" in told("rebuild", "library.loans", "--incomplete")


def test_is_for_operators() -> None:
    """A person without staff rights has nothing rebuilt."""
    person = get_user_model().objects.create_user("anna")

    with acting_as(Actor.user(person)), pytest.raises(NotAllowedError):
        command_bus.dispatch(RebuildProjection(name="library.loans"))
