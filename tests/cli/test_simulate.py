"""`simulate`: rules tried on a project, nothing published."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from reconciliation.models import RuleSetVersion
from tests.cli.running import Files, manage
from tests.cli.test_reconcile import BANK, LEDGER, RULES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(files: Files) -> str:
    """Reconciled once."""
    User.objects.create_superuser("root")
    left, right = files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)
    manage("reconcile", left, right, "--rules", files.json("rules.json", RULES), "--project", "March")
    return "March"


class TestSimulate:
    def test_tells_what_the_rules_would_find(self, project: str, files: Files, tmp_path: Path) -> None:
        """On the screen and as a document; no version of the rules is published by it."""
        answer = tmp_path / "answer.json"

        ended = manage("simulate", "--project", project, "--rules", files.json("tried.json", RULES), "--json", answer)

        assert ended.code == 0, ended.err
        assert "Nobody has decided anything yet" in ended.out
        assert json.loads(answer.read_text())["status"] == "completed"
        assert RuleSetVersion.objects.count() == 1

    def test_refuses_a_project_that_is_not_there(self, project: str, files: Files) -> None:
        """A mistyped name opens no new project."""
        ended = manage("simulate", "--project", f"{project}!", "--rules", files.json("tried.json", RULES))

        assert ended.code == 2
        assert "no project" in ended.err
