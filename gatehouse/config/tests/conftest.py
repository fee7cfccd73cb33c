"""A portal of its own for the real command, on the database that this pass of the tests is about."""

import secrets
import shutil

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from gatehouse.config.tests.running import answer


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo, loaded once for all tests: its data folder and the environment that goes with it. Not to be changed."""
    data, more = tmp_path_factory.mktemp("demo") / "portal", _make_database()
    answer(data, "demo", **more)
    (data / "media" / "organisation").mkdir(parents=True)
    (data / "media" / "organisation" / "mark.svg").write_text("<svg/>")
    yield data, more
    _drop_database(more)


@pytest.fixture
def portal(demo, tmp_path):
    """A portal of one's own, the same as the demo."""
    data, more = tmp_path / "portal", _make_database(like=demo[1])
    shutil.copytree(demo[0], data)
    if more:
        kept = (data / "settings.env").read_text().replace(demo[1]["DATABASE_URL"], more["DATABASE_URL"])
        (data / "settings.env").write_text(kept)
    yield data, more
    _drop_database(more)


@pytest.fixture
def database():
    """Makes the environment that names a new, empty database; on SQLite that is the data folder's own."""
    made = []

    def make() -> dict[str, str]:
        made.append(_make_database())
        return made[-1]

    yield make
    for more in made:
        _drop_database(more)


def _make_database(*, like: dict[str, str] | None = None) -> dict[str, str]:
    if connection.vendor != "postgresql":
        return {}
    name = f"portal_{secrets.token_hex(4)}"
    template = f" TEMPLATE {like['DATABASE_URL'].rpartition('/')[2]}" if like else ""
    _as_owner(f"CREATE DATABASE {name}{template}")
    return {"DATABASE_URL": f"{settings.DATABASE_URL.rpartition('/')[0]}/{name}"}


def _drop_database(more: dict[str, str]) -> None:
    if more:
        _as_owner(f"DROP DATABASE {more['DATABASE_URL'].rpartition('/')[2]} WITH (FORCE)")


def _as_owner(statement: str) -> None:
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as server:
        server.execute(statement)
