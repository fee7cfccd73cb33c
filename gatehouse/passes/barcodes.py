"""Barcodes of cards: drawn by `core.barcodes`, and read from pictures by zxing-cpp."""

import io

import zxingcpp
from PIL import Image

from gatehouse.core import pictures
from gatehouse.core.barcodes import FORMATS, Drawing as Drawing, NotEncodable as NotEncodable, draw as draw

READABLE = zxingcpp.BarcodeFormats([*FORMATS.values(), zxingcpp.BarcodeFormat.DataMatrix])
BYTES = 12_000_000
PIXELS = {"jpeg": 120_000_000, "png": 25_000_000, "webp": 25_000_000}
"""The most that a picture may have. A JPEG is opened at an eighth to a half of its size where it is large."""
SIDE = 2_400  # pixels; codes that a phone photographed are read at that


class NotReadable(ValueError):
    """These bytes are no picture of ours, broken, or too large to be opened."""


def read(picture: bytes) -> list[str]:
    """What the barcodes in a PNG, JPEG or WebP say, as they are found; nothing where there is none.

    Turned and inverted ones too. Raises `NotReadable`: by the head of the picture, before a pixel is decoded, for one
    that is too large.
    """
    grey = _opened(picture)
    found = zxingcpp.read_barcodes(grey, formats=READABLE, text_mode=zxingcpp.TextMode.Plain)
    return [barcode.text for barcode in found if barcode.text]


def _opened(picture: bytes) -> Image.Image:
    _refuse_large(picture)
    try:
        with Image.open(io.BytesIO(picture), formats=["PNG", "JPEG", "WEBP"]) as image:
            image.draft("L", (SIDE, SIDE))  # a JPEG's own smaller size, as near above as there is
            _refuse_pixels(image.width * image.height, PIXELS["png"])
            grey = image.convert("L")
    except Exception as error:
        raise NotReadable from error  # whatever a broken picture makes a decoder do
    grey.thumbnail((SIDE, SIDE))
    return grey


def _refuse_large(picture: bytes) -> None:
    try:
        head = pictures.measure(picture)
    except pictures.NoPicture as error:
        raise NotReadable from error
    if len(picture) > BYTES:
        raise NotReadable
    _refuse_pixels(head.width * head.height, PIXELS[head.kind])


def _refuse_pixels(pixels: int, most: int) -> None:
    if pixels > most:
        raise NotReadable
