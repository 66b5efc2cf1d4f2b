"""What the project's page says about who did what, and about running by itself."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.test import Client

from cqrs.testing import drain, writing_anyway
from reconciliation.models import AutomaticRuns
from tests.pages.addresses import address
from tests.pages.office import Office
from tests.pages.test_figures import chart


def page(client: Client, office: Office) -> str:
    return client.get(address("overview", office)).content.decode()


def test_shows_who_did_what(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The picture counts what workers have seen: two files and a run of the one who set the project up."""
    drawn = chart(page(signed_in("viewer"), office), "activity-chart")

    assert drawn["labels"] == ["admin"]
    assert {series["label"]: series["values"] for series in drawn["series"]} == {"Files": [2], "Runs": [1]}


def test_a_reviewer_has_the_project_run_by_itself(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The wish is saved and shown with who set it; a viewer sees it and has no form."""
    client = signed_in("reviewer")
    wish = {"enabled": "on", "remind_after_hours": "12"}
    answer = client.post(address("set-automatic-runs", office), wish, follow=True).content.decode()

    assert "The project runs by itself now." in answer
    assert "after 12 hours. Set by reviewer" in answer
    assert "remind_after_hours" not in page(signed_in("viewer"), office)


def test_what_cannot_be_is_explained(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Hours out of bounds change nothing and are told; so is a role too low."""
    for hours, said in (("0", "greater than or equal to 1"), ("99999", "Between 1 and 1440 hours.")):
        wish = {"enabled": "on", "remind_after_hours": hours}
        told = signed_in("reviewer").post(address("set-automatic-runs", office), wish, follow=True)
        assert said in told.content.decode()
    wish = {"enabled": "on", "remind_after_hours": "12"}
    told = signed_in("preparer").post(address("set-automatic-runs", office), wish, follow=True)

    assert "Your role in this project does not allow this." in told.content.decode()
    assert not AutomaticRuns.objects.exists()


def test_reminds_of_a_missing_side(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Every member sees which side is missing and since when; who may upload is led there."""
    signed_in("reviewer").post(address("set-automatic-runs", office), {"enabled": "on", "remind_after_hours": "12"})
    drain()
    with writing_anyway():
        AutomaticRuns.objects.update(missing_side="right", waiting_since=datetime(2026, 11, 3, 9, tzinfo=UTC))

    assert "The right side is missing." in page(signed_in("viewer"), office)
    assert "3 Nov 2026, 09:00" in page(signed_in("viewer"), office)
    assert "Upload it now" in page(signed_in("preparer"), office)
    assert "Upload it now" not in page(signed_in("viewer"), office)
