"""Barcodes as one path of an SVG, and reading them from pictures. Written and read by zxing-cpp."""

import io
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import zxingcpp
from PIL import Image

from gatehouse.core import pictures

Kind = Literal["qr", "pdf417", "aztec", "code128"]
FORMATS: dict[Kind, zxingcpp.BarcodeFormat] = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
    "aztec": zxingcpp.BarcodeFormat.Aztec,
    "code128": zxingcpp.BarcodeFormat.Code128,
}


READABLE = zxingcpp.BarcodeFormats([*FORMATS.values(), zxingcpp.BarcodeFormat.DataMatrix])
BYTES = 12_000_000
PIXELS = {"jpeg": 120_000_000, "png": 25_000_000, "webp": 25_000_000}
"""The most that a picture may have. A JPEG is opened at an eighth to a half of its size where it is large."""
SIDE = 2_400  # pixels; codes that a phone photographed are read at that


class NotReadable(ValueError):
    """These bytes are no picture of ours, broken, or too large to be opened."""


class NotEncodable(ValueError):
    """The text is empty, too long, or has characters that this kind of code cannot carry."""


@dataclass(frozen=True)
class Drawing:
    """A barcode in modules: its width and height, and the path `d` whose strokes of width 1 are the dark ones.

    A Code 128 has one row; whoever draws it says how high it stands (`preserveAspectRatio="none"`).
    """

    kind: Kind
    width: int
    height: int
    path: str

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def draw(kind: Kind, text: str) -> Drawing:
    """Draw without a quiet zone, which the paper around it gives; raises `NotEncodable`."""
    try:
        made = zxingcpp.create_barcode(text, FORMATS[kind])
        grey: Any = zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False)
    except (ValueError, RuntimeError) as error:
        raise NotEncodable(str(error)) from error
    rows: Any = memoryview(grey).tolist()
    rows = rows[:1] if kind == "code128" else rows
    return Drawing(kind, len(rows[0]), len(rows), "".join(_runs(row, y) for y, row in enumerate(rows)))


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


def _runs(row: list[int], y: int) -> str:
    """The dark stretches of a row: move there, draw so far."""
    drawn, x = [], 0
    for is_dark, stretch in groupby(row, key=lambda grey: grey < 128):
        length = len(list(stretch))
        drawn += [f"M{x} {y}.5h{length}"] if is_dark else []
        x += length
    return "".join(drawn)
