"""Lists: one shape, links to the neighbours."""

from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

from tests.api.conftest import Desk


class TestPages:
    @pytest.fixture(autouse=True)
    def five(self, olga: APIClient) -> None:
        for letter in "ABCDE":
            olga.post("/api/v1/projects", {"name": letter, "description": "kept"})

    def test_are_linked_in_both_directions(self, olga: APIClient) -> None:
        """Following `next` gives everything once, `previous` leads back; filters survive."""
        first = olga.get("/api/v1/projects", {"limit": "2", "search": "kept"}).json()
        second = olga.get(first["next"]).json()
        third = olga.get(second["next"]).json()

        pages = [[row["name"] for row in page["results"]] for page in (first, second, third)]
        assert pages == [["A", "B"], ["C", "D"], ["E"]]
        assert (first["previous"], third["next"]) == (None, None)
        assert olga.get(third["previous"]).json() == second
        assert parse_qs(urlsplit(second["next"]).query)["search"] == ["kept"]

    def test_are_linked_in_the_header_too(self, olga: APIClient) -> None:
        """The Link header names the same neighbours, as other public APIs do."""
        first = olga.get("/api/v1/projects", {"limit": 2})
        second = olga.get(first.json()["next"])

        assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
        assert second["Link"].endswith(f'<{second.json()["previous"]}>; rel="prev"')

    @pytest.mark.parametrize(
        ("parameter", "value", "status"), [("limit", "0", 422), ("limit", "many", 400), ("after", "x", 422)]
    )
    def test_refuse_what_they_cannot_do(self, olga: APIClient, parameter: str, value: str, status: int) -> None:
        """A length or a cursor that makes no sense is refused by name."""
        response = olga.get("/api/v1/projects", {parameter: value})

        assert (response.status_code, list(response.json()["fields"])) == (status, [parameter])

    def test_take_a_blank_filter_for_none(self, olga: APIClient) -> None:
        """A form sends every field; what was left blank narrows nothing."""
        response = olga.get("/api/v1/projects?after=&search=&limit=50&archived=false")

        assert len(response.json()["results"]) == 5


def test_lists_that_fit_have_the_same_shape(desk: Desk) -> None:
    """A list without pages is a page without neighbours."""
    for address in ("sources", "members", "rule-sets"):
        listed = desk.get(address)

        assert (listed["next"], listed["previous"]) == (None, None)
        assert listed["results"]
