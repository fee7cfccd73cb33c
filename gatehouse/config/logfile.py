"""The log file of a portal that runs in a terminal: kept small. No Django."""

from gatehouse.config import env

LARGEST = 10_000_000  # bytes
KEPT = 5


def rotate() -> None:
    """Move a large log aside, and forget the oldest; writers notice and open a new one (WatchedFileHandler)."""
    log = env.DATA / "log" / "gatehouse.log"
    if not log.exists() or log.stat().st_size < LARGEST:
        return
    for number in range(KEPT - 1, 0, -1):
        older = log.with_suffix(f".log.{number}")
        if older.exists():
            older.rename(log.with_suffix(f".log.{number + 1}"))
    log.rename(log.with_suffix(".log.1"))
