"""Bad input and usage: exit code 2, and a text that says which file, what, and what to do."""

from pathlib import Path

import pytest
from django.core.management import CommandError, ManagementUtility, call_command

from reconciliation.console.command import ConsoleCommand
from tests.cli.running import Files, manage
from tests.cli.test_reconcile import BANK, LEDGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(files: Files) -> tuple[Path, Path]:
    return files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)


class TestFiles:
    def test_that_do_not_exist(self, files: Files, pair: tuple[Path, Path]) -> None:
        """The path is named as it was given."""
        ended = manage("reconcile", pair[0], files.folder / "none.csv")

        assert ended.code == 2
        assert "none.csv: No such file or directory" in ended.err

    def test_that_are_folders(self, files: Files, pair: tuple[Path, Path]) -> None:
        """A folder is not a file."""
        ended = manage("reconcile", pair[0], files.folder)

        assert ended.code == 2
        assert "this is a folder" in ended.err

    def test_that_are_empty(self, files: Files, pair: tuple[Path, Path]) -> None:
        """The file is named, and what to do about it."""
        empty = files.folder / "empty.csv"
        empty.touch()

        ended = manage("reconcile", empty, pair[1])

        assert ended.code == 2
        assert "empty.csv" in ended.err
        assert "Export it again" in ended.err


class TestRules:
    def test_that_are_not_json(self, files: Files, pair: tuple[Path, Path]) -> None:
        """The line of the mistake is named."""
        broken = files.write("rules.json", "{", '  "name": oops', "}")

        ended = manage("reconcile", *pair, "--rules", broken)

        assert ended.code == 2
        assert "rules.json, line 2" in ended.err

    def test_that_are_nested_beyond_reason(self, files: Files, pair: tuple[Path, Path]) -> None:
        """Deeper than Python reads is refused like any other mistake."""
        ended = manage("reconcile", *pair, "--rules", files.write("rules.json", "[" * 100_000))

        assert ended.code == 2
        assert "nested too deeply" in ended.err

    def test_that_name_an_unknown_rule(self, files: Files, pair: tuple[Path, Path]) -> None:
        """The pass and the rule are named, and where the document is described."""
        wrong = files.json("rules.json", {"passes": [{"name": "First", "rules": [{"type": "SameColour"}]}]})

        ended = manage("reconcile", *pair, "--rules", wrong)

        assert ended.code == 2
        assert "rules.json" in ended.err
        assert "SameColour" in ended.err
        assert "docs/rules.md" in ended.err


class TestMapping:
    def test_that_names_another_side(self, files: Files, pair: tuple[Path, Path]) -> None:
        """There are two sides; the form of the document is shown."""
        ended = manage("reconcile", *pair, "--mapping", files.json("mapping.json", {"middle": {}}))

        assert ended.code == 2
        assert '"middle" is not a side' in ended.err

    def test_that_names_an_unknown_column(self, files: Files, pair: tuple[Path, Path]) -> None:
        """The field and the column are named."""
        mapping = files.json("mapping.json", {"left": {"fields": {"key": {"header": "Colour"}}}})

        ended = manage("reconcile", *pair, "--mapping", mapping)

        assert ended.code == 2
        assert "fields.key" in ended.err
        assert "Colour" in ended.err


class TestQuestions:
    AMBIGUOUS = ("id,date,amount,currency,reference", "x1,03/04/2026,10.00,EUR,R1001", "x2,05/06/2026,11.00,EUR,R1002")

    def test_are_asked_with_their_choices_and_the_way_to_answer(self, files: Files, temporary: Path) -> None:
        """Day and month could be either way round: nothing is guessed, nothing is imported."""
        left, right = files.write("left.csv", *self.AMBIGUOUS), files.write("right.csv", *LEDGER)

        ended = manage("reconcile", left, right)

        assert ended.code == 2
        assert "date_order: one of" in ended.err
        assert '{"left": {"date_order": ' in ended.err
        assert "--mapping FILE" in ended.err
        assert list(temporary.iterdir()) == []

    def test_are_answered_by_a_mapping(self, files: Files) -> None:
        """With the answer given, the file is read as it says."""
        left = files.write("left.csv", *self.AMBIGUOUS)
        right = files.write(
            "right.csv",
            "id,date,amount,currency,reference",
            "y1,2026-04-03,10.00,EUR,R1001",
            "y2,2026-06-05,11.00,EUR,R1002",
        )
        rules = files.json(
            "rules.json",
            {
                "passes": [
                    {
                        "name": "R",
                        "rules": [
                            {"type": "SameReference"},
                            {"type": "SameAmount"},
                            {"type": "DatesWithin", "after": 0},
                        ],
                    }
                ]
            },
        )
        mapping = files.json("mapping.json", {"left": {"date_order": "DMY"}})

        assert manage("reconcile", left, right, "--rules", rules, "--mapping", mapping).code == 0


class TestUsage:
    def test_refuses_a_user_without_a_project(self, pair: tuple[Path, Path]) -> None:
        """--as alone would do nothing: say so."""
        ended = manage("reconcile", *pair, "--as", "anna")

        assert ended.code == 2
        assert "--project NAME" in ended.err

    def test_refuses_a_result_in_a_folder_that_does_not_exist(self, files: Files, pair: tuple[Path, Path]) -> None:
        """Known before the work starts, not after it."""
        ended = manage("reconcile", *pair, "--json", files.folder / "none" / "r.json")

        assert ended.code == 2
        assert "does not exist. Make it first" in ended.err

    def test_refuses_to_write_csv_into_a_file(self, files: Files, pair: tuple[Path, Path]) -> None:
        """--out names a folder."""
        ended = manage("reconcile", *pair, "--out", pair[0])

        assert ended.code == 2
        assert "Name a folder" in ended.err

    def test_refuses_missing_arguments(self, pair: tuple[Path, Path]) -> None:
        """Django's own refusals end with 2 as well."""
        with pytest.raises(SystemExit) as ended:
            ManagementUtility(["manage.py", "reconcile", str(pair[0])]).execute()

        assert ended.value.code == 2

    def test_ends_with_2_when_a_check_of_the_installation_fails(self) -> None:
        """1 is kept for open items, whatever Django's own exit codes are."""

        class Broken(ConsoleCommand):
            def handle(self, *_args: object, **_options: object) -> None:
                raise CommandError("no good", returncode=1)

        with pytest.raises(CommandError) as refused:
            call_command(Broken())

        assert refused.value.returncode == 2

    def test_ends_with_2_on_a_bug_and_shows_where(self, capsys: pytest.CaptureFixture[str]) -> None:
        """An unforeseen error must not look like open items to a script."""

        class Buggy(ConsoleCommand):
            def handle(self, *_args: object, **_options: object) -> None:
                raise ZeroDivisionError

        with pytest.raises(SystemExit) as ended:
            Buggy().run_from_argv(["manage.py", "buggy"])

        assert ended.value.code == 2
        assert "ZeroDivisionError" in capsys.readouterr().err

    def test_ends_with_130_when_interrupted(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Ctrl-C is told in one word, without a traceback."""

        class Interrupted(ConsoleCommand):
            def handle(self, *_args: object, **_options: object) -> None:
                raise KeyboardInterrupt

        with pytest.raises(SystemExit) as ended:
            Interrupted().run_from_argv(["manage.py", "interrupted"])

        assert ended.value.code == 130
        assert capsys.readouterr().err == "Stopped.\n"


class TestTargets:
    def test_that_cannot_be_made_are_refused(self, pair: tuple[Path, Path]) -> None:
        """A folder below a file is found out when it is to be written: named, without a traceback."""
        ended = manage("reconcile", *pair, "--out", pair[0] / "results")

        assert ended.code == 2
        assert "cannot be written" in ended.err

    def test_that_are_no_files_are_written_to_and_stay(self, files: Files, pair: tuple[Path, Path]) -> None:
        """A device or a pipe in the place of a file is not replaced by one."""
        device = files.folder / "results.json"
        device.symlink_to("/dev/null")

        ended = manage("reconcile", *pair, "--json", device)

        assert ended.code in {0, 1}
        assert device.is_symlink()
