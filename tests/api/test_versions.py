"""ETag and If-Match: nobody overwrites what they have not seen."""

from datetime import datetime

import pytest
from rest_framework.test import APIClient

from tests.api.conftest import Desk


class TestVersions:
    def test_are_the_entity_tag(self, olga: APIClient, project: str) -> None:
        """Who saw the current version may change it; the answer carries the next one."""
        seen = olga.get(project)["ETag"]

        changed = olga.patch(project, {"name": "Q4 close"}, format="json", headers={"If-Match": seen})

        assert (seen, changed.status_code, changed["ETag"]) == ('"1"', 200, '"2"')

    def test_of_the_past_are_refused(self, olga: APIClient, project: str) -> None:
        """A stale If-Match is a failed precondition; in the body the same version is a conflict."""
        olga.patch(project, {"name": "Q4 close"}, format="json")

        header = olga.patch(project, {"name": "Mine"}, format="json", headers={"If-Match": '"1"'})
        body = olga.patch(project, {"name": "Mine", "expected_version": 1}, format="json")

        assert (header.status_code, header.json()["code"]) == (412, "stale_version")
        assert (body.status_code, body.json()["code"]) == (409, "stale_version")
        assert olga.get(project).json()["name"] == "Q4 close"

    def test_of_the_past_come_with_what_changed(self, olga: APIClient, project: str) -> None:
        """Who is too late is told who changed what when, in words and for programs."""
        olga.patch(project, {"name": "Q4 close"}, format="json")

        problem = olga.patch(project, {"name": "Mine", "expected_version": 1}, format="json").json()

        [change] = problem["changes"]
        assert (change["event"], change["by"]) == ("ProjectUpdated", "olga")
        assert datetime.fromisoformat(change["at"]).tzinfo is not None
        assert "Since then: ProjectUpdated by olga at " in problem["detail"]

    @pytest.mark.parametrize("stated", ["three", '"-1"', '"1", "2"'])
    def test_that_are_none_are_refused(self, olga: APIClient, project: str, stated: str) -> None:
        """A precondition that cannot be read is not taken for none."""
        response = olga.patch(project, {"name": "Mine"}, format="json", headers={"If-Match": stated})

        assert response.status_code == 400

    def test_are_not_taken_where_they_would_not_be_compared(self, olga: APIClient, project: str) -> None:
        """An If-Match that protects nothing is refused, so that nobody relies on it."""
        response = olga.post(f"{project}/archive", headers={"If-Match": '"1"'})

        assert response.status_code == 400
        assert not olga.get(project).json()["archived"]

    def test_of_a_group_protect_a_decision(self, desk: Desk) -> None:
        """Two people decide on one suggestion: the second, who saw it before, is told."""
        suggested = desk.groups("suggested")[0]
        address = f"{desk.project}/groups/{suggested['id']}/reject"

        response = desk.client.post(address, {}, format="json", headers={"If-Match": f'"{suggested["version"] + 1}"'})

        assert (response.status_code, response.json()["code"]) == (412, "match_changed")
