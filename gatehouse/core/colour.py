"""Colours and whether they can be read. Plain Python without Django; colours are "#rrggbb" in sRGB.

Contrast follows WCAG 2.2, "relative luminance" and "contrast ratio"; 4.5 is the least for text (success criterion 1.4.3).
"""

import re

LEAST = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def is_colour(text: str) -> bool:
    return _HEX.match(text) is not None


def channels(colour: str) -> tuple[int, int, int]:
    """Raises `ValueError` for what is not "#rrggbb"."""
    if not _HEX.match(colour):
        raise ValueError(colour)
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, part: float) -> str:
    """`part` of the first, the rest of the second."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02x}" for a, b in pairs)
