"""The file of a safety copy, a .tar.gz: written aside and renamed when whole, and read with suspicion. No Django."""

import hashlib
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from gatehouse.config.copies import manifest
from gatehouse.config.copies.manifest import CopyUnusable, Manifest

Report = Callable[[int, int], None]

COMPRESSION = 6  # gzip's own default; 9 takes three times as long for a hundredth of the size
CHUNK = 1 << 20
SPARE = 50_000_000  # bytes of the disk that unpacking leaves free
TOPS = ("media/", "database/")
SINGLES = {manifest.NAME, "key", "settings.env"}


class Writer:
    """Adds files to a copy under way; `members` has the SHA-256 of each so far."""

    def __init__(self, tar: tarfile.TarFile, report: Report, total: int) -> None:
        self.tar, self.report, self.total, self.done = tar, report, total, 0
        self.members: dict[str, str] = {}

    def add(self, name: str, source: Path) -> None:
        """What the file holds now; when it grows meanwhile, what it held when we began."""
        with source.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = os.fstat(file.fileno()).st_size, 0o600, source.stat().st_mtime
            reading = _Reading(file)
            self.tar.addfile(info, reading)
        self.members[name] = reading.digest.hexdigest()
        self.done += info.size
        self.report(self.done, max(self.total, self.done))


class _Reading:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self.file.read(size)
        self.digest.update(content)
        return content


@contextmanager
def writing(path: Path, *, total: int, report: Report) -> Iterator[Writer]:
    """A writer whose file stands at `path` once the block ends well, readable by its owner alone; else nothing does."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    aside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as tar:
                yield Writer(tar, report, total)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def unpack(path: Path, into: Path, *, report: Report) -> Manifest:
    """Put the copy's files into this empty folder and compare each with its digest.

    Raises `CopyUnusable` for a file that is no copy, is cut short, was changed, holds links or names that lead
    elsewhere, or needs more room than there is.
    """
    try:
        found = _extract_all(path, into, report)
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError) as error:
        raise CopyUnusable(f"{path} is no backup of Gatehouse, or it is damaged: {error}") from error
    except OSError as error:
        if error.errno is None:  # gzip's own, without a number
            raise CopyUnusable(f"{path} is no backup of Gatehouse, or it is damaged: {error}") from error
        raise
    known = Manifest.read(into / manifest.NAME)
    found.pop(manifest.NAME)
    wrong = sorted(name for name in found.keys() | known.members.keys() if found.get(name) != known.members.get(name))
    if wrong:
        raise CopyUnusable(
            f"The backup is damaged: {len(wrong)} of its files are not what was saved, first {wrong[0]}."
        )
    return known


def _extract_all(path: Path, into: Path, report: Report) -> dict[str, str]:
    found: dict[str, str] = {}
    with path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:gz") as tar:
        size = os.fstat(raw.fileno()).st_size
        for info in tar:
            _refuse_unsafe(info, found)
            if info.size > shutil.disk_usage(into).free - SPARE:
                raise CopyUnusable(f"There is not enough room on the disk to unpack {info.name}.")
            found[info.name] = _extract(tar, info, into / info.name)
            report(raw.tell(), size)
    return found


def _refuse_unsafe(info: tarfile.TarInfo, found: dict[str, str]) -> None:
    """Only plain files, each once, under the names that we write ourselves."""
    if not info.isreg() or info.issparse():
        raise CopyUnusable(f"The backup holds {info.name!r}, which is no plain file. Gatehouse makes no such backups.")
    parts = PurePosixPath(info.name).parts
    is_ours = info.name in SINGLES or (info.name.startswith(TOPS) and str(PurePosixPath(info.name)) == info.name)
    if not is_ours or ".." in parts or "\0" in info.name or "\\" in info.name or info.name in found:
        raise CopyUnusable(f"The backup holds {info.name!r}, which leads elsewhere. Gatehouse makes no such backups.")
    if info.name == manifest.NAME and info.size > manifest.LARGEST:
        raise CopyUnusable("The backup's list of contents is damaged.")


def _extract(tar: tarfile.TarFile, info: tarfile.TarInfo, target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source, digest = tar.extractfile(info), hashlib.sha256()
    assert source
    with source, os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
