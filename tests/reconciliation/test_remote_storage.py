"""Files in S3-compatible storage: a fake server of it on loopback, and the whole way of an import through it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import fsspec.config
import pytest
from django.core.files.storage import InMemoryStorage, storages
from moto.server import ThreadedMotoServer

from config.settings.files import files_from
from cqrs import services
from cqrs.outside import GuardedFiles, Resilience
from projects.ids import ProjectId
from reconciliation.file_cache import FileCache
from reconciliation.folders import Folders
from reconciliation.storage import Storage
from tests.reconciliation.importing import MONTH, add_source, bring_in, texts


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of the fake server, with one bucket."""
    fake = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    fake.start()
    _host, port = fake.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="files")
        yield address
    fake.stop()


@pytest.fixture
def remote(server: str, tmp_path: Path) -> Storage:
    settings = files_from(f"s3://files/{tmp_path.name}?endpoint_url={server}&region_name=us-east-1")
    return Storage(GuardedFiles(storages.create_storage(settings), Resilience()), FileCache(tmp_path / "cache"))


class TestS3:
    def test_holds_files_by_their_content(self, remote: Storage) -> None:
        """Put, listed, opened, read by a path, and gone."""
        stored = remote.put(io.BytesIO(b"abc"))

        assert (remote.size(stored.key), list(remote.stored_keys())) == (3, [stored.key])
        with remote.open(stored.key) as stream:
            assert stream.read() == b"abc"
        assert remote.path(stored.key).read_bytes() == b"abc"
        remote.delete(stored.key)
        assert (remote.exists(stored.key), list(remote.stored_keys())) == (False, [])

    @pytest.mark.django_db
    def test_carries_an_import(self, remote: Storage, project_id: ProjectId) -> None:
        """Upload, snapshot, records: nothing but the cache is on the disk."""
        with services.overriding(Storage, remote):
            committed = bring_in(project_id, add_source(project_id), MONTH)

        assert (committed.row.status, len(texts(project_id))) == ("committed", 4)
        assert len(list(remote.stored_keys())) >= 2

    def test_is_a_place_to_pick_files_up_from(self, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """By fsspec, whose configuration has the operator's address and credentials; done files are moved."""
        client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
        client.put_object(Bucket="files", Key="in/march.csv", Body=MONTH.encode())
        monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": server, "key": "test", "secret": "test"})
        folders = Folders(["s3://files/in"])

        [found] = folders.files("s3://files/in", "*.csv", 1)
        with folders.reading("s3://files/in", found.name, 1) as stream:
            content = stream.read()
        folders.put_away("s3://files/in", found.name, "abcd", 1)

        assert (found.name, found.size, content.decode()) == ("march.csv", len(MONTH), MONTH)
        keys = [each["Key"] for each in client.list_objects_v2(Bucket="files", Prefix="in/")["Contents"]]
        assert keys == ["in/done/march.csv"]


class TestFileCache:
    def test_keeps_what_was_fetched(self, tmp_path: Path) -> None:
        """A file is fetched once, however often it is read."""

        class Counted(InMemoryStorage):
            opened = 0

            def open(self, name: str, mode: str = "rb") -> Any:
                Counted.opened += 1
                return super().open(name, mode)

        files = Counted()
        stored = Storage(files, FileCache(tmp_path / "one")).put(io.BytesIO(b"abc"))
        reader = Storage(files, FileCache(tmp_path / "two"))

        assert [reader.path(stored.key).read_bytes() for _ in range(3)] == [b"abc"] * 3
        assert Counted.opened == 1

    def test_makes_room(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was not used for longest goes first; what was used just now stays even if there is no room."""
        cache = FileCache(tmp_path, most_bytes=5)

        def put(name: str) -> None:
            path = tmp_path / "incoming"
            path.write_bytes(b"abc")
            cache.put(path, name)

        put("first")
        put("second")
        assert cache.path("first") is not None

        monkeypatch.setattr("reconciliation.file_cache.SECONDS_OF_GRACE", -10)
        assert cache.path("second") is not None
        put("third")
        assert [cache.path(name) is not None for name in ("first", "second", "third")] == [False, False, True]


@pytest.mark.parametrize("url", ["ftp://files", "s3:///folder", "s3://files?acl=public"])
def test_refuses_an_address_that_is_none(url: str) -> None:
    """At the start, not at the first upload."""
    with pytest.raises(Exception, match="FILES_URL is s3://"):
        files_from(url)
