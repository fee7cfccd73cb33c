"""Putting a safety copy in the place of a portal: all is unpacked, compared and migrated aside before anything changes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from gatehouse.config import env, running
from gatehouse.config.copies import archive, postgres, sqlite
from gatehouse.config.copies.manifest import CopyUnusable, Manifest
from gatehouse.config.migrating import alone
from gatehouse.core.commands import progress_bar

FILES = ("key", "settings.env", "media")
OF_THIS_PLACE = ("DATABASE_URL", "GATEHOUSE_LISTENS_AT", "GATEHOUSE_LISTENS_ON")
STAGING, BEFORE = "restoring", "before"


def restore_copy(path: Path, *, may_replace: bool, while_running: bool = False) -> dict[str, Any]:
    """Make this portal what the copy holds; until the very end the old one stays whole, whatever fails.

    Raises `CopyUnusable`: no whole copy, one of a newer version or another kind of database, a portal that runs, or
    one that is not empty and may not be replaced.
    """
    if not path.is_file():
        raise CopyUnusable(f"There is no file {path}.")
    env.make_data_folder()
    with running.nobody_else() as stands_still:
        if not (stands_still or while_running):
            raise CopyUnusable(
                f"The portal in {env.DATA} is running, or was within the last minute on another machine."
                " Stop the portal first, then restore. (--while-running does it all the same.)"
            )
        known, held = _restore(path, may_replace=may_replace)
    warnings = _warnings()
    return {"state": "restored", "made_at": known.made_at, "version": known.version, **held, "warnings": warnings}


def _restore(path: Path, *, may_replace: bool) -> tuple[Manifest, dict[str, Any]]:
    with alone(), _staging_folder() as folder:
        with progress_bar("Checking the backup", unit="B") as report:
            known = archive.unpack(path, folder, report=report)
        _refuse_foreign(known)
        if not may_replace and not is_empty():
            raise CopyUnusable(f"{env.DATA} holds a portal that is not empty. Add --yes to replace all of it.")
        held = _prepare(folder, known)
        _switch(folder)
    return known, held


def is_empty() -> bool:
    """No people and no uploads."""
    if any(Path(settings.MEDIA_ROOT).rglob("*")):
        return False
    if "people_person" not in connection.introspection.table_names():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM people_person LIMIT 1")
        return cursor.fetchone() is None


def _refuse_foreign(known: Manifest) -> None:
    unknown = sorted(set(known.migrations) - _our_migrations())
    if unknown:
        raise CopyUnusable(
            f"The backup was made by a newer Gatehouse ({known.version}): this one does not know {unknown[0]}. Upgrade first."
        )
    if known.database != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise CopyUnusable(
            f"The backup is of a {names[known.database]} database, and DATABASE_URL names another kind. Change one of them."
        )


def _our_migrations() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


@contextmanager
def _staging_folder() -> Iterator[Path]:
    """A data folder within ours, so that renaming moves nothing; what an interrupted one left there goes."""
    put_back_interrupted()
    folder = env.DATA / STAGING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        if connection.vendor == "postgresql":
            postgres.drop_staging()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path, known: Manifest) -> dict[str, Any]:
    """Bring the unpacked portal up to this version, in a process whose only portal it is. This also proves that it works."""
    url = ""
    if known.database == "sqlite":
        (folder / "database" / "gatehouse.db").rename(folder / "gatehouse.db")
        sqlite.check(folder / "gatehouse.db")
    else:
        postgres.make_staging()
        url = postgres.staging_url(settings.DATABASE_URL)
    kept = folder / "settings.env.kept"
    if (folder / "settings.env").exists():
        (folder / "settings.env").rename(kept)
    (folder / "settings.env").write_text(f"DATABASE_URL={url}\nGATEHOUSE_MODE=local\nGATEHOUSE_LOG=stderr\n", "utf-8")
    held = _in_a_process_of_its_own(folder)
    _write_settings(folder, kept)
    return held


def _in_a_process_of_its_own(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "gatehouse.config.copies.staging"]
    around = os.environ | {"GATEHOUSE_DATA": str(folder)}
    done = subprocess.run(command, env=around, stdout=subprocess.PIPE, check=False, text=True)  # noqa: S603  our own
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise CopyUnusable("The backup could not be prepared; what went wrong stands above.") from error
    if "error" in answer:
        raise CopyUnusable(f"The backup could not be prepared: {answer['error']}")
    return answer


def _write_settings(folder: Path, kept: Path) -> None:
    """The copy's settings, but the database and the address of this place: the copy's may be a living portal's."""
    here = env.read_file(env.SETTINGS_FILE)
    values = env.read_file(kept) | {name: here.get(name, "") for name in OF_THIS_PLACE}
    env.write_file(folder / "settings.env", {name: value for name, value in values.items() if value})


def _switch(folder: Path) -> None:
    """Files by renaming, then the database in one transaction; if that fails, the files go back."""
    before = folder / BEFORE
    before.mkdir()
    done: list[tuple[Path, Path]] = []
    try:
        for name in FILES:
            for source, target in ((env.DATA / name, before / name), (folder / name, env.DATA / name)):
                if source.exists():
                    source.rename(target)
                    done.append((source, target))
        _replace_database(folder)
        before.rename(folder / "replaced")
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def put_back_interrupted() -> None:
    """A restore that was killed while it renamed: the old files return, for the database is the old one too."""
    before = env.DATA / STAGING / BEFORE
    for kept in before.iterdir() if before.is_dir() else ():
        place = env.DATA / kept.name
        if place.is_dir():
            shutil.rmtree(place)
        kept.replace(place)


def _replace_database(folder: Path) -> None:
    if connection.vendor == "postgresql":
        with transaction.atomic():
            postgres.replace()
    else:
        connection.close()
        sqlite.replace(str(connection.settings_dict["NAME"]), folder / "gatehouse.db")


def _warnings() -> list[str]:
    lines = ["Start the portal again if it is running: it still has the old key and settings in hand."]
    file = env.DATA / "key"
    if (given := os.environ.get("GATEHOUSE_SECRET_KEY")) and given != file.read_text(encoding="ascii").strip():
        lines.append(
            "GATEHOUSE_SECRET_KEY in the environment is not the key of this backup: what is sealed can't be read with it."
            f" Unset it, or set it to the content of {file}."
        )
    return lines
