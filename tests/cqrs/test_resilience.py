"""Calls to what is outside this process."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import stamina
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cqrs.outside import OutOfReachError, Policy, Resilience
from tests.servers.ports import free_port
from tests.servers.valkey import valkey

NEVER = Retry(NoBackoff(), 0)
ONCE = Policy(attempts=1, failures=2, rest_seconds=0.3)


class Place:
    """Something outside that fails as often as it is told to."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.failures = failures
        self.error = error or ConnectionError("away")
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return "hello"


def fail(resilience: Resilience, times: int, place: str = "mail") -> None:
    for _ in range(times):
        with pytest.raises(ConnectionError):
            resilience.call(place, Place(failures=1), ONCE)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Retries without the waiting between them."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.mark.usefixtures("impatient")
class TestRetries:
    def test_tries_again(self) -> None:
        """What fails twice and then answers was no failure for the caller."""
        place = Place(failures=2)

        assert Resilience().call("mail", place, Policy()) == "hello"
        assert place.calls == 3

    def test_gives_up_with_the_places_own_error(self) -> None:
        """After the last attempt the caller gets what the place said."""
        place = Place(failures=9)
        with pytest.raises(ConnectionError, match="away"):
            Resilience().call("mail", place, Policy())

        assert place.calls == 3

    def test_another_error_is_not_tried_again(self) -> None:
        """A mistake of ours stays one however often it is repeated, and does not open the breaker."""
        resilience, place = Resilience(), Place(failures=9, error=ValueError("ours"))
        for _ in range(ONCE.failures + 1):
            with pytest.raises(ValueError, match="ours"):
                resilience.call("mail", place, ONCE)

        assert (place.calls, resilience.state("mail")) == (ONCE.failures + 1, "closed")


class TestBreaker:
    """In memory."""

    def test_leaves_a_place_alone_that_fails_again_and_again(self) -> None:
        """Open, it is not called any more; another place is."""
        resilience, place = Resilience(), Place()
        fail(resilience, 2)
        with pytest.raises(OutOfReachError, match="mail does not answer"):
            resilience.call("mail", place, ONCE)

        assert place.calls == 0
        assert resilience.call("http", place, ONCE) == "hello"

    def test_counts_only_failures_in_a_row(self) -> None:
        """A success in between starts the count anew."""
        resilience = Resilience()
        fail(resilience, 1)
        resilience.call("mail", Place(), ONCE)
        fail(resilience, 1)

        assert resilience.state("mail") == "closed"

    def test_one_success_after_the_rest_closes_it(self) -> None:
        """After its rest a call is let through, and when that succeeds all are."""
        resilience = Resilience()
        fail(resilience, 2)
        time.sleep(ONCE.rest_seconds)

        assert resilience.call("mail", Place(), ONCE) == "hello"
        assert resilience.state("mail") == "closed"

    def test_a_failure_after_the_rest_opens_it_again(self) -> None:
        """The place gets another rest."""
        resilience, place = Resilience(), Place()
        fail(resilience, 2)
        time.sleep(ONCE.rest_seconds)
        fail(resilience, 1)
        with pytest.raises(OutOfReachError):
            resilience.call("mail", place, ONCE)

        assert place.calls == 0

    def test_a_single_call_tries_after_the_rest(self) -> None:
        """While one tries, the others are still refused."""
        resilience = Resilience()
        fail(resilience, 2)
        time.sleep(ONCE.rest_seconds)

        def while_trying() -> str:
            with pytest.raises(OutOfReachError):
                resilience.call("mail", Place(), ONCE)
            return "hello"

        assert resilience.call("mail", while_trying, ONCE) == "hello"

    def test_threads_do_not_wait_for_one_another(self) -> None:
        """A slow call holds up no other: eight of 0.2 seconds take far less than 1.6."""
        resilience = Resilience()
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: resilience.call("mail", lambda: time.sleep(0.2), ONCE), range(8)))

        assert time.monotonic() - began < 1


CALL = """
    import sys
    from redis import Redis
    from cqrs.outside import OutOfReachError, Policy, Resilience
    resilience = Resilience(Redis.from_url(sys.argv[1]))
    for _ in sys.stdin:
        try:
            print(resilience.call("mail", lambda: "called", Policy()), flush=True)
        except OutOfReachError:
            print("refused", flush=True)
"""


class OtherProcess:
    """Calls through the same breaker when it is told to."""

    def __init__(self, url: str) -> None:
        program = [sys.executable, "-c", textwrap.dedent(CALL), url]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(program, stdin=pipe, stdout=pipe, text=True, env=environment)

    def call(self) -> str:
        assert self.process.stdin
        assert self.process.stdout
        print("call", file=self.process.stdin, flush=True)
        answer: str = self.process.stdout.readline()
        return answer.strip()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with valkey() as url:
        yield url


class TestShared:
    """In a real Redis-compatible server."""

    def test_what_one_process_found_out_the_others_know(self, url: str) -> None:
        """Another process refuses at once, and calls again when this one has closed the breaker."""
        resilience, other = Resilience(Redis.from_url(url)), OtherProcess(url)
        fail(resilience, 2)
        refused = other.call()
        time.sleep(ONCE.rest_seconds)
        resilience.call("mail", Place(), ONCE)
        called = other.call()
        other.process.communicate()

        assert (refused, called) == ("refused", "called")

    def test_failures_of_all_processes_add_up(self, url: str) -> None:
        """One failure here and one there are two."""
        fail(Resilience(Redis.from_url(url)), 1, "http")
        fail(Resilience(Redis.from_url(url)), 1, "http")

        assert Resilience(Redis.from_url(url)).state("http") == "open"

    def test_without_redis_each_process_has_its_own(self) -> None:
        """Nobody listens there: calls pass, and the breaker works in memory."""
        resilience = Resilience(Redis(port=free_port(), socket_connect_timeout=1, retry=NEVER))
        answer = resilience.call("mail", Place(), ONCE)
        fail(resilience, 2)

        assert (answer, resilience.state("mail")) == ("hello", "open")

    def test_redis_that_goes_away_is_remembered(self) -> None:
        """What it said last holds on, so that a place known to be away is not called because Redis went too."""
        with valkey() as url:
            fail(Resilience(Redis.from_url(url)), 2)
            resilience = Resilience(Redis.from_url(url))
            before = resilience.state("mail")

        assert (before, resilience.state("mail")) == ("open", "open")
