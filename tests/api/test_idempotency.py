"""Idempotency-Key: a request sent twice does nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction
from rest_framework.test import APIClient

from cqrs import Actor, idempotency
from projects.commands.create_project import CreateProject
from projects.models import Project
from tests.api.conftest import signed_in

KEY = {"Idempotency-Key": "create-q4"}


class TestRepeatedRequest:
    def test_gets_the_first_answer(self, olga: APIClient) -> None:
        """The second response shows the project of the first, says that it is a repeat, and makes no other one."""
        first, second = (olga.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY) for _ in range(2))

        assert (first.status_code, second.status_code) == (201, 201)
        assert (first.json(), first["Location"]) == (second.json(), second["Location"])
        assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
        assert Project.objects.count() == 1

    def test_with_other_content_cannot_be_processed(self, olga: APIClient) -> None:
        """One key for two different projects is a mistake of the caller: 422, and the second is not made."""
        olga.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY)

        response = olga.post("/api/v1/projects", {"name": "Year end"}, headers=KEY)

        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
        assert Project.objects.count() == 1

    def test_after_a_refusal_is_a_first_one(self, olga: APIClient) -> None:
        """An error is no answer to keep: when its cause is gone, the same request works."""
        first = olga.post("/api/v1/projects", {"name": "Q4 close"}).json()["id"]
        taken = olga.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY)
        olga.patch(f"/api/v1/projects/{first}", {"name": "Q3 close"}, format="json")

        response = olga.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY)

        assert (taken.status_code, response.status_code) == (409, 201)
        assert "Idempotent-Replayed" not in response

    def test_of_somebody_else_is_a_first_one(self, olga: APIClient, stranger: APIClient) -> None:
        """Keys of two people never meet."""
        first = olga.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY)
        second = stranger.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY)

        assert first.json()["id"] != second.json()["id"]

    def test_with_a_key_that_is_none_is_refused(self, olga: APIClient) -> None:
        """A key longer than can be kept is not cut."""
        response = olga.post("/api/v1/projects", {"name": "Q4 close"}, headers={"Idempotency-Key": "k" * 201})

        assert response.status_code == 422
        assert not Project.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_request_is_refused_while_the_first_one_with_its_key_is_at_work() -> None:
    """409, at once: nobody waits for a command that may take long."""
    client = signed_in("olga")
    user_id, command = client.get("/api/v1/auth/me").json()["id"], CreateProject(name="Q4 close")
    taken, answered = Event(), Event()

    def work() -> None:
        with transaction.atomic():
            idempotency.begin("CreateProject", command, Actor("user", user_id, "olga"), KEY["Idempotency-Key"])
            taken.set()
            answered.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work)
        taken.wait(10)
        response = client.post("/api/v1/projects", {"name": "Q4 close"}, headers=KEY)
        answered.set()
        first.result()

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_in_flight")
