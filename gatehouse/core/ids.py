"""Row ids for many rows at once: UUIDs that rise with time, so that a million of them fill an index from one side."""

import os
import time
from collections.abc import Iterator

BATCH = 4096


def rising() -> Iterator[str]:
    """UUIDs of version 7 as 32 hex digits, each greater than the last; 62 bits of each are random (RFC 9562, 5.7)."""
    at = 0
    while True:
        at = max(time.time_ns() // 1_000_000, at + 1)
        tails = os.urandom(8 * BATCH).hex()
        head = f"{at:012x}7"
        for count in range(BATCH):
            tail = tails[16 * count : 16 * count + 16]
            yield f"{head}{count:03x}{'89ab'[int(tail[0], 16) & 3]}{tail[1:]}"
