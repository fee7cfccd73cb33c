"""Pushes go into a file, one JSON object a line: what a portal with a test certificate does instead of calling Apple.

Each line is `{"token", "topic", "at"}`; simulated devices read there that they were told.
"""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from gatehouse.passes.pushes import Outcome, Unreachable


class FilePushes:
    """Appends to `pushes.jsonl` in this folder, readable by its owner only; every token is a good one."""

    def __init__(self, folder: Path, *, topic: str) -> None:
        self.folder, self.topic = folder, topic

    def push(self, tokens: Iterable[str]) -> Iterator[Outcome]:
        for token in tokens:
            line = {"token": token, "topic": self.topic, "at": datetime.now(UTC).isoformat(timespec="milliseconds")}
            try:
                self._append(json.dumps(line).encode() + b"\n")
            except OSError as error:
                raise Unreachable(f"{self.folder} cannot be written: {error.strerror}") from error
            yield Outcome(token, 200)

    def _append(self, line: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / "pushes.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, line)  # at once, so that lines of two processes stay whole
        finally:
            os.close(handle)

    def close(self) -> None:
        """Nothing is open between two lines."""
