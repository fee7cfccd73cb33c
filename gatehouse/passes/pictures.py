"""Pictures of a card: checked by their bytes, cut and resized for each role, and nothing else of them kept. No database.

Sizes in points are table 3.3 of Apple's pass format as most describe it; phones want them at 1x, 2x and 3x.
"""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageOps

from gatehouse.core import pictures
from gatehouse.core.said import Said, noop as _
from gatehouse.passes.blueprint import Style

SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "icon": (29, 29),
    "logo": (160, 50),
    "strip": (375, 123),
    "thumbnail": (90, 90),
    "background": (180, 220),
    "footer": (286, 15),
}
STRIPS: Final[Mapping[Style, tuple[int, int]]] = {"eventTicket": (375, 98), "coupon": (375, 144)}
WHOLE: Final = {"logo", "thumbnail"}  # these fit into their size and keep their shape; the others fill it and are cut
SCALES: Final = (1, 2, 3)
LEAST_SCALE: Final = 2  # a picture that is sharp on phones of the last ten years
MOST_BYTES: Final = 5_000_000
MOST_PIXELS: Final = 20_000_000  # a phone's photograph; four bytes each in memory
MOST_STRETCHED: Final = 20  # times as wide as high, or the other way round


class Unfit(ValueError):
    """`said` is the reason, for whoever chose the picture."""

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said


@dataclass(frozen=True)
class Made:
    png: bytes
    width: int
    height: int


def size_of(role: str, style: Style) -> tuple[int, int]:
    """Width and height in points; `KeyError` for a role that is none."""
    return STRIPS.get(style, SIZES[role]) if role == "strip" else SIZES[role]


def made(content: bytes, role: str, style: Style) -> dict[str, Made]:
    """PNGs named "1x", "2x" and, where the picture is fine enough, "3x"; the same bytes for the same picture.

    Raises `Unfit` for what is no PNG, JPEG or WebP, is broken, too heavy, too large or too small.
    """
    picture = _opened(content)
    points = size_of(role, style)
    finest = min(SCALES[-1], int(_finest(picture, points, whole=role in WHOLE) + 0.001))
    if finest < LEAST_SCALE:
        raise Unfit(_too_small(picture, points, role))
    return {f"{scale}x": _made(picture, points, scale, whole=role in WHOLE) for scale in SCALES if scale <= finest}


def _opened(content: bytes) -> Image.Image:
    """Upright, in RGB or RGBA; of several frames the first."""
    measured = _measured(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=[measured.kind.upper()]) as opened:
                _insist_as_measured(opened, measured)
                ImageOps.exif_transpose(opened, in_place=True)
                return opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    # A broken or hostile file makes Pillow raise whatever it stumbled over.
    except (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, RuntimeError) as broken:
        raise Unfit(_broken()) from broken
    except (Image.DecompressionBombError, Warning, EOFError, MemoryError) as bomb:
        raise Unfit(_broken()) from bomb


def _insist_as_measured(opened: Image.Image, measured: pictures.Picture) -> None:
    """A file whose head and whose body differ in size was made to deceive."""
    if opened.size != (measured.width, measured.height):
        raise ValueError(opened.size)


def _measured(content: bytes) -> pictures.Picture:
    """By the head alone, before anything is unpacked."""
    if len(content) > MOST_BYTES:
        raise Unfit(Said(_("This file has more than %(n)s MB. Choose a smaller one."), n=MOST_BYTES // 1_000_000))
    try:
        measured = pictures.measure(content)
    except pictures.NoPicture as unknown:
        raise Unfit(Said(_("This is no PNG, JPEG or WebP picture."))) from unknown
    width, height = measured.width, measured.height
    if not (width and height):
        raise Unfit(_broken())
    if width * height > MOST_PIXELS or max(width, height) > MOST_STRETCHED * min(width, height):
        too_large = _("This picture has %(width)s × %(height)s pixels; at most %(n)s million can be taken.")
        raise Unfit(Said(too_large, width=width, height=height, n=MOST_PIXELS // 1_000_000))
    return measured


def _broken() -> Said:
    return Said(_("This picture can't be opened: the file is broken."))


def _finest(picture: Image.Image, points: tuple[int, int], *, whole: bool) -> float:
    """How many times the size in points the picture is, where nothing of it is made larger."""
    times = (picture.width / points[0], picture.height / points[1])
    return max(times) if whole else min(times)


def _too_small(picture: Image.Image, points: tuple[int, int], role: str) -> Said:
    needed = {"width": points[0] * LEAST_SCALE, "height": points[1] * LEAST_SCALE}
    has = {"has_width": picture.width, "has_height": picture.height}
    if role in WHOLE:
        text = _(
            "This picture has %(has_width)s × %(has_height)s pixels. It needs a width of %(width)s or a height of "
            "%(height)s."
        )
        return Said(text, **needed, **has)
    text = _("This picture has %(has_width)s × %(has_height)s pixels. It needs at least %(width)s × %(height)s.")
    return Said(text, **needed, **has)


def _made(picture: Image.Image, points: tuple[int, int], scale: int, *, whole: bool) -> Made:
    size = (points[0] * scale, points[1] * scale)
    fit = ImageOps.contain if whole else ImageOps.fit
    drawn = fit(picture, size, Image.Resampling.LANCZOS)
    drawn.info = {}  # EXIF, profile, texts: nothing that came with the file goes out again
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return Made(out.getvalue(), drawn.width, drawn.height)


def arch(ground: str, ink: str) -> bytes:
    """An icon for a design that has none yet: an arch with a lamp in it, as PNG of 3 times the size of an icon."""
    side, fine = SIZES["icon"][0] * SCALES[-1], 8
    unit = side * fine / 32
    drawing = Image.new("RGB", (side * fine, side * fine), ground)
    pen = ImageDraw.Draw(drawing)

    def standing(left: float, top: float, right: float, colour: str) -> None:
        width = right - left
        pen.ellipse([left * unit, top * unit, right * unit, (top + width) * unit], fill=colour)
        pen.rectangle([left * unit, (top + width / 2) * unit, right * unit, 25.5 * unit], fill=colour)

    standing(6.5, 6, 25.5, ink)
    standing(11.5, 11, 20.5, ground)
    pen.ellipse([14.2 * unit, 14.2 * unit, 17.8 * unit, 17.8 * unit], fill=ink)
    out = io.BytesIO()
    drawing.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
