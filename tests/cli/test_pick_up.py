"""`manage.py pick-up`: a folder looked into at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, acting_as, command_bus, services
from projects.commands.create_project import CreateProject
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.set_pick_up import SetPickUp
from reconciliation.folders import Folders
from reconciliation.ids import Side
from tests.cli.running import Files, manage
from tests.cli.test_import import BANK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inbox(tmp_path: Path, files: Files, settings: Any) -> Iterator[Path]:
    """The folder of a source that has imported one file before."""
    settings.PICK_UP_SETTLE_SECONDS = 0
    folder = tmp_path / "inbox"
    folder.mkdir()
    with (
        services.overriding(Folders, Folders([f"file://{folder}"])),
        acting_as(Actor.user(User.objects.create_superuser("root"))),
    ):
        project_id = command_bus.dispatch(CreateProject(name="March"))
        source_id = command_bus.dispatch(AddSource(project_id=project_id, side=Side.LEFT, name="Bank"))
        manage("import", "March", "Bank", files.write("bank.csv", *BANK))
        command_bus.dispatch(SetPickUp(project_id=project_id, source_id=source_id, url=f"file://{folder}"))
        yield folder


class TestPickUp:
    def test_imports_what_has_settled(self, inbox: Path) -> None:
        """Twice looked at, imported, told about; a second time there is nothing to do."""
        (inbox / "april.csv").write_text("\n".join((*BANK, "2026-11-20;7,00;EUR;Tea")) + "\n")

        first, second = manage("pick-up", "March"), manage("pick-up", "March", "Bank")

        assert (first.code, second.code) == (0, 0), first.err
        assert "april.csv" in first.out
        assert "imported" in first.out

    def test_says_when_a_person_has_to_look(self, inbox: Path) -> None:
        """By its exit code and the reason."""
        (inbox / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n")

        ended = manage("pick-up", "March")

        assert (ended.code, "refused" in ended.out, "a picture" in ended.out) == (1, True, True)

    def test_says_that_there_is_no_folder(self, inbox: Path) -> None:
        """For a source without one, and where the folder is away."""
        nothing = manage("pick-up", "March", "Ledger")
        inbox.rename(inbox.with_name("gone"))
        away = manage("pick-up", "March")

        assert (nothing.code, "Nothing is picked up for the source Ledger" in nothing.err) == (2, True)
        assert (away.code, "No such file" in away.err) == (2, True), away.err
