"""`manage.py events`: what operators see and do from a terminal."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cqrs import Actor, Context, acting_as, command_bus, console, deliveries
from cqrs.console import tail
from cqrs.models import Delivery, StoredEvent
from cqrs.testing import drain
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.mailer import ListMailer
from tests.cqrs.shop.models import Effect

pytestmark = pytest.mark.django_db


def events(*arguments: object) -> str:
    stream = StringIO()
    call_command("events", *[str(argument) for argument in arguments], stdout=stream)
    return stream.getvalue()


def answer(*arguments: object) -> Any:
    return json.loads(events(*arguments, "--json"))


@pytest.fixture
def dead(anna: Context, mailer: ListMailer) -> Delivery:
    """Ada's entry in the ledger, which has one attempt and failed."""
    mailer.failure = OSError("no mail today")
    command_bus.dispatch(order())
    deliveries.drain()
    mailer.failure = None
    return Delivery.objects.get(subscriber_key="shop.post_to_ledger")


class TestLooking:
    def test_tail_shows_the_newest_last(self, anna: Context) -> None:
        """As a log file does: the newest event stands at the end, with what it says."""
        command_bus.dispatch(order("Ada"))
        command_bus.dispatch(order("Bob"))

        lines = events("tail").splitlines()

        assert "customer=Ada" in lines[0]
        assert "customer=Bob" in lines[1]

    def test_tail_filters(self, anna: Context) -> None:
        """By name and by stream."""
        command_bus.dispatch(order("Ada"))
        command_bus.dispatch(order("Bob"))
        drain()

        assert "OrderPlaced" not in events("tail", "--name", "OrderPacked")
        stream = StoredEvent.objects.filter(name="OrderPlaced").latest("sequence").stream
        assert [row.split()[2] for row in events("tail", "--stream", stream).splitlines()] == [
            "OrderPlaced",
            "OrderPacked",
        ]

    @pytest.mark.django_db(transaction=True)
    def test_tail_follows(self, mailer: ListMailer) -> None:
        """What is published while it looks is shown, each event once, until it is interrupted."""
        shown: list[str] = []

        def out(line: str) -> None:
            shown.append(line)
            if len(shown) == 3:
                raise KeyboardInterrupt
            with acting_as(ANNA):
                command_bus.dispatch(order("Bob" if len(shown) == 1 else "Cid"))

        with acting_as(Actor.system("operator")):
            command_bus.dispatch(order("Ada"))
            options = {"name": "OrderPlaced", "stream": "", "request": "", "follow": True, "limit": 5, "json": False}
            with pytest.raises(KeyboardInterrupt):
                tail.run(options, out)

        assert [customer in line for customer, line in zip(["Ada", "Bob", "Cid"], shown, strict=True)] == [True] * 3

    def test_show_draws_what_an_event_led_to(self, dead: Delivery) -> None:
        """The event's facts, the tree of its request, and why a delivery failed."""
        text = events("show", dead.event_id)

        assert "payload.customer" in text
        assert f"→ shop.post_to_ledger [{dead.pk}] dead, attempt 1: OSError: no mail today" in text
        assert "│   └── → shop.ship" in text or "└── → shop.ship" in text
        assert "Traceback" in text

    def test_show_for_programs_has_the_tree_and_its_depths(self, dead: Delivery) -> None:
        """What the packing worker published hangs below its delivery."""
        steps = answer("show", dead.event.id)["conversation"]["steps"]

        packed = next(step for step in steps if step["event"] and step["event"]["name"] == "OrderPacked")
        assert steps[packed["parent"]]["delivery"]["subscriber_key"] == "shop.pack"
        assert packed["depth"] == 2

    def test_an_unknown_event_is_refused(self) -> None:
        """With words, not with a traceback."""
        with pytest.raises(CommandError, match="no event 77"):
            events("show", 77)

    def test_conversation_starts_from_the_header_of_a_response(self, dead: Delivery) -> None:
        """The id that a person has in hand is that of the request."""
        assert "OrderPacked" in events("conversation", dead.event.correlation_id)
        with pytest.raises(CommandError, match="No event belongs to nothing"):
            events("conversation", "nothing")

    def test_a_long_chain_is_cut_and_not_lost_in(self, anna: Context) -> None:
        """A subscriber that wakes itself for ever is what one looks for here."""
        command_bus.dispatch(order())
        first = StoredEvent.objects.get()
        cause = first.id
        for number in range(510):
            made = StoredEvent.objects.create(
                name="Again", version=1, payload="{}", stream="loop", position=number + 1, actor_kind="system",
                correlation_id=first.correlation_id, causation_id=cause, actor_name="x", source="code",
                at=first.at, hash="",
            )  # fmt: skip
            cause = made.id

        found = answer("conversation", first.correlation_id)

        assert found["cut"] is True
        assert max(step["depth"] for step in found["steps"]) == 499
        assert "more events than are shown" in events("conversation", first.correlation_id)

    def test_deliveries_are_listed_by_status(self, dead: Delivery) -> None:
        """Only what is asked for, with the line that names the error."""
        (row,) = answer("deliveries", "--status", "dead")["items"]

        assert row["id"] == dead.pk
        assert row["error"].endswith("OSError: no mail today\n")
        assert str(dead.pk) in events("deliveries", "--status", "dead").split()
        with pytest.raises(CommandError, match="status"):
            events("deliveries", "--status", "lost")

    def test_a_page_says_where_to_go_on(self, anna: Context) -> None:
        """Pages go by number, and together they hold every delivery once."""
        command_bus.dispatch(order())
        first = answer("deliveries", "--limit", 2)

        second = answer("deliveries", "--limit", 2, "--after", first["next"])

        shown = [row["id"] for page in (first, second) for row in page["items"]]
        assert sorted(shown, reverse=True) == shown
        assert set(shown) == set(Delivery.objects.values_list("id", flat=True))

    def test_stats_count_by_subscriber(self, dead: Delivery) -> None:
        """What is dead counts, also that of a subscriber that no code has any more."""
        Delivery.objects.filter(pk=dead.pk).update(subscriber_key="shop.gone")

        rows = {row["subscriber_key"]: row for row in answer("stats")}

        assert (rows["shop.gone"]["dead"], rows["shop.gone"]["known"]) == (1, False)
        assert rows["shop.ship"]["done_per_minute"] == pytest.approx(0.2)  # one in five minutes
        assert "shop.gone (gone)" in events("stats")


class TestPuttingRight:
    def test_retry_gives_all_attempts_back(self, dead: Delivery, mailer: ListMailer) -> None:
        """A mended cause: the dead letter is delivered, and the log says who let it be tried again."""
        assert events("retry", dead.pk) == "1 delivery to be tried again.\n"
        drain()

        dead.refresh_from_db()
        retried = StoredEvent.objects.get(name="DeliveryRetried")
        assert (dead.status, dead.attempts) == ("done", 1)
        assert [text for text in mailer.sent if text.startswith("ledger")]
        assert retried.actor_name.startswith("console:")
        assert retried.stream == f"delivery:{dead.pk}"

    def test_retry_refuses_what_is_done(self, anna: Context) -> None:
        """A delivery that was made is replayed, not retried."""
        command_bus.dispatch(order())
        drain()

        with pytest.raises(CommandError, match="is done"):
            events("retry", Delivery.objects.filter(status="done")[0].pk)

    def test_retry_of_several_tells_of_each(self, dead: Delivery) -> None:
        """One that is refused hides neither what was done nor the other refusals."""
        out = StringIO()
        with pytest.raises(CommandError, match="no delivery 998") as refused:
            call_command("events", "retry", "998", str(dead.pk), "999", stdout=out)

        assert "no delivery 999" in str(refused.value)
        assert out.getvalue() == "1 delivery to be tried again.\n"

    def test_whoever_has_no_name_on_this_machine_is_a_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A container that runs under a user id of its own choice."""

        def nobody() -> str:
            raise KeyError("getpwuid(): uid not found: 54321")

        monkeypatch.setattr("cqrs.console.getuser", nobody)
        monkeypatch.setattr("cqrs.console.os.getuid", lambda: 54321)

        assert console.operator() == Actor.system("console:54321")
        assert "0 pending" in events("gate")

    def test_retry_of_all_dead_letters_of_a_subscriber(self, dead: Delivery) -> None:
        """One command after one repair, and the letters of others stay."""
        assert answer("retry", "--dead-of", "shop.post_to_ledger") == {"deliveries": 1}
        assert answer("retry", "--dead-of", "shop.ship") == {"deliveries": 0}
        with pytest.raises(CommandError, match=r"No subscriber is called shop\.nobody"):
            events("retry", "--dead-of", "shop.nobody")

    def test_skip_frees_what_waits_behind(self, dead: Delivery, mailer: ListMailer) -> None:
        """The next order of the same customer waits for the dead one until an operator gives it up, and says why."""
        command_bus.dispatch(order())
        deliveries.drain()
        assert not [text for text in mailer.sent if text.startswith("ledger")]

        events("skip", dead.pk, "--reason", "posted by hand")
        deliveries.drain()

        assert len([text for text in mailer.sent if text.startswith("ledger")]) == 1
        assert "posted by hand" in StoredEvent.objects.get(name="DeliverySkipped").payload

    def test_skip_wants_a_reason(self, dead: Delivery) -> None:
        """An empty one is none."""
        with pytest.raises(CommandError, match="Say why"):
            events("skip", dead.pk, "--reason", " ")

        dead.refresh_from_db()
        assert dead.status == "dead"

    def test_skip_of_a_subscriber_that_is_gone_takes_what_waits_too(self, anna: Context) -> None:
        """Nobody will ever deliver these rows; of one that is there only dead letters are given up."""
        command_bus.dispatch(order())
        assert answer("skip", "--dead-of", "shop.send_receipt", "--reason", "x") == {"deliveries": 0}
        Delivery.objects.filter(subscriber_key="shop.send_receipt").update(subscriber_key="shop.gone")

        assert answer("skip", "--dead-of", "shop.gone", "--reason", "no receipts any more") == {"deliveries": 1}

    def test_replay_delivers_a_done_event_again(self, anna: Context, mailer: ListMailer) -> None:
        """The row of an event and a subscriber is one for ever: it is armed again."""
        command_bus.dispatch(order())
        drain()
        number = StoredEvent.objects.get(name="OrderPlaced").sequence

        events("replay", "shop.send_receipt", "--event", number)
        drain()

        assert Effect.objects.filter(by="send_receipt").count() == 2
        assert Delivery.objects.filter(event_id=number, subscriber_key="shop.send_receipt").count() == 1

    def test_replay_reaches_a_subscriber_that_was_not_there_then(self, anna: Context, mailer: ListMailer) -> None:
        """A range of the log goes to a new subscriber, in its order and with its order key."""
        for customer in ("Ada", "Bob"):
            command_bus.dispatch(order(customer))
        Delivery.objects.filter(subscriber_key="shop.post_to_ledger").delete()

        assert answer("replay", "shop.post_to_ledger", "--range", 1, StoredEvent.objects.latest("sequence").pk) == {
            "deliveries": 2
        }

        made = Delivery.objects.filter(subscriber_key="shop.post_to_ledger").order_by("id")
        assert [row.order_key for row in made] == ["Ada", "Bob"]

    def test_replay_refuses_what_waits_anyway(self, anna: Context) -> None:
        """It is due already; and a subscriber that does not react to the event is none."""
        command_bus.dispatch(order())
        number = StoredEvent.objects.get(name="OrderPlaced").sequence

        for key in ("shop.send_receipt", "shop.ship"):
            with pytest.raises(CommandError, match="does not react"):
                events("replay", key, "--event", number)

    def test_replay_refuses_numbers_that_no_event_has(self) -> None:
        """More than a column holds is a slip, not a failure of ours."""
        with pytest.raises(CommandError, match="No event has such a number"):
            events("replay", "shop.ship", "--range", 2**63 - 1, 2**63)

    def test_reassign_gives_orphans_to_the_successor(self, anna: Context) -> None:
        """A renamed key: its rows go on under the new one; those it has already stay for somebody to skip."""
        command_bus.dispatch(order("Ada"))
        command_bus.dispatch(order("Bob"))
        receipts = Delivery.objects.filter(subscriber_key="shop.send_receipt").order_by("id")
        receipts.filter(order_key="").update(subscriber_key="shop.mail_receipt")
        moved = Delivery.objects.filter(subscriber_key="shop.mail_receipt").order_by("id")
        Delivery.objects.create(
            event=moved[0].event, subscriber_key="shop.send_receipt", status="done", available_at=moved[0].available_at
        )

        assert answer("reassign", "shop.mail_receipt", "shop.send_receipt") == {"deliveries": 1}
        assert Delivery.objects.filter(subscriber_key="shop.mail_receipt").count() == 1
        with pytest.raises(CommandError, match="still there"):
            events("reassign", "shop.ship", "shop.pack")

    def test_reassign_leaves_alone_what_runs(self, anna: Context) -> None:
        """Older code is at it; what it left behind, and its lease lapsed, waits for the successor."""
        for customer in ("Ada", "Bob"):
            command_bus.dispatch(order(customer))
        running = Delivery.objects.filter(subscriber_key="shop.pack").order_by("id")
        ours, lapsed = [row.pk for row in running]
        running.update(subscriber_key="shop.wrap", status="running", attempts=1, lease_until="2100-01-01T00:00Z")
        Delivery.objects.filter(pk=lapsed).update(lease_until="2000-01-01T00:00Z")

        assert answer("reassign", "shop.wrap", "shop.pack") == {"deliveries": 1}
        states = {row.pk: (row.subscriber_key, row.status) for row in Delivery.objects.filter(pk__in=[ours, lapsed])}
        assert states == {ours: ("shop.wrap", "running"), lapsed: ("shop.pack", "waiting")}
