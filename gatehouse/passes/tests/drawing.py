"""A barcode as a picture that a camera might have taken."""

import io
import re
from typing import Any

from PIL import Image, ImageDraw

from gatehouse.core import barcodes

STROKE = re.compile(r"M(\d+) (\d+)\.5h(\d+)")
QUIET = 10  # modules around it


def a_picture(kind: Any, text: str, *, kept_as: str = "PNG", scale: int = 4, turned: int = 0) -> bytes:
    """What `barcodes.draw` drew, on white paper."""
    drawing = barcodes.draw(kind, text)
    height = 40 if kind == "code128" else drawing.height
    image = Image.new("L", ((drawing.width + 2 * QUIET) * scale, (height + 2 * QUIET) * scale), 255)
    pen = ImageDraw.Draw(image)
    for x, y, length in (map(int, stroke) for stroke in STROKE.findall(drawing.path)):
        foot = height if kind == "code128" else y + 1
        left, top = (x + QUIET) * scale, (y + QUIET) * scale
        pen.rectangle([left, top, left + length * scale - 1, (foot + QUIET) * scale - 1], fill=0)
    return as_bytes(image.rotate(turned, expand=True, fillcolor=255) if turned else image, kept_as)


def as_bytes(image: Image.Image, kept_as: str = "PNG") -> bytes:
    kept = io.BytesIO()
    image.save(kept, kept_as)
    return kept.getvalue()
