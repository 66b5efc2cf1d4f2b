"""Following the event log over REST."""

import pytest
from rest_framework.test import APIClient

from cqrs.log.feed import Position
from cqrs.models import StoredEvent, StreamAnchor
from tests.api.conftest import signed_in
from tests.cqrs.log.conftest import NOON, write
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = "/api/v1/events"


@pytest.fixture
def operator() -> APIClient:
    client = APIClient()
    client.force_login(UserFactory.create(username="otto", is_staff=True))
    return client


def test_a_follower_misses_nothing_and_sees_nothing_twice(operator: APIClient) -> None:
    """Each page names the next; at the end the same address shows what has happened since."""
    written = [write(payload=f'{{"number":{number}}}') for number in range(5)]

    page, seen = operator.get(EVENTS, {"limit": 2}).json(), []
    while page["results"]:
        seen += page["results"]
        page = operator.get(page["next"]).json()
    write(payload='{"number":5}')
    later = operator.get(page["next"]).json()["results"]

    assert [event["payload"] for event in [*seen, *later]] == [{"number": number} for number in range(6)]
    assert seen[0]["token"] == Position.of(StoredEvent.objects.get(pk=written[0])).token()
    assert (seen[0]["stream"], seen[0]["position"], seen[0]["actor_name"]) == ("order:1", 1, "bea")


def test_is_for_operators(operator: APIClient) -> None:
    """The log holds what happened in all projects."""
    assert operator.get(EVENTS).status_code == 200
    assert signed_in("olga").get(EVENTS).status_code == 403
    assert APIClient().get(EVENTS).status_code == 401


@pytest.mark.parametrize("parameters", [{"after": "yesterday"}, {"limit": "0"}, {"limit": "501"}])
def test_refuses_what_is_no_place_and_no_length(operator: APIClient, parameters: dict[str, str]) -> None:
    """The problem names the parameter."""
    response = operator.get(EVENTS, parameters)

    assert response.status_code == 422
    assert list(response.json()["fields"]) == list(parameters)


def test_says_when_events_were_archived(operator: APIClient) -> None:
    """A follower that is so far behind is told, instead of being shown a log with holes; it may go on knowingly."""
    write()
    StreamAnchor.objects.create(
        stream="order:1",
        position=0,
        hash="",
        transaction_id=2**60,
        sequence=1,
        archive="events/old.jsonl",
        archived_at=NOON,
    )

    refused = operator.get(EVENTS)

    assert (refused.status_code, refused.json()["code"]) == (409, "events_archived")
    assert len(operator.get(EVENTS, {"skip_archived": "true"}).json()["results"]) == 1


def test_is_a_page_too(operator: APIClient) -> None:
    """An operator can look at the feed in a browser."""
    write(payload='{"customer":"Ada & Co"}')

    response = operator.get(EVENTS, headers={"Accept": "text/html"})

    assert response.status_code == 200
    assert "Ada &amp; Co" in response.content.decode()
