"""The main job through the API alone: what comes out of two files."""

import json

from tests.api.conftest import Desk


class TestResult:
    def test_has_groups_open_items_and_a_standing_that_agree(self, desk: Desk) -> None:
        """Two matches, one suggestion with its difference, one open item on each side; all amounts are text."""
        [suggested] = desk.groups("suggested")
        [left] = desk.get("open-items", side="left")["results"]
        [right] = desk.get("open-items", side="right")["results"]
        standing = desk.get("standing")

        assert len(desk.groups("confirmed")) == 2
        assert (suggested["difference"], suggested["currency"]) == ("5.00", "EUR")
        assert (left["record"]["key"], left["record"]["amount"]) == ("B4", "19.90")
        assert (right["record"]["key"], right["record"]["amount"]) == ("L5", "44.00")
        assert standing["match_rate"] == "0.5000"
        assert [row["total"]["count"] for row in standing["rows"]] == [4, 4]

    def test_has_a_finished_run(self, desk: Desk) -> None:
        """A run tells how far it is and what it found."""
        run = desk.get(f"runs/{desk.ids['run_id']}")

        assert (run["status"], run["progress"], run["confirmed_groups"]) == ("completed", 100, 2)
        assert [row["id"] for row in desk.get("runs")["results"]] == [run["id"]]

    def test_shows_a_record_as_received(self, desk: Desk) -> None:
        """The line as it stood in the file, beside what was understood of it, and the group it is in."""
        record = desk.get(f"records/{desk.ids['record_id']}")

        assert "INV-1001" in json.dumps(record["cells"])
        assert record["record"]["amount"] == "100.00"
        assert record["group"]["status"] == "confirmed"
