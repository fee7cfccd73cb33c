"""The frames of HTTP/2 (RFC 9113, 4.1), as far as we look into them ourselves."""

import struct
from typing import NamedTuple

from gatehouse.passes import pushes

GOAWAY, HEAD, LARGEST_FRAME = 7, 9, 16384  # type, bytes of a frame's head, bytes of its body


class Broken(Exception):
    """The connection has ended, or cannot be used any more; the pushes in flight are lost."""


class Farewell(NamedTuple):
    last_stream: int
    reason: str


class Frames:
    """Cuts what comes into frames, and takes GOAWAY out of them.

    h2 (4.4) refuses every frame after a GOAWAY, while RFC 9113, 6.8 lets the streams that it names still be answered.
    """

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, data: bytes) -> tuple[bytes, list[Farewell]]:
        """The whole frames without GOAWAYs, and what those said."""
        data = self._rest + data
        kept, farewells, start, at = [], [], 0, 0
        while (end := self._end(data, at)) <= len(data):
            if data[at + 3] == GOAWAY:
                kept.append(data[start:at])
                farewells.append(self._farewell(data[at + HEAD : end]))
                start = end
            at = end
        kept.append(data[start:at])
        self._rest = data[at:]
        return b"".join(kept), farewells

    @staticmethod
    def _end(data: bytes, at: int) -> int:
        if len(data) < at + HEAD:
            return at + HEAD
        length = int.from_bytes(data[at : at + 3])
        if length > LARGEST_FRAME:
            raise Broken("the server sent what is not HTTP/2")
        return at + HEAD + length

    @staticmethod
    def _farewell(body: bytes) -> Farewell:
        if len(body) < 8:
            raise Broken("the server sent what is not HTTP/2")
        last, _code = struct.unpack_from(">LL", body)
        return Farewell(last & 0x7FFFFFFF, pushes.goodbye(body[8:]))
