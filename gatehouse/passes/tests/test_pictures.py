"""Pictures are known by their bytes, cut for their role, and bring nothing along."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from gatehouse.passes import pictures


def picture(width, height, kind="PNG", *, mode="RGB", colour=(120, 60, 90), **options):
    out = io.BytesIO()
    Image.new(mode, (width, height), colour[: len(mode)] if len(mode) > 1 else 90).save(out, kind, **options)
    return out.getvalue()


def sizes(content, role, style="generic"):
    return {scale: (made.width, made.height) for scale, made in pictures.made(content, role, style).items()}


@pytest.mark.parametrize(
    ("role", "style", "size"),
    [
        ("icon", "generic", (29, 29)),
        ("strip", "storeCard", (375, 123)),
        ("strip", "eventTicket", (375, 98)),
        ("strip", "coupon", (375, 144)),
        ("background", "eventTicket", (180, 220)),
        ("footer", "generic", (286, 15)),
        ("thumbnail", "generic", (90, 90)),
    ],
)
def test_picture_is_made_in_three_sizes_of_its_role(role, style, size):
    width, height = size

    assert sizes(picture(width * 4, height * 4), role, style) == {
        f"{scale}x": (width * scale, height * scale) for scale in (1, 2, 3)
    }


def test_logo_keeps_its_shape_and_a_strip_is_cut():
    assert sizes(picture(900, 100), "logo") == {"1x": (160, 18), "2x": (320, 36), "3x": (480, 53)}
    assert sizes(picture(100, 150), "logo") == {"1x": (33, 50), "2x": (67, 100), "3x": (100, 150)}
    assert sizes(picture(1125, 1125), "strip")["3x"] == (1125, 369)


def test_nothing_is_made_larger_than_it_came():
    assert sizes(picture(58, 58), "icon") == {"1x": (29, 29), "2x": (58, 58)}


@pytest.mark.parametrize(
    ("role", "size", "said"),
    [
        ("icon", (57, 200), "It needs at least 58 × 58."),
        ("strip", (749, 246), "It needs at least 750 × 246."),
        ("logo", (300, 90), "It needs a width of 320 or a height of 100."),
    ],
)
def test_picture_that_is_too_small_is_refused_with_what_is_needed(role, size, said):
    with pytest.raises(pictures.Unfit, match=said):
        pictures.made(picture(*size), role, "generic")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_same_picture_gives_the_same_bytes(kind):
    content = picture(200, 200, kind)

    assert pictures.made(content, "icon", "generic") == pictures.made(content, "icon", "generic")


def test_exif_profile_and_texts_stay_behind_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # turned by 90°
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret text")
    for content in (
        picture(300, 200, "JPEG", exif=exif, icc_profile=b"secret profile" * 20),
        picture(300, 200, exif=exif, icc_profile=b"secret profile" * 20, pnginfo=text),
    ):
        made = pictures.made(content, "thumbnail", "generic")["2x"]

        assert (made.width, made.height) == (120, 180)
        assert b"secret" not in made.png
        with Image.open(io.BytesIO(made.png)) as opened:
            assert opened.info == {}
            assert "eXIf" not in made.png.decode("latin-1")


def test_clear_ground_stays_clear_and_odd_colours_become_plain():
    clear = pictures.made(picture(200, 200, mode="RGBA", colour=(1, 2, 3, 0)), "icon", "generic")["1x"].png
    grey = pictures.made(picture(200, 200, mode="L"), "icon", "generic")["1x"].png
    cmyk = pictures.made(picture(200, 200, "JPEG", mode="CMYK", colour=(1, 2, 3, 4)), "icon", "generic")["1x"].png

    assert [Image.open(io.BytesIO(png)).mode for png in (clear, grey, cmyk)] == ["RGBA", "RGB", "RGB"]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width, height, body=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


GOOD = picture(200, 200)
HOSTILE = {
    "nothing": b"",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "gif": b"GIF89a" + bytes(100),
    "pdf": b"%PDF-1.4 " + bytes(100),
    "head only": GOOD[:40],
    "cut short": GOOD[:-30],
    "broken in the middle": GOOD[:60] + bytes(20) + GOOD[80:],
    "no pixels": bomb(200, 200),
    "wide as the sea": bomb(60_000, 60_000, chunk(b"IDAT", zlib.compress(bytes(1000)))),
    "a line": bomb(19_000, 1, chunk(b"IDAT", zlib.compress(bytes(1000)))),
    "zero": bomb(0, 0),
    "negative": bomb(0x80000001, 0x80000001),
    "heavy text": bomb(200, 200, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(70_000_000), 9))),
    "heavy profile": bomb(200, 200, chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(70_000_000), 9))),
    "jpeg cut short": picture(300, 300, "JPEG")[:200],
    "jpeg with two heads": picture(100, 100, "JPEG")[:-2] + picture(3000, 3000, "JPEG"),
    "webp cut short": picture(300, 300, "WEBP")[:30],
    "webp of nothing": b"RIFF\x10\0\0\0WEBPVP8X" + bytes([10, 0, 0, 0, 0, 0, 0, 0]) + bytes([255] * 6),
    "too heavy": GOOD + bytes(5_000_001),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused(name):
    with pytest.raises(pictures.Unfit):
        pictures.made(HOSTILE[name], "icon", "generic")


def test_what_hangs_on_a_picture_does_not_come_along():
    content = picture(200, 200, "JPEG") + b"<script>alert(1)</script>"

    assert all(b"script" not in made.png for made in pictures.made(content, "icon", "generic").values())


def test_a_bomb_is_refused_by_its_head_alone():
    with pytest.raises(pictures.Unfit, match="60000 × 60000"):
        pictures.made(HOSTILE["wide as the sea"], "strip", "storeCard")


def test_icon_of_a_new_design_is_drawn_in_its_colours():
    with Image.open(io.BytesIO(pictures.arch("#4b2a52", "#ffffff"))) as drawn:
        assert drawn.size == (87, 87)
        assert drawn.getpixel((1, 1)) == (0x4B, 0x2A, 0x52)
        assert drawn.getpixel((24, 50)) == (255, 255, 255)
