"""Letters go into a folder, one `.eml` file each: the way out of a portal that has no mail server yet."""

import os
from datetime import UTC, datetime
from pathlib import Path

from gatehouse.mail.delivery import Answer, Parcel, Unreachable


class FileServer:
    """Names sort by time. A file appears whole or not at all, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, parcel: Parcel) -> Answer:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{parcel.letter_id}.eml"
        try:
            self._write(name, parcel.content)
        except OSError as error:
            raise Unreachable(Answer(0, "", f"{self.folder}: {error.strerror or error}"[:500])) from error
        return Answer(250, "2.0.0", f"kept as {name}")

    def _write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self.folder / f".{name}.{os.getpid()}"
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(self.folder / name)

    def close(self) -> None:
        """Nothing is open between two letters."""
