"""Services for what stands outside this process."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from smtplib import SMTPRecipientsRefused
from typing import Any

import httpx
import pytest
import stamina
from django.core import mail
from django.core.cache import BaseCache, caches
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.mail.backends.locmem import EmailBackend

from cqrs import services
from cqrs.outside import Cache, Database, GuardedFiles, Http, Mail, OutOfReachError, Resilience


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """Retries without the waiting between them."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


class Desk(BaseHTTPRequestHandler):
    """Answers 503 as often as it is told to, then 200; 404 below /nowhere."""

    failures = 0
    asked = 0

    def do_GET(self) -> None:
        Desk.asked += 1
        self.send_response(503 if Desk.asked <= Desk.failures else 404 if self.path == "/nowhere" else 200)
        self.end_headers()

    do_POST = do_GET  # noqa: N815  the name that http.server looks for

    def log_message(self, *_: Any) -> None:
        """Nothing: a test reads no log."""


@pytest.fixture
def desk() -> Iterator[str]:
    """A server of somebody else's; yields its address."""
    Desk.failures = Desk.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def http() -> Iterator[Http]:
    with httpx.Client(timeout=2) as client:
        yield Http(client, Resilience())


class TestHttp:
    def test_asks_again_while_the_server_is_out_of_order(self, http: Http, desk: str) -> None:
        """A 503 is the server's trouble, and a GET may be repeated."""
        Desk.failures = 2

        assert http.request("GET", desk).status_code == 200
        assert Desk.asked == 3

    def test_does_not_repeat_a_post(self, http: Http, desk: str) -> None:
        """It may have had its effect."""
        Desk.failures = 2
        with pytest.raises(httpx.HTTPStatusError):
            http.request("POST", desk)

        assert Desk.asked == 1

    def test_an_answer_that_we_do_not_like_is_an_answer(self, http: Http, desk: str) -> None:
        """A 404 is neither repeated nor held against the server."""
        assert http.request("GET", f"{desk}/nowhere").status_code == 404
        assert Desk.asked == 1

    def test_leaves_a_host_alone_that_is_away(self, http: Http, desk: str) -> None:
        """After five failures in a row the host is not asked, and others are."""
        Desk.failures = 99
        for _ in range(5):
            with pytest.raises(httpx.HTTPStatusError):
                http.request("POST", desk)
        with pytest.raises(OutOfReachError):
            http.request("POST", desk)

        assert Desk.asked == 5


class StubbornBackend(EmailBackend):
    """Raises each of the errors, then delivers."""

    errors: list[Exception]

    def send_messages(self, messages: Any) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return super().send_messages(messages)


class TestMail:
    @pytest.fixture
    def errors(self, settings: Any) -> list[Exception]:
        settings.EMAIL_BACKEND = f"{__name__}.StubbornBackend"
        StubbornBackend.errors = []
        return StubbornBackend.errors

    def test_sends_in_spite_of_a_hiccup(self, errors: list[Exception]) -> None:
        """A connection that broke once is no reason to lose mail."""
        errors += [ConnectionResetError()]
        Mail(Resilience()).send(to=["anna@example.org"], subject="Hello", text="Dear Anna")

        assert [(each.to, each.subject) for each in mail.outbox] == [(["anna@example.org"], "Hello")]

    def test_a_refused_recipient_is_not_tried_again(self, errors: list[Exception]) -> None:
        """The server answered; it does not want this message, however often it is offered."""
        errors += [SMTPRecipientsRefused({}), SMTPRecipientsRefused({})]
        with pytest.raises(SMTPRecipientsRefused):
            Mail(Resilience()).send(to=["nobody"], subject="Hello", text="")

        assert len(errors) == 1


class BrokenCache(BaseCache):
    def __init__(self) -> None:
        super().__init__({})
        self.asked = 0

    def get(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        raise ConnectionError("redis is away")


class TestCache:
    def test_keeps(self) -> None:
        """What was set is found until it is deleted."""
        cache = Cache(caches["default"], Resilience())
        cache.set("a", [1], seconds=9)
        found = cache.get("a")
        cache.delete("a")

        assert (found, cache.get("a")) == ([1], None)

    def test_away_it_is_empty_and_soon_not_asked(self) -> None:
        """Whoever can do without the cache does not notice, and does not wait for it each time."""
        broken = BrokenCache()
        cache = Cache(broken, Resilience())
        found = [cache.get("a") for _ in range(8)]

        assert (found, broken.asked) == ([None] * 8, 5)


class Flaky(InMemoryStorage):
    """Reads half of the content and fails, the first time."""

    failures = 1

    def save(self, name: Any, content: Any, max_length: int | None = None) -> str:
        if self.failures:
            self.failures -= 1
            content.read(3)
            raise ConnectionError
        return super().save(name, content, max_length)


def test_a_file_is_stored_whole_at_the_second_attempt() -> None:
    """The content is sent from its beginning again."""
    files = GuardedFiles(Flaky(), Resilience())
    name = files.save("a.txt", ContentFile(b"abcdef"))

    assert files.open(name).read() == b"abcdef"
    assert (files.exists(name), files.size(name)) == (True, 6)


@pytest.mark.django_db
def test_plain_sql_is_part_of_the_transaction() -> None:
    """The service gives the connection that the handler writes with."""
    with services.get(Database).cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cqrs_event")
        count = cursor.fetchall()[0][0]

    assert count == 0


@pytest.mark.parametrize("service", [Http, Mail, Cache, Resilience])
def test_the_installation_has_it(service: type) -> None:
    """The composition root can build each of them."""
    assert isinstance(services.get(service), service)
