"""A project that has been reconciled through the API alone, and clients of people inside and outside of it."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from cqrs.testing import drain
from tests.factories import UserFactory
from tests.reconciliation.conftest import storage

__all__ = ["storage"]

BANK = b"""id,date,amount,currency,reference
B1,2026-10-01,100.00,EUR,INV-1001
B2,2026-10-02,250.50,EUR,INV-1002
B3,2026-10-03,75.00,EUR,INV-1003
B4,2026-10-04,19.90,EUR,INV-1004
"""
LEDGER = b"""id,date,amount,currency,reference
L1,2026-10-01,100.00,EUR,INV-1001
L2,2026-10-02,250.50,EUR,INV-1002
L3,2026-10-03,70.00,EUR,INV-1003
L5,2026-10-05,44.00,EUR,INV-2005
"""
RULES = {
    "name": "By reference",
    "passes": [
        {
            "name": "Reference and amount",
            "rules": [{"type": "SameReference"}, {"type": "SameAmount"}],
        },
        {
            "name": "Nearly the amount",
            "rules": [{"type": "SameReference"}, {"type": "AmountWithin", "absolute": "5.00"}],
            "decide": {"confirm_at": 100, "suggest_at": 0},
        },
    ],
}


def signed_in(username: str) -> APIClient:
    """A client with the session of a person, who is made for it."""
    client = APIClient()
    client.force_login(UserFactory.create(username=username))
    return client


@pytest.fixture
def olga(db: None) -> APIClient:
    """The owner."""
    return signed_in("olga")


@pytest.fixture
def stranger(db: None) -> APIClient:
    """Somebody with an account and no project."""
    return signed_in("stranger")


@pytest.fixture
def project(olga: APIClient) -> str:
    """The address of an empty project."""
    project_id = olga.post("/api/v1/projects", {"name": "Q3 close"}).json()["id"]
    return f"/api/v1/projects/{project_id}"


@dataclass(frozen=True)
class Desk:
    """A reconciled project, and the ids of one thing of each kind in it."""

    client: APIClient
    project: str
    ids: dict[str, int]

    def get(self, address: str, **parameters: Any) -> Any:
        response = self.client.get(f"{self.project}/{address}", parameters)
        assert response.status_code == 200, response.content
        return response.json()

    def groups(self, status: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("groups", status=status)["results"]
        return found

    def post(self, address: str, body: Any = None) -> Any:
        return self.client.post(f"{self.project}/{address}", body or {}, format="json")


def upload(client: APIClient, project: str, side: str, content: bytes, name: str) -> dict[str, Any]:
    """A source and its file, proposed and not committed."""
    source = client.post(f"{project}/sources", {"side": side, "name": name})
    assert source.status_code == 201, source.content
    file = SimpleUploadedFile(f"{name}.csv", content, "text/csv")
    response = client.post(f"{project}/imports", {"source_id": source.json()["source_id"], "file": file})
    assert response.status_code == 201, response.content
    proposal: dict[str, Any] = response.json()
    return proposal


@pytest.fixture
def desk(olga: APIClient, project: str) -> Desk:
    """Two files in, a run, and what it found: two matches, a suggestion of 5.00, and open items on both sides."""
    imports = [upload(olga, project, "left", BANK, "bank"), upload(olga, project, "right", LEDGER, "ledger")]
    for proposal in imports:
        response = olga.post(f"{project}/imports/{proposal['row']['id']}/commit")
        assert response.status_code == 202, response.content
    drain()
    rules = olga.post(f"{project}/rule-sets", {"name": "Rules", "document": RULES}, format="json")
    assert rules.status_code == 201, rules.content
    run = olga.post(f"{project}/runs")
    assert run.status_code == 202, run.content
    drain()
    groups = olga.get(f"{project}/groups").json()["results"]
    ids = {
        "project_id": int(project.rsplit("/", 1)[1]),
        "source_id": imports[0]["row"]["source_id"],
        "import_id": imports[0]["row"]["id"],
        "rule_set_id": rules.json()["id"],
        "run_id": run.json()["id"],
        "group_id": next((group["id"] for group in groups), 0),
        "record_id": next((group["left"][0]["record"]["id"] for group in groups), 0),
        "user_id": olga.get("/api/v1/auth/me").json()["id"],
    }
    return Desk(client=olga, project=project, ids=ids)
