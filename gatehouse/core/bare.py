"""Pictures without what they tell beside themselves: where and when they were taken, by which device, in whose words.

JPEG (ITU-T T.81, B.1.1; Exif 3.0, 4.5.4), PNG (W3C PNG 3rd edition, 5.3) and WebP (RFC 9649, 2.7) are rows of parts.
Parts that the picture is drawn from stay byte for byte, the others go, with whatever follows the end. Nothing is decoded
or made anew. Of Exif only the orientation is kept, without which many photos would lie on their side.
"""

import zlib
from collections.abc import Iterator
from typing import Final, Literal

from gatehouse.core import pictures

Order = Literal["big", "little"]

_PNG: Final = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD"),
    *(b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}
_WEBP: Final = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_HAS_XMP, _HAS_EXIF = 0x04, 0x08  # flags of VP8X
_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112


def bare(content: bytes) -> bytes:
    """The same picture with its pixels, colours and orientation, and nothing else. What is broken off stays so.

    Raises `NoPicture` for what is none of the three kinds.
    """
    strip = {"jpeg": _jpeg, "png": _png, "webp": _webp}[pictures.measure(content).kind]
    return strip(content)


def _jpeg(content: bytes) -> bytes:
    kept = [content[:2]]
    for marker, part in _segments(content):
        body = part[4:]
        if marker == _APP1 and body.startswith(_EXIF) and (tiff := _turned(body[len(_EXIF) :])):
            kept.append(b"\xff\xe1" + (len(_EXIF) + len(tiff) + 2).to_bytes(2, "big") + _EXIF + tiff)
        elif _draws(marker, body):
            kept.append(part)
    return b"".join(kept)


def _draws(marker: int, body: bytes) -> bool:
    """JFIF, colour profiles and Adobe's colour transform say how to draw; other applications' parts do not."""
    if marker == _APP2:
        return body.startswith(b"ICC_PROFILE\0")
    return marker in {_APP0, _APP14} or not (_APP1 <= marker <= _APP15 or marker == _COM)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each part, a scan with the pixels after it; up to the end of the picture, not of the file."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # may be repeated before any marker
            at += 1
            continue
        end = min(at + 2 + int.from_bytes(content[at + 2 : at + 4], "big"), len(content))
        if marker == _SOS:
            end = _end_of_scan(content, end)
        if marker == _EOI:
            break
        yield marker, content[at:end]
        at = end
    if content[at : at + 2] == b"\xff\xd9":
        yield _EOI, content[at : at + 2]


def _end_of_scan(content: bytes, at: int) -> int:
    """Pixels go on over stuffed zeros and restart markers."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        follows = content[at + 1]
        if follows and follows != 0xFF and not 0xD0 <= follows <= 0xD7:
            return at
        at += 1 if follows == 0xFF else 2
    return len(content)


def _png(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        name, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4], "big")
        if name == b"eXIf" and (tiff := _turned(content[at + 8 : end - 4])):
            kept.append(_chunk(name, tiff))
        elif name in _PNG:
            kept.append(content[at:end])
        if name == b"IEND":
            break
        at = end
    return b"".join(kept)


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _webp(content: bytes) -> bytes:
    kept, at = [], 12
    ends = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while at + 8 <= ends:
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + size]
        if name == b"EXIF":
            body = _turned(body.removeprefix(_EXIF))
        if body and (name in _WEBP or name == b"EXIF"):
            kept.append((name, body))
        at += 8 + size + size % 2
    has_exif = any(name == b"EXIF" for name, _body in kept)
    parts = b"".join(_part(name, body, has_exif=has_exif) for name, body in kept)
    return b"RIFF" + (4 + len(parts)).to_bytes(4, "little") + b"WEBP" + parts


def _part(name: bytes, body: bytes, *, has_exif: bool) -> bytes:
    if name == b"VP8X":
        flags = body[0] & ~(_HAS_XMP | _HAS_EXIF) | (_HAS_EXIF if has_exif else 0)
        body = bytes([flags]) + body[1:]
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def _turned(tiff: bytes) -> bytes:
    """Exif that says nothing but the orientation found in this one; empty where the picture stands upright anyway."""
    orientation = _orientation(tiff)
    if not 2 <= orientation <= 8:
        return b""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\0\x03" + b"\0\0\0\x01" + orientation.to_bytes(2, "big") + b"\0\0"
    return b"MM\0*" + b"\0\0\0\x08" + b"\0\x01" + entry + b"\0\0\0\0"


def _orientation(tiff: bytes) -> int:
    """From the first directory (TIFF 6.0, section 2); 0 where it says none."""
    orders: dict[bytes, Order] = {b"MM\0*": "big", b"II*\0": "little"}
    order = orders.get(tiff[:4])
    if order is None:
        return 0
    start = int.from_bytes(tiff[4:8], order)
    for entry in range(int.from_bytes(tiff[start : start + 2], order)):
        at = start + 2 + 12 * entry
        if at + 12 > len(tiff):
            break
        if int.from_bytes(tiff[at : at + 2], order) == _ORIENTATION:
            return int.from_bytes(tiff[at + 8 : at + 10], order)
    return 0
