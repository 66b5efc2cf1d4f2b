"""I14 at the REST door: whoever is not a member learns nothing from any address, by any method."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.api.conftest import Desk
from tests.api.routes import Route, routes

IN_A_PROJECT = [route for route in routes() if route.is_in_a_project]
CASES = [
    pytest.param(route, method, id=f"{method} {route.name}")
    for route in IN_A_PROJECT
    for method in (*route.methods, "options")
]


def test_there_are_addresses_to_test() -> None:
    """The table is not empty by mistake: it has the addresses that the platform is about."""
    names = {route.name for route in IN_A_PROJECT}

    assert {"project-detail", "import-original", "group-confirm", "run-cancel", "open-item-list"} <= names


@pytest.mark.parametrize(("route", "method"), CASES)
class TestEveryAddressInAProject:
    def test_answers_a_stranger_as_if_there_were_no_project(
        self, project: str, stranger: APIClient, route: Route, method: str
    ) -> None:
        """Whether the project exists or not: 404, and the same words."""
        project_id = int(project.rsplit("/", 1)[1])

        answers = []
        for asked in (project_id, 999_999):
            response = stranger.generic(method.upper(), route.path({"project_id": asked}))
            answers.append((response.status_code, {**response.json(), "request_id": ""}))

        assert answers[0] == answers[1]
        assert (answers[0][0], answers[0][1]["code"]) == (404, "project_not_found")

    def test_asks_who_calls(self, project: str, route: Route, method: str) -> None:
        """Without a session or a token: 401, and how to sign in."""
        response = APIClient().generic(method.upper(), route.path({"project_id": int(project.rsplit("/", 1)[1])}))

        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
        assert response["WWW-Authenticate"].startswith("Token")


def test_nothing_of_one_project_is_found_in_another(desk: Desk) -> None:
    """An id of a project that one works in finds nothing under another project that one works in too."""
    other = desk.client.post("/api/v1/projects", {"name": "Q4 close"}).json()["id"]
    items = [{"booking_date": "2026-03-02", "amount": "1.00", "currency": "EUR"}]
    given: dict[str, Any] = {
        "reason": "Wrong",
        "mapping": {},
        "choice": "keep",
        "cells": {},
        "cut_over_date": None,
        "items": items,
    }
    found = []
    for route in IN_A_PROJECT:
        for method in route.methods if set(route.ids) - {"project_id", "user_id"} else ():
            body = {name: given[name] for name in route.fields(method) if name in given}
            path = route.path({**desk.ids, "project_id": other})
            if "file" in route.fields(method):
                response = desk.client.post(path, {"file": SimpleUploadedFile("x.csv", b"a;b\n1;2\n")}, "multipart")
            else:
                response = desk.client.generic(method.upper(), path, json.dumps(body), "application/json")
            found.append((method, route.name, response.status_code))

    assert len(found) > 10
    assert [case for case in found if case[2] != 404] == []


def test_a_run_takes_no_source_of_another_project(desk: Desk) -> None:
    """Ids in the body are looked for in the project of the address only."""
    other = desk.client.post("/api/v1/projects", {"name": "Q4 close"}).json()["id"]

    response = desk.client.post(
        f"/api/v1/projects/{other}/runs",
        {"rule_set_id": desk.ids["rule_set_id"], "left_source_id": desk.ids["source_id"]},
        format="json",
    )

    assert response.status_code == 404
