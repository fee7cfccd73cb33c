"""Photos as phones make them, with place, device and words; drawn and looked at with Pillow, which is not what strips."""

import io
from random import Random

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from gatehouse.core.bare import bare
from gatehouse.core.pictures import NoPicture, measure

PLACE, DEVICE, WORDS = b"Sycamore Hall", b"Phone 12", b"taken by Maya"
KINDS = ("JPEG", "PNG", "WEBP")
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def a_picture():
    picture = Image.new("RGB", (24, 16), "white")
    picture.paste("red", (0, 0, 12, 8))  # so that a turned one looks otherwise
    return picture


def a_photo(kind, orientation=6, **how):
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = DEVICE.decode(), orientation
    exif.get_ifd(GPS).update({1: "N", 2: (41.0, 15.0, 30.0), 3: "W", 4: (96.0, 0.0, 36.0), 27: PLACE})
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", WORDS.decode())
        how |= {"pnginfo": words}
    else:
        how |= {"xmp": b"<x:xmpmeta>" + WORDS + b"</x:xmpmeta>"}
    out = io.BytesIO()
    a_picture().save(out, kind, exif=exif.tobytes(), **how)
    return out.getvalue()


def opened(content):
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def as_seen(content):
    return ImageOps.exif_transpose(opened(content)).tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_place_device_and_words_are_gone_and_the_pixels_are_the_same(kind):
    photo = a_photo(kind)
    assert all(said in photo for said in (PLACE, DEVICE, WORDS))

    stripped = bare(photo)

    assert not any(said in stripped for said in (PLACE, DEVICE, WORDS))
    assert dict(opened(stripped).getexif()) == {ORIENTATION: 6}
    assert opened(stripped).getexif().get_ifd(GPS) == {}
    assert opened(stripped).tobytes() == opened(photo).tobytes()
    assert measure(stripped) == measure(photo)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_as_it_stood(kind, orientation):
    photo = a_photo(kind, orientation)

    assert as_seen(bare(photo)) == as_seen(photo)


@pytest.mark.parametrize("kind", KINDS)
def test_an_upright_picture_has_no_exif_left_and_stripping_again_changes_nothing(kind):
    stripped = bare(a_photo(kind, 1))

    assert b"Exif" not in stripped
    assert b"EXIF" not in stripped
    assert bare(stripped) == stripped
    assert bare(bare(a_photo(kind))) == bare(a_photo(kind))


def test_progressive_pictures_with_restarts_and_profiles_keep_what_they_are_drawn_from():
    profile = b"a colour profile" * 5000  # of several parts
    noise = Image.frombytes("RGB", (160, 120), Random(1).randbytes(160 * 120 * 3))  # noqa: S311
    out = io.BytesIO()
    noise.save(out, "JPEG", progressive=True, restart_marker_blocks=3, icc_profile=profile, comment=WORDS)

    stripped = bare(out.getvalue())

    assert WORDS not in stripped
    assert opened(stripped).info["icc_profile"] == profile
    assert opened(stripped).tobytes() == opened(out.getvalue()).tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_what_follows_the_end_goes(kind):
    assert PLACE not in bare(a_photo(kind, 1) + b"a film of " + PLACE)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_damaged_gives_bytes_or_is_no_picture(kind):
    photo, random = a_photo(kind), Random(7)  # noqa: S311
    for _ in range(400):
        damaged = bytearray(photo[: random.randrange(len(photo) + 1)])
        for _each in range(random.randrange(4)):
            if damaged:
                damaged[random.randrange(len(damaged))] = random.randrange(256)
        try:
            assert len(bare(bytes(damaged))) <= len(damaged) + 12
        except NoPicture:
            continue
