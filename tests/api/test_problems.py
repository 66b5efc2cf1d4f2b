"""Errors, whoever raised them: application/problem+json with the same members."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from cqrs import query_bus

Call = Callable[[APIClient, str], HttpResponse]

CASES: dict[str, tuple[int, str, Call]] = {
    "unreadable JSON": (
        400,
        "parse_error",
        lambda client, _: client.generic("POST", "/api/v1/projects", "{", "application/json"),
    ),
    "JSON that is no object": (
        400,
        "parse_error",
        lambda client, _: client.generic("POST", "/api/v1/projects", "[]", "application/json"),
    ),
    "JSON that is nested beyond reason": (
        400,
        "parse_error",
        lambda client, _: client.generic("POST", "/api/v1/projects", "[" * 100_000, "application/json"),
    ),
    "a state that no group has": (
        422,
        "invalid_message",
        lambda client, project: client.get(f"{project}/groups", {"status": "done"}),
    ),
    "a field that is missing": (400, "invalid", lambda client, _: client.post("/api/v1/projects", {}, format="json")),
    "a parameter that does not exist": (
        400,
        "invalid",
        lambda client, _: client.get("/api/v1/projects", {"serch": "bank"}),
    ),
    "what the message refuses": (
        422,
        "invalid_message",
        lambda client, _: client.post("/api/v1/projects", {"name": " "}, format="json"),
    ),
    "a conflict": (
        409,
        "project_name_taken",
        lambda client, _: client.post("/api/v1/projects", {"name": "Q3 close"}, format="json"),
    ),
    "what is not there": (404, "project_not_found", lambda client, _: client.get("/api/v1/projects/999999")),
    "an id beyond all bounds": (404, "not_found", lambda client, _: client.get(f"/api/v1/projects/{10**30}")),
    "no such address": (404, "not_found", lambda client, _: client.get("/api/v1/nonsense")),
    "a method that is not offered": (405, "method_not_allowed", lambda client, project: client.post(project, {})),
    "a type that is not understood": (
        415,
        "unsupported_media_type",
        lambda client, _: client.generic("POST", "/api/v1/projects", "<name/>", "text/xml"),
    ),
    "a type that is not offered": (
        406,
        "not_acceptable",
        lambda client, _: client.get("/api/v1/projects", headers={"Accept": "text/csv"}),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_refusal_is_a_problem_document(olga: APIClient, project: str, case: str) -> None:
    """Type, title, status, code, detail, fields and the request's id, for whatever goes wrong."""
    status, code, call = CASES[case]

    response = call(olga, project)

    problem: dict[str, Any] = response.json()  # type: ignore[attr-defined]  # the test client adds it
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert list(problem) == ["type", "title", "status", "code", "detail", "fields", "request_id"]
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert "{" not in problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response["X-Request-ID"]


class TestProblemDocument:
    def test_names_the_fields(self, olga: APIClient) -> None:
        """Each field has its own messages, for a program that fills in a form."""
        problem = olga.post("/api/v1/projects", {"name": {}, "colour": "red"}, format="json").json()
        meant = olga.post("/api/v1/projects", {"name": ""}, format="json").json()

        assert problem["fields"] == {"name": ["Not a valid string."]}
        assert meant["fields"] == {"name": ["Give the project a name."]}

    def test_points_at_a_page_about_its_kind(self, olga: APIClient) -> None:
        """The type is an address that says what such a problem means."""
        problem = olga.get("/api/v1/projects/999999").json()

        kind = olga.get(problem["type"]).json()

        assert kind == {"code": "project_not_found", "status": 404, "meaning": problem["title"]}

    def test_keeps_the_request_id_that_the_caller_chose(self, olga: APIClient) -> None:
        """A caller that names its requests finds the name in the answer."""
        response = olga.get("/api/v1/nonsense", headers={"X-Request-ID": "batch-7"})

        assert response.json()["request_id"] == "batch-7"

    def test_of_a_failure_of_ours_tells_nothing_of_its_inside(
        self, olga: APIClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A 500 is a problem document too, without the text of the exception."""

        def fail(_query: object) -> None:
            raise RuntimeError("a secret path")

        monkeypatch.setattr(query_bus, "ask", fail)
        olga.raise_request_exception = False

        response = olga.get("/api/v1/projects")

        assert (response.status_code, response.json()["code"]) == (500, "error")
        assert "secret" not in response.content.decode()


class TestProblemKinds:
    def test_list_those_of_every_app(self, olga: APIClient) -> None:
        """What the framework refuses and what our apps refuse stand in one list, with their status."""
        kinds = {kind["code"]: kind["status"] for kind in olga.get("/api/v1/problems").json()}

        assert kinds["not_authenticated"] == 401
        assert kinds["owner_stays_admin"] == 409
        assert kinds["file_already_imported"] == 409
        assert kinds["throttled"] == 429

    def test_of_an_unknown_code_is_a_problem(self, olga: APIClient) -> None:
        """A kind that does not exist is not found."""
        assert olga.get("/api/v1/problems/nonsense").status_code == 404
