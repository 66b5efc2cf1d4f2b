"""Debian's chromium against a live server; where a test asks for it a thread makes deliveries, as in `make run`."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from cqrs import services
from cqrs.worker import EmbeddedWorker
from reconciliation.storage import Storage
from tests.browser.visitor import Visitor

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1440,1000",
)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"The browser tests need {name}: apt-get install chromium chromium-driver")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[webdriver.Chrome]:
    """One browser for all tests; each starts without cookies."""
    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        browser = webdriver.Chrome(options=options, service=Service(_program("chromedriver")))
        yield browser
        browser.quit()


@pytest.fixture
def own_files(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """What a test uploads is its own."""
    with services.overriding(Storage, Storage(FileSystemStorage(tmp_path / "stored"))):
        yield


@pytest.fixture
def worker(own_files: None) -> Iterator[None]:
    """Deliveries are made while the test runs."""
    embedded = EmbeddedWorker()
    embedded.start()
    yield
    embedded.stop()


@pytest.fixture
def visitor(chromium: webdriver.Chrome, live_server: LiveServer, own_files: None) -> Iterator[Visitor]:
    """Somebody at the browser; a complaint in its console fails the test."""
    chromium.delete_all_cookies()
    somebody = Visitor(chromium, live_server.url)
    yield somebody
    assert somebody.complaints() == []
