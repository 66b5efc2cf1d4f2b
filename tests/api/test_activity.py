"""Activity and automatic runs over REST."""

from tests.api.conftest import Desk


def test_automatic_runs_are_set_and_shown(desk: Desk) -> None:
    """POST answers with what GET tells: off at first, then as it was set, and by whom."""
    address = f"/api/v1/projects/{desk.ids['project_id']}/automatic-runs"
    before = desk.client.get(address).json()
    assert (before["enabled"], before["remind_after_hours"], before["missing"]) == (False, 24, None)

    after = desk.client.post(address, {"enabled": True, "remind_after_hours": 6}, format="json").json()

    assert (after["enabled"], after["remind_after_hours"]) == (True, 6)
    assert after == desk.client.get(address).json()


def test_activity_is_listed_by_day_and_person(desk: Desk) -> None:
    """As many days as asked for, within bounds."""
    address = f"/api/v1/projects/{desk.ids['project_id']}/activity"

    assert desk.client.get(address, {"days": 7}).status_code == 200
    refused = desk.client.get(address, {"days": 400})
    assert (refused.status_code, "days" in str(refused.json())) == (422, True)
