import contextlib
import struct

import pytest
from hypothesis import given, strategies as st

from gatehouse.core.pictures import NoPicture, Picture, measure

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 640, 480, 8, 6, 0, 0, 0)
APP0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
SOF = b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, 480, 640, 3)
TABLES = b"\xff\xc4" + struct.pack(">H", 4) + b"\xff\xc0"  # a table may hold what looks like a frame
JPEG = b"\xff\xd8" + APP0 + TABLES + b"\xff" + SOF


def riff(form: bytes, body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + form + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "png"),
        (JPEG, "jpeg"),
        (riff(b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 640, 480)), "webp"),
        (riff(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)), "webp"),
        (riff(b"VP8X", bytes(4) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")), "webp"),
    ],
)
def test_size_stands_in_the_head(content, kind):
    assert measure(content) == Picture(kind, 640, 480)
    assert measure(content).media_type == f"image/{kind}"


@pytest.mark.parametrize("content", [PNG, JPEG, riff(b"VP8X", bytes(10))])
def test_what_breaks_off_is_no_picture(content):
    for end in range(18):
        with pytest.raises(NoPicture):
            measure(content[:end])


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"GIF89a" + bytes(40), riff(b"ANIM", bytes(20)), b"\xff\xd8\xff\xe0\x00\x00", b"%PDF-1.7"],
)
def test_other_kinds_are_refused(content):
    with pytest.raises(NoPicture):
        measure(content)


@given(
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"RIFF0000WEBPVP8X", b""]), st.binary()
)
def test_any_bytes_give_an_answer(start, rest):
    with contextlib.suppress(NoPicture):
        measure(start + rest)
