"""What kind of picture some bytes are, and how large: read from the first bytes, never from a name.

PNG (W3C PNG 3rd edition, 11.2.1 IHDR), JPEG (ITU-T T.81, B.2.2 frame header), WebP (RFC 9649). Nothing is decoded.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["png", "jpeg", "webp"]

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the SOF markers; the others are tables
_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


class NoPicture(ValueError):
    """These bytes are none of the three kinds, or break off before they say their size."""


@dataclass(frozen=True)
class Picture:
    kind: Kind
    width: int
    height: int

    @property
    def media_type(self) -> str:
        return f"image/{self.kind}"


def measure(content: bytes) -> Picture:
    """Kind, width and height in pixels as the head says them; raises `NoPicture`."""
    try:
        if content.startswith(_PNG):
            return Picture("png", *_pair(content, 16, 4, "big"))
        if content.startswith(b"\xff\xd8\xff"):
            return Picture("jpeg", *_jpeg(content))
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return Picture("webp", *_webp(content))
    except IndexError as broken_off:
        raise NoPicture from broken_off
    raise NoPicture


def _number(content: bytes, at: int, size: int, order: Literal["big", "little"]) -> int:
    if at + size > len(content):
        raise IndexError(at)
    return int.from_bytes(content[at : at + size], order)


def _pair(content: bytes, at: int, size: int, order: Literal["big", "little"]) -> tuple[int, int]:
    return _number(content, at, size, order), _number(content, at + size, size, order)


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if _number(content, at, 1, "big") != 0xFF:
            raise NoPicture
        marker = _number(content, at + 1, 1, "big")
        if marker in _FRAMES:
            height, width = _pair(content, at + 5, 2, "big")
            return width, height
        at += 1 if marker == 0xFF else 2 if marker in _STANDALONE else 2 + _number(content, at + 2, 2, "big")


def _webp(content: bytes) -> tuple[int, int]:
    form = content[12:16]
    if form == b"VP8X":
        width, height = _pair(content, 24, 3, "little")
        return width + 1, height + 1
    if form == b"VP8L":
        bits = _number(content, 21, 4, "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = _pair(content, 26, 2, "little")
        return width & 0x3FFF, height & 0x3FFF
    raise NoPicture
