"""Two people who decide on one record at the same moment, on the database where that can happen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from cqrs import Actor, Command, ConflictError, DomainError, NotFoundError, acting_as, command_bus
from projects.access import Role
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.unmatch import Unmatch
from reconciliation.ids import Side
from reconciliation.models import MatchLeg
from tests.factories import UserFactory, make_project
from tests.reconciliation.desk import SAME_AMOUNT, Desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = ("ann", "ben")


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """Committed rows: other threads see them."""
    owner = UserFactory.create(username="olga")
    project_id = make_project(owner, ann=Role.PREPARER, ben=Role.PREPARER)
    with acting_as(Actor.user(owner), source="test"):
        return Desk(project_id)


def both(*commands: Command[Any]) -> list[DomainError | None]:
    """Each command by a person of its own, in threads that start together; what refused it, if something did."""
    together = Barrier(len(commands))

    def decide(person: str, command: Command[Any]) -> DomainError | None:
        try:
            with acting_as(Actor.user(User.objects.get(username=person)), source="test"):
                together.wait()
                command_bus.dispatch(command)
        except DomainError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(decide, PEOPLE, commands))


@contextmanager
def the_owner() -> Iterator[None]:
    with acting_as(Actor.user(User.objects.get(username="olga")), source="test"):
        yield


def refused(answers: list[DomainError | None]) -> DomainError:
    [error] = [answer for answer in answers if answer is not None]
    return error


class TestTwoPeople:
    @pytest.mark.parametrize("round_", range(5))
    def test_cannot_both_match_one_record(self, desk: Desk, round_: int) -> None:
        """Whoever comes second gets a conflict, and the record is in one confirmed group (I1, I14)."""
        with the_owner():
            [left] = desk.bring(Side.LEFT, {"amount": 1000})
            first, second = desk.bring(Side.RIGHT, {"amount": 1000}, {"amount": 1000})

        answers = both(
            *(MatchByHand(project_id=desk.project_id, left=(left,), right=(each,)) for each in (first, second))
        )

        assert isinstance(refused(answers), ConflictError)
        assert MatchLeg.objects.filter(record_id=left, confirmed=True).count() == 1

    @pytest.mark.parametrize("round_", range(5))
    def test_cannot_both_confirm_one_suggestion(self, desk: Desk, round_: int) -> None:
        """The second confirmation is a conflict."""
        with the_owner():
            suggestion = desk.suggest(*SAME_AMOUNT)

        answers = both(*[ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id)] * 2)

        assert isinstance(refused(answers), ConflictError)

    @pytest.mark.parametrize("round_", range(5))
    def test_cannot_confirm_and_reject_one_suggestion(self, desk: Desk, round_: int) -> None:
        """One of the two decisions holds as a whole; the other is refused."""
        with the_owner():
            suggestion = desk.suggest(*SAME_AMOUNT)

        answers = both(
            ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id),
            RejectMatch(project_id=desk.project_id, group_id=suggestion.id),
        )

        assert isinstance(refused(answers), ConflictError | NotFoundError)
        assert MatchLeg.objects.count() == (2 if answers[0] is None else 0)

    @pytest.mark.parametrize("round_", range(5))
    def test_cannot_take_a_record_out_of_a_suggestion_that_is_being_confirmed(self, desk: Desk, round_: int) -> None:
        """Either the match by hand withdraws the suggestion, or that is confirmed first; there is no deadlock."""
        with the_owner():
            suggestion = desk.suggest(*SAME_AMOUNT)
            [other] = desk.bring(Side.RIGHT, {"amount": 1000})
        taken = suggestion.left[0].record.id

        answers = both(
            ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id),
            MatchByHand(project_id=desk.project_id, left=(taken,), right=(other,)),
        )

        assert isinstance(refused(answers), ConflictError | NotFoundError)
        assert MatchLeg.objects.filter(record_id=taken, confirmed=True).count() == 1

    def test_cannot_both_undo_one_match(self, desk: Desk) -> None:
        """The second finds it gone."""
        with the_owner():
            left, right = desk.bring(Side.LEFT, {"amount": 1000}), desk.bring(Side.RIGHT, {"amount": 1000})
            group_id = desk.match(left, right)

        answers = both(*[Unmatch(project_id=desk.project_id, group_id=group_id, reason="Wrong")] * 2)

        assert isinstance(refused(answers), ConflictError | NotFoundError)
        assert not MatchLeg.objects.exists()
