"""What all tests share: real races, a real browser, and skips that speak up."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import hypothesis
import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.signals import user_logged_in
from django.db import connection, connections
from django.http import HttpRequest
from django.utils import translation
from playwright.sync_api import Page

from gatehouse.identity.oidc.queries import keys
from gatehouse.people.models import Person
from tests.services import chromium

SETTINGS_OF = "_hypothesis_internal_use_settings"
AXE = Path(__file__).parent / "tests" / "vendor" / "axe" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Playwright's own event loop runs in our thread; Django would take the tests for async code and refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's test database is a file, for the in-memory one answers racing writers with "table is locked"."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.db")


@pytest.fixture
def together(transactional_db: None) -> Callable[..., list[object]]:
    """`together(*deeds)` runs them at the same moment, a thread and a connection each; gives results or exceptions."""

    def one(deed: Callable[[], object], barrier: Barrier) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return deed()
        except Exception as error:  # noqa: BLE001  # the outcome is what the test asks about
            return error
        finally:
            connections.close_all()

    def run(*deeds: Callable[[], object]) -> list[object]:
        barrier = Barrier(len(deeds))
        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(one, deeds, [barrier] * len(deeds)))

    return run


@pytest.fixture(autouse=True)
def portal_is_owned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests need no owner to see a page: what leads to /first-run is off, but where it is itself the question."""
    monkeypatch.setattr("gatehouse.identity.middleware.FirstRun.has_owner", True)


@pytest.fixture(autouse=True)
def signing_keys_are_read_anew() -> None:
    """A process keeps them for seconds; the next test has a database of its own."""
    keys.forget()


@pytest.fixture(autouse=True)
def forced_logins_are_by_password() -> Iterator[None]:
    """What `client.force_login` begins is as good as a password; with no method at all it would be worth nothing."""

    def note(request: HttpRequest, user: Person, **_rest: object) -> None:
        if not request.path:  # made up by force_login
            record_authentication(request, user, "password")

    user_logged_in.connect(note)
    yield
    user_logged_in.disconnect(note)


@pytest.fixture(autouse=True)
def language_is_forgotten() -> Iterator[None]:
    """What a page was asked in stays active in the thread, else, for the next test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The system's Chromium, not one that Playwright downloads."""
    return {**browser_type_launch_args, **chromium.launch_options()}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Tests name whole addresses, `live_server.url`. (The plugin's own fixture, 0.10.0, warns under pytest 9.2.)"""


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)` lists what axe holds against the page by WCAG 2.2 AA: rule, what it asks, and where."""
    if not AXE.exists():
        pytest.skip("axe was not found (tests/vendor/axe/axe.min.js)")
    source = AXE.read_text()

    def look(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found = page.evaluate("tags => axe.run({ runOnly: tags, resultTypes: ['violations'] })", WCAG)
        return [
            f"{violation['id']}: {violation['help']}: {node['target']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return look


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, skip it where there is none, and run it last: its event loop stays to the end.

    On PostgreSQL generated input is tried a fifth as often: what it finds in our own code, SQLite's pass found.
    """
    for item in items:
        if connection.vendor == "postgresql":
            _try_less(getattr(item, "obj", None))
        if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser") and chromium.executable() is None:
            item.add_marker(pytest.mark.skip(reason=chromium.ADVICE))
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="PostgreSQL's own: tested in its pass of make test"))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _try_less(test: object) -> None:
    """Hypothesis keeps a test's settings on its function, under this name."""
    said = getattr(test, SETTINGS_OF, None)
    if said is not None:
        setattr(test, SETTINGS_OF, hypothesis.settings(said, max_examples=max(said.max_examples // 5, 5)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tested, and leave figures where `make test` asks for them."""
    stats = terminalreporter.stats
    skipped = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in stats.get("skipped", []))
    for reason, count in skipped.items():
        terminalreporter.write_line(f"Not tested here: {count} × {reason}")
    if path := os.environ.get("TEST_REPORT"):
        counts = {name: len(reports) for name, reports in stats.items() if name}
        Path(path).write_text(json.dumps({"counts": counts, "skipped": skipped}))
