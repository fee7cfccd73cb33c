"""Kernel: barcodes as one path of an SVG. Written by zxing-cpp."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias

import zxingcpp

Kind: TypeAlias = Literal["qr", "pdf417", "aztec", "code128"]

FORMATS = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
    "aztec": zxingcpp.BarcodeFormat.Aztec,
    "code128": zxingcpp.BarcodeFormat.Code128,
}


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


def _runs(row: list[int], y: int) -> str:
    """The dark stretches of a row: move there, draw so far."""
    drawn, x = [], 0
    for is_dark, stretch in groupby(row, key=lambda grey: grey < 128):
        length = len(list(stretch))
        drawn += [f"M{x} {y}.5h{length}"] if is_dark else []
        x += length
    return "".join(drawn)
