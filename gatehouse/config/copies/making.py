"""Making a safety copy of a portal while it runs: database, uploads, key and settings, in one file."""

import shutil
import stat
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from gatehouse.config import env
from gatehouse.config.copies import archive, manifest, postgres, sqlite
from gatehouse.config.copies.manifest import CopyUnusable, Manifest
from gatehouse.core import clock
from gatehouse.core.commands import progress_bar, unapplied
from gatehouse.journal import actions as journal


def make_copy(path: Path) -> dict[str, Any]:
    """Write the copy to this path, replacing what is there only when it is whole.

    The database is copied first, as of one moment, and the uploads after it: whatever file the database names was there
    before. An upload deleted meanwhile is left out. Raises `CopyUnusable` when there is nothing to copy.
    """
    path = path.expanduser().absolute()
    _refuse_place(path)
    env.make_data_folder()
    folder = Path(tempfile.mkdtemp(prefix="copying-", dir=env.DATA))
    try:
        parts = _copy_database(folder)
        members = _write(path, folder, parts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not unapplied():  # else the journal's table may not be as this version expects it
        journal.record(actor=None, verb="backup.made", subject=path.name)
    return {"state": "backed up", "file": str(path), "bytes": path.stat().st_size, "files": members}


def _refuse_place(path: Path) -> None:
    if path.is_dir():
        raise CopyUnusable(f"{path} is a folder: name a file in it, such as {path / 'gatehouse.tar.gz'}.")
    if not path.parent.is_dir():
        raise CopyUnusable(f"There is no folder {path.parent}.")
    if path.is_relative_to(settings.MEDIA_ROOT):
        raise CopyUnusable("Backups don't belong among the uploads: choose another folder.")
    if "django_migrations" not in connection.introspection.table_names():
        raise CopyUnusable("There is nothing to back up yet: the database is empty.")


def _copy_database(folder: Path) -> dict[str, Any]:
    """What the manifest says of the database; its files lie in the folder then."""
    if connection.vendor == "sqlite":
        copied = folder / "gatehouse.db"
        with progress_bar("Copying the database", unit="pages") as report:
            sqlite.copy(str(connection.settings_dict["NAME"]), copied, report=report)
        return {"database": "sqlite", "migrations": sqlite.migrations(copied)}
    with progress_bar("Copying the database", unit="tables") as report:
        return {"database": "postgresql", **postgres.copy(folder, report=report)}


def _write(path: Path, folder: Path, parts: dict[str, Any]) -> int:
    database = [(f"database/{one.name}", one) for one in sorted(folder.iterdir())]
    uploads = list(_uploads())
    total = sum(one.stat().st_size for _name, one in [*database, *uploads] if one.exists())
    (folder / "key").write_text(env.secret_key(make=False) + "\n", encoding="ascii")
    with (
        progress_bar("Packing", unit="B") as report,
        archive.writing(path, total=total, report=report) as writer,
    ):
        writer.add("key", folder / "key")
        for name, source in [*database, *_settings(), *uploads]:
            _add(writer, name, source)
        made = Manifest(version=version("gatehouse"), made_at=clock.now().isoformat(), members=writer.members, **parts)
        made.write(folder / manifest.NAME)
        count = len(writer.members)
        writer.add(manifest.NAME, folder / manifest.NAME)
    return count


def _add(writer: archive.Writer, name: str, source: Path) -> None:
    try:
        writer.add(name, source)
    except FileNotFoundError:
        if not name.startswith("media/"):
            raise


def _settings() -> list[tuple[str, Path]]:
    return [("settings.env", env.SETTINGS_FILE)] if env.SETTINGS_FILE.is_file() else []


def _uploads() -> Iterator[tuple[str, Path]]:
    """Plain files only: a link would lead out of the folder."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if stat.S_ISREG(path.lstat().st_mode):
            yield f"media/{path.relative_to(root).as_posix()}", path
