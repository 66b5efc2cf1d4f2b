"""The browsable API: every address as a page, with a form for whatever can be sent there."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from tests.api.conftest import Desk
from tests.api.routes import routes

# The feed and the deliveries are for operators: see test_events.py and test_deliveries.py.
NO_PAGE = {"api-docs", "api-schema", "import-original", "event-list"}
# The desk has none of these: no corrected file, nothing under way, nothing tried.
ABSENT = {"import-diff", "upload-detail", "extraction-detail", "pick-up-files", "simulation-detail"}
ELSEWHERE = NO_PAGE | ABSENT
ASKED = {"open-item-list": "?side=left", "group-sums": "?group_ids={group_id}"}
PAGES = [route for route in routes() if route.name not in ELSEWHERE and not route.name.startswith("delivery-")]


def page(client: APIClient, path: str) -> tuple[int, str]:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response["Content-Type"].startswith("text/html"), path
    return response.status_code, response.content.decode()


class TestEveryAddress:
    def test_is_a_page_with_its_forms(self, desk: Desk) -> None:
        """Each opens in a browser; each field that a POST or a PUT there takes has an input, or is in the raw form."""
        missing = []
        for route in PAGES:
            ids: dict[str, int | str] = {**desk.ids, "code": "not_found"}
            asked = ASKED.get(route.name, "").format(**ids)
            status, html = page(desk.client, route.path(ids) + asked)
            assert status == (200 if "get" in route.methods else 405), (route.name, html[-2000:])
            for method in set(route.methods) & {"post", "put"}:
                missing += [
                    (route.name, method, name)
                    for name in route.fields(method)
                    if f'name="{name}"' not in html and f"&quot;{name}&quot;" not in html
                ]

        assert len(PAGES) > 25
        assert missing == []

    def test_keeps_the_content_security_policy(self, desk: Desk) -> None:
        """No inline script, style or handler, which a strict policy forbids, on a list, a detail and a command."""
        for address in ("", "/groups", f"/groups/{desk.ids['group_id']}", f"/groups/{desk.ids['group_id']}/confirm"):
            _, html = page(desk.client, desk.project + address)

            assert " style=" not in html
            assert "<style" not in html
            assert "onclick=" not in html
            assert "<script>" not in html


class TestForms:
    def test_a_refused_form_comes_back_with_what_was_typed(self, olga: APIClient) -> None:
        """The page of the refusal shows the error beside the field, and keeps the rest."""
        response = olga.post(
            "/api/v1/projects",
            {"name": "x" * 5, "description": "kept", "nonsense": "1"},
            headers={"Accept": "text/html"},
        )

        html = response.content.decode()
        assert response.status_code == 400
        assert "kept" in html
        assert "There is no such field here." in html

    def test_a_form_that_is_sent_creates(self, olga: APIClient) -> None:
        """The page after a successful POST shows the new object and offers the form again."""
        response = olga.post("/api/v1/projects", {"name": "Q3 close"}, headers={"Accept": "text/html"})

        assert response.status_code == 201
        assert 'name="description"' in response.content.decode()

    def test_an_update_form_starts_with_the_present_values(self, project: str, olga: APIClient) -> None:
        """Nobody types a project's name again to change its description."""
        _, html = page(olga, project)

        assert 'value="Q3 close"' in html

    def test_a_list_offers_its_filters(self, desk: Desk) -> None:
        """What a question can be narrowed by is a form, filled with what was asked."""
        _, html = page(desk.client, f"{desk.project}/groups?status=confirmed&search=")

        assert 'value="confirmed"' in html
        assert 'name="pass_name"' in html

    @pytest.mark.parametrize("link", ["api-docs", "api-root"])
    def test_leads_to_the_documentation(self, olga: APIClient, link: str) -> None:
        """Every page links to the root and to the documentation."""
        _, html = page(olga, "/api/v1/projects")

        assert f'href="{reverse(link)}"' in html
