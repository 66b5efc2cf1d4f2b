"""Which folders may be read, and what is seen in them."""

from pathlib import Path

import fsspec
import pytest

from reconciliation.folders import FolderAwayError, FolderRefusedError, Folders


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "7"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders([f"file://{tmp_path}/inbox/{{project_id}}", "s3://bank-files/in"])


def url(folder: Path) -> str:
    return f"file://{folder}"


class TestRoots:
    def test_let_in_what_is_below_them(self, folders: Folders, inbox: Path) -> None:
        """The root itself, a folder within, and a bucket."""
        for allowed in (url(inbox), url(inbox / "daily"), url(inbox) + "/", "s3://bank-files/in/2026"):
            folders.refuse_outside(allowed, 7)

    @pytest.mark.parametrize(
        "place",
        [
            "file:///etc",
            "/etc",
            "file://{root}/inbox/7/../8",
            "file://{root}/inbox/7/./x",
            "file://{root}/inbox/8",
            "file://{root}/inbox/77",
            "file://{root}/inbox/7%2f..",
            "file://{root}/inbox/7?a",
            "s3://bank-files/other",
            "s3://bank-files/in/*",
            "s3://bank-files/input",
            "s3://key:secret@bank-files/in",
            "simplecache::s3://bank-files/in",
            "http://169.254.169.254/latest",
            "file://{root}/inbox/7\n",
            "",
        ],
    )
    def test_refuse_everything_else(self, folders: Folders, tmp_path: Path, place: str) -> None:
        """Other places, other projects, ways up, wildcards, chained and encoded addresses."""
        with pytest.raises(FolderRefusedError):
            folders.refuse_outside(place.format(root=tmp_path), 7)

    def test_allow_nothing_where_there_are_none(self, inbox: Path) -> None:
        """Without a setting no folder of the server is read."""
        with pytest.raises(FolderRefusedError):
            Folders([]).files(url(inbox), "*", 7)

    def test_are_not_left_by_a_link(self, folders: Folders, inbox: Path, tmp_path: Path) -> None:
        """A folder that links out of the root is refused; a file that does is not seen."""
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret" / "passwords.csv").write_text("x")
        (inbox / "out").symlink_to(tmp_path / "secret")
        (inbox / "linked.csv").symlink_to(tmp_path / "secret" / "passwords.csv")
        (inbox / "own.csv").write_text("x")

        with pytest.raises(FolderRefusedError):
            folders.files(url(inbox / "out"), "*", 7)
        assert [file.name for file in folders.files(url(inbox), "*", 7)] == ["own.csv"]


class TestFiles:
    def test_are_those_that_fit(self, folders: Folders, inbox: Path) -> None:
        """By name; no hidden file, no folder, no other ending."""
        for name in ("b.csv", "a.csv", ".c.csv", "d.txt"):
            (inbox / name).write_text(name)
        (inbox / "e.csv").mkdir()

        assert [(file.name, file.size) for file in folders.files(url(inbox), "*.csv", 7)] == [
            ("a.csv", 5),
            ("b.csv", 5),
        ]

    def test_carry_a_stamp_that_changes(self, folders: Folders, inbox: Path) -> None:
        """A file that is written again has another stamp, though it is as long as before."""
        (inbox / "a.csv").write_text("12")
        before = folders.file(url(inbox), "a.csv", 7)
        (inbox / "a.csv").write_text("34")

        assert before.stamp
        assert (before.name, before.size) == ("a.csv", 2)
        assert folders.file(url(inbox), "a.csv", 7) != before

    def test_are_put_away_beside(self, folders: Folders, inbox: Path) -> None:
        """Into the folder of what is done, where a second one of the same name keeps the first."""
        for content in ("one", "two"):
            (inbox / "a.csv").write_text(content)
            folders.put_away(url(inbox), "a.csv", "abcd", 7)

        assert {path.name: path.read_text() for path in (inbox / "done").iterdir()} == {
            "a.csv": "one",
            "a.csv.abcd": "two",
        }
        assert folders.files(url(inbox), "*", 7) == []

    def test_of_a_folder_that_is_not_there(self, folders: Folders, inbox: Path) -> None:
        """One error for whatever each kind of storage raises; it names the folder."""
        with pytest.raises(FolderAwayError, match="nowhere"):
            folders.files(url(inbox / "nowhere"), "*", 7)

    def test_are_found_in_any_kind_of_storage(self) -> None:
        """Fsspec's memory stands for all that are no disk."""
        memory = fsspec.filesystem("memory")
        memory.pipe("/bank/in/a.csv", b"abc")
        folders = Folders(["memory://bank/in"])
        try:
            [found] = folders.files("memory://bank/in", "*", 7)
            with folders.reading("memory://bank/in", "a.csv", 7) as stream:
                content = stream.read()
        finally:
            memory.rm("/bank", recursive=True)

        assert (found.name, found.size, content) == ("a.csv", 3, b"abc")
