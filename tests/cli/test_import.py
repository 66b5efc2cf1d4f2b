"""`manage.py import`: files into a source, told about by tables, a JSON document and the exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, acting_as, command_bus, query_bus
from cqrs.deliveries import drain
from projects.commands.create_project import CreateProject
from projects.ids import ProjectId
from reconciliation.console import importing
from reconciliation.queries.list_imports import ListImports
from tests.cli.running import Ended, Files, manage

pytestmark = pytest.mark.django_db(transaction=True)

BANK = ("Date;Amount;Currency;Text", "2026-11-01;-850,00;EUR;Rent", "2026-11-13;-3,00;EUR;Coffee")
UNCLEAR = ("Date;Amount;Text", "03/04/2026;1.000;Rent", "04/05/2026;-3.000;Coffee")
ANSWERS = ("--answer", "decimal_mark=.", "--answer", "date_order=DMY", "--answer", "currency=EUR")


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def project_id(operator: User) -> ProjectId:
    with acting_as(Actor.user(operator)):
        return command_bus.dispatch(CreateProject(name="March"))


def bring(*arguments: str | Path) -> Ended:
    return manage("import", "March", "Bank", "--side", "left", *arguments)


def told(ended: Ended) -> Any:
    return json.loads(ended.out)


def statuses(operator: User, project_id: ProjectId) -> list[str]:
    with acting_as(Actor.user(operator)):
        return [row.status for row in query_bus.ask(ListImports(project_id=project_id)).items]


@pytest.mark.usefixtures("project_id")
class TestImport:
    def test_accounts_for_every_line(self, files: Files) -> None:
        """Each line is a header, a record or rejected with its reason, and a rejected one shows in the exit code."""
        clean = bring(files.write("bank.csv", *BANK))
        odd = bring(files.write("odd.csv", *BANK, "no date;1,00;EUR;Odd"), "--json")

        assert (clean.code, odd.code) == (0, 1)
        assert "2 records imported" in clean.out
        [file] = told(odd)
        lines = {row["category"]: row["lines"] for row in file["accounting"]}
        assert (file["status"], lines) == ("committed", {"header": 1, "duplicate": 2, "rejected": 1, "record": 0})

    def test_adds_nothing_when_the_same_bytes_come_again(self, files: Files) -> None:
        """It says so, and that is no failure: a script may simply repeat itself."""
        path = files.write("bank.csv", *BANK)
        bring(path)

        again = bring(path)

        assert (again.code, "Nothing is added" in again.out) == (0, True)

    def test_asks_what_the_file_leaves_open(self, files: Files, operator: User, project_id: ProjectId) -> None:
        """Nothing is imported; each question comes with the options that answer it, which then import the file."""
        path = files.write("unclear.csv", *UNCLEAR)

        asked = bring(path)
        answered = bring(path, *ANSWERS, "--json")

        assert asked.code == 2
        assert "--answer date_order=DMY" in asked.out
        assert (answered.code, told(answered)[0]["records"]) == (0, 2)
        assert statuses(operator, project_id) == ["committed", "discarded"]

    def test_looks_without_leaving_anything(self, files: Files, operator: User, project_id: ProjectId) -> None:
        """A dry run tells how the file would be read; no import is in the project's list."""
        ended = bring(files.write("bank.csv", *BANK), "--dry-run", "--json")

        assert (ended.code, told(ended)[0]["status"], told(ended)[0]["records"]) == (0, "proposed", 2)
        assert statuses(operator, project_id) == []

    def test_goes_on_behind_a_file_that_is_refused(self, files: Files) -> None:
        """A picture among the files is refused by name; the others come in, and the exit code tells."""
        picture = files.folder / "photo.csv"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n")

        ended = bring(picture, files.write("bank.csv", *BANK), "--json")

        assert ended.code == 2
        assert [file["status"] for file in told(ended)] == ["refused", "committed"]
        assert "photo.csv: this is a picture" in told(ended)[0]["error"]

    def test_takes_a_mapping_document(self, files: Files) -> None:
        """What it says is decided, the rest stays as proposed."""
        document = {"decimal_mark": ".", "date_order": "MDY", "currency": "USD"}

        ended = bring(files.write("unclear.csv", *UNCLEAR), "--mapping", files.json("mapping.json", document), "--json")

        [file] = told(ended)
        assert (ended.code, file["mapping"]["currency"], file["mapping"]["date_order"]) == (0, "USD", "MDY")

    def test_cancels_what_nobody_waits_for_any_more(
        self, files: Files, operator: User, project_id: ProjectId, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-C while the records are awaited: the import is cancelled, and no worker picks it up later."""

        def interrupted(_finished: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(importing, "deliver_until", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bring(files.write("bank.csv", *BANK))
        drain()

        assert statuses(operator, project_id) == ["cancelled"]

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (("March", "Ledger", "{bank}"), "There is no source Ledger (there is: none yet). Give --side"),
            (("April", "Bank", "{bank}"), "There is no project April"),
            (("March", "Bank", "{nothing}"), "No such file or directory"),
            (("March", "Bank", "{bank}", "--answer", "DMY"), "write DECISION=VALUE"),
        ],
    )
    def test_says_what_is_wrong_with_its_arguments(self, files: Files, arguments: tuple[str, ...], text: str) -> None:
        """Before anything is touched: what, and what to do."""
        bank = files.write("bank.csv", *BANK)
        ended = manage("import", *(each.format(bank=bank, nothing=files.folder / "none.csv") for each in arguments))

        assert (ended.code, text in ended.err) == (2, True), ended.err
