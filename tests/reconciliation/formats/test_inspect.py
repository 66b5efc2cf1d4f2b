"""`manage.py inspect`."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.reconciliation.formats.files import written


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command("inspect", *arguments, stdout=out)
    return out.getvalue()


def test_the_document(tmp_path: Path) -> None:
    """`--json` prints exactly the published keys, money as strings."""
    path = written(tmp_path, "Date,Amount,Currency\n2026-05-04,-12.5,EUR\n2026-05-05,x,EUR\n")

    document = json.loads(_run(str(path), "--json"))

    assert document.pop("mapping")["fields"]["amount"] == {"column": 1, "header": "Amount"}
    assert document == {
        "format": "csv",
        "encoding": "utf-8",
        "transactions": 1,
        "sum_by_currency": {"EUR": "-12.50"},
        "opening_balance": [],
        "closing_balance": [],
        "first_booking_date": "2026-05-04",
        "last_booking_date": "2026-05-04",
        "warnings": [],
        "rejected": [{"line": 3, "field": "Amount", "reason": "'x' is no amount"}],
    }


def test_answers_from_a_file(tmp_path: Path) -> None:
    """`--mapping` lays a person's answers over what was detected."""
    path = written(tmp_path, "Date,Amount\n2026-05-04,1.234\n")
    answers = written(tmp_path, '{"decimal_mark": ",", "currency": "EUR"}', name="answers.json")

    document = json.loads(_run(str(path), "--json", "--mapping", str(answers)))

    assert document["sum_by_currency"] == {"EUR": "1234.00"}
    assert document["warnings"] == []


def test_a_refusal_is_a_document_too(tmp_path: Path) -> None:
    """With `--json` the error is a document and the exit status 2."""
    path = written(tmp_path, "")
    out = StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("inspect", str(path), "--json", stdout=out)

    assert end.value.code == 2
    assert "statement.csv: the file is empty" in json.loads(out.getvalue())["error"]


def test_a_refusal_for_people(tmp_path: Path) -> None:
    """Without `--json` the error is a sentence, and the exit status 2."""
    with pytest.raises(CommandError, match="cannot be opened") as error:
        _run(str(tmp_path / "absent.csv"))

    assert error.value.returncode == 2


def test_the_tables_for_people(tmp_path: Path) -> None:
    """Without `--json`: each decision with its reason, every line's way, what was rejected."""
    shown = _run(str(written(tmp_path, "Date,Amount,Currency\n2026-05-04,-12.5,EUR\n2026-05-05,x,EUR\n")))

    for words in ("decimal_mark", "Every line of the file", "-12.50", "'x' is no amount"):
        assert words in shown


def test_starts_without_what_it_does_not_need(tmp_path: Path) -> None:
    """From a shell neither the matching engine nor the API is loaded, which take longer than most files."""
    path = written(tmp_path, "Date,Amount,Currency\n2026-05-04,-12.5,EUR\n")
    command = [sys.executable, "-X", "importtime", "manage.py", "inspect", str(path), "--json"]

    ended = subprocess.run(command, cwd=settings.ROOT, capture_output=True, text=True, check=True)

    assert json.loads(ended.stdout)["transactions"] == 1
    assert "pyarrow" in ended.stderr
    assert not {"duckdb", "rest_framework", "celery"} & {
        line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()
    }
