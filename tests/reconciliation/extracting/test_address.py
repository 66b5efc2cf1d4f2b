"""Which databases may be read from, and that an address never carries or tells a password."""

from pathlib import Path

import pytest

from reconciliation.extracting import AddressRefusedError, DatabaseAddress


class TestParse:
    def test_reads_the_parts(self) -> None:
        """Host, port, user, name and whether the connection has to be encrypted."""
        address = DatabaseAddress.parse("postgresql://reader%40x@db.example.com:6432/books?sslmode=require")

        assert address == DatabaseAddress(
            "postgresql", "books", host="db.example.com", port=6432, user="reader@x", ssl_mode="require"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "postgresql://reader:hunter2@db/books",
            "postgresql://db",
            "postgresql:///books",
            "postgresql://a,b/books",
            "postgresql://%2Fvar%2Frun/books",
            "postgresql://db/books?hostaddr=10.0.0.1",
            "postgresql://db/books?sslmode=none",
            "postgresql://db:port/books",
            "mysql://db/books",
            "sqlite://host/books.db",
            "sqlite:///",
            "sqlite:////srv/a.db?mode=rwc",
            "/srv/a.db",
            "",
        ],
    )
    def test_refuses_what_else_there_is(self, text: str) -> None:
        """Passwords, sockets, several hosts, options that lead elsewhere; and the password is not repeated."""
        with pytest.raises(AddressRefusedError) as refusal:
            DatabaseAddress.parse(text)

        assert "hunter2" not in f"{refusal.value} {refusal.value.detail}"


class TestElsewhere:
    def test_is_refused(self) -> None:
        """A host is allowed with any port, or with one."""
        anywhere = DatabaseAddress.parse("postgresql://db.example.com/books")
        other_port = DatabaseAddress.parse("postgresql://db.example.com:6000/books")

        anywhere.refuse_elsewhere(["db.example.com:5432"], [])
        other_port.refuse_elsewhere(["db.example.com"], [])
        for hosts in ([], ["example.com"], ["db.example.com:5432"]):
            with pytest.raises(AddressRefusedError, match=r"db\.example\.com"):
                other_port.refuse_elsewhere(hosts, [])

    def test_on_the_disk_is_refused_too(self, tmp_path: Path) -> None:
        """Neither a way up nor a link leads out of an allowed folder."""
        allowed, outside = tmp_path / "allowed", tmp_path / "outside"
        allowed.mkdir()
        outside.mkdir()
        (allowed / "link.db").symlink_to(outside / "books.db")

        DatabaseAddress.parse(f"sqlite:///{allowed}/books.db").refuse_elsewhere([], [allowed])
        for path in (f"{outside}/books.db", f"{allowed}/../outside/books.db", f"{allowed}/link.db"):
            with pytest.raises(AddressRefusedError):
                DatabaseAddress.parse(f"sqlite:///{path}").refuse_elsewhere([], [allowed])
