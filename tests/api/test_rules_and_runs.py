"""Rule sets and runs through the API."""

import json

from rest_framework.test import APIClient

from tests.api.conftest import Desk


class TestRuleSets:
    def test_are_versions(self, desk: Desk) -> None:
        """Publishing under the same name makes the next version; both stay readable, in plain words too."""
        document = desk.get(f"rule-sets/{desk.ids['rule_set_id']}")["document"]

        response = desk.post("rule-sets", {"name": "Rules", "document": document, "note": "Again"})

        assert (response.status_code, response.json()["version"]) == (201, 2)
        assert [row["version"] for row in desk.get("rule-sets")["results"]] == [2, 1]
        assert response.json()["sentences"]

    def test_that_cannot_run_are_refused(self, desk: Desk) -> None:
        """A rule that does not exist is an error on the document."""
        passes = [{"name": "x", "rules": [{"type": "SameMood"}]}]

        response = desk.post("rule-sets", {"name": "Rules", "document": {"name": "x", "passes": passes}})

        assert (response.status_code, list(response.json()["fields"])) == (422, ["document"])

    def test_follow_a_published_schema(self, olga: APIClient) -> None:
        """The JSON Schema that editors and programs check documents with."""
        schema = olga.get("/api/v1/rule-set-schema").json()

        assert schema["$schema"].startswith("https://json-schema.org/")
        assert "SameReference" in json.dumps(schema)

    def test_can_be_proposed(self, desk: Desk) -> None:
        """A proposal comes with its evidence and is published by sending its document back."""
        proposal = desk.get("rule-sets/proposal")

        assert proposal["evidence"]
        assert desk.post("rule-sets", {"name": "Proposed", "document": proposal["document"]}).status_code == 201


class TestRuns:
    def test_need_something_to_match(self, olga: APIClient, project: str) -> None:
        """Without rules and files a run is refused with the reason."""
        response = olga.post(f"{project}/runs")

        assert response.status_code in {404, 409}
        assert response.json()["detail"]

    def test_can_be_cancelled(self, desk: Desk) -> None:
        """A run that waits for a worker is cancelled on the spot."""
        run = desk.post("runs", {"cut_off": "2026-10-31"})
        assert run.status_code == 202, run.content
        assert run.json()["cut_off"] == "2026-10-31"

        response = desk.post(f"runs/{run.json()['id']}/cancel")

        assert response.status_code == 200, response.content
        assert response.json()["cancel_requested"] or response.json()["status"] == "cancelled"
