"""The tones that follow from the one colour a host paints its door, and whether they can be read. Plain Python."""

import colorsys
from dataclasses import dataclass

from gatehouse.core.colour import LEAST as LEAST, channels as channels, contrast as contrast, mix as mix

WHITE, BLACK = "#ffffff", "#000000"
LIGHT_GROUNDS = ("#ecefea", "#fbfcfa", "#e1e6df")  # page, surface, sunk of tokens.css
DARK_GROUNDS = ("#0c1211", "#17201e", "#090e0d")
LIGHT_PAPER, DARK_PAPER = "#fbfcfa", "#17201e"
LIGHT_INK, DARK_INK = "#1a2321", "#e9ede9"
DARK_TEXT = "#08201a"


class ColourUnreadable(ValueError):
    """White text on this colour can't be read by everybody; `ratio` says how far it is from 4.5."""

    def __init__(self, colour: str, ratio: float) -> None:
        super().__init__(f"{colour} has {ratio:.2f} with white")
        self.ratio = ratio


@dataclass(frozen=True)
class Door:
    """The tones of one theme, named as in tokens.css."""

    door: str
    hover: str
    on_door: str
    text: str
    wash: str
    bar: str
    bar_hover: str
    bar_now: str
    on_bar_2: str


def until(colour: str, towards: str, others: tuple[str, ...], least: float) -> str:
    """The colour, moved towards another only as far as it takes to reach this contrast with all of `others`."""
    for step in range(51):
        moved = mix(towards, colour, step / 50)
        if all(contrast(moved, other) >= least for other in others):
            return moved
    return towards


def lighten(colour: str, others: tuple[str, ...], least: float) -> str:
    """The colour by lamplight: its own hue, made lighter only until it has this contrast with all of `others`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in channels(colour)))
    for step in range(101):
        lit = lightness + (1 - lightness) * step / 100
        moved = "#" + "".join(
            f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, lit, min(saturation, 0.6))
        )
        if all(contrast(moved, other) >= least for other in others):
            return moved
    return WHITE


def paint(colour: str) -> tuple[Door, Door]:
    """The tones of a door in the light and in the dark theme; raises `ColourUnreadable` under 4.5 with white."""
    ratio = contrast(colour, WHITE)
    if ratio < LEAST:
        raise ColourUnreadable(colour, ratio)
    return _by_day(colour.lower()), _by_night(colour.lower())


def _by_day(colour: str) -> Door:
    wash = mix(colour, LIGHT_PAPER, 0.14)
    bar = until(colour, BLACK, (WHITE,), 7.5)
    return Door(
        door=colour,
        hover=mix(colour, BLACK, 0.76),
        on_door=WHITE,
        text=until(colour, BLACK, (*LIGHT_GROUNDS, wash), 5.0),
        wash=wash,
        bar=bar,
        bar_hover=mix(bar, WHITE, 0.94),
        bar_now=mix(bar, BLACK, 0.76),
        on_bar_2=until(mix(bar, WHITE, 0.24), WHITE, (bar, mix(bar, WHITE, 0.94)), 4.7),
    )


def _by_night(colour: str) -> Door:
    wash = mix(colour, DARK_PAPER, 0.22)
    door = lighten(colour, (*DARK_GROUNDS, DARK_TEXT), 8.0)
    bar = mix(colour, "#0c1211", 0.28)
    bar = until(bar, BLACK, (DARK_INK,), 9.0)
    return Door(
        door=door,
        hover=mix(door, WHITE, 0.78),
        on_door=DARK_TEXT,
        text=until(door, WHITE, (*DARK_GROUNDS, wash), 7.0),
        wash=wash,
        bar=bar,
        bar_hover=mix(bar, WHITE, 0.96),
        bar_now=mix(bar, WHITE, 0.9),
        on_bar_2=until(mix(bar, WHITE, 0.3), WHITE, (bar, mix(bar, WHITE, 0.9)), 5.5),
    )


def ratios(colour: str) -> list[tuple[str, float]]:
    """The pairs a host should see, for any colour, also one that is refused: text on door, link on page, both at night."""
    try:
        day, night = paint(colour)
    except ColourUnreadable as refused:
        return [("on door", refused.ratio)]
    return [
        ("on door", contrast(day.door, day.on_door)),
        ("link", min(contrast(day.text, ground) for ground in LIGHT_GROUNDS)),
        ("bar", contrast(day.bar, WHITE)),
        ("on door at night", contrast(night.door, night.on_door)),
        ("link at night", min(contrast(night.text, ground) for ground in DARK_GROUNDS)),
    ]


def stylesheet(colour: str) -> str:
    """The sheet that paints a portal's door, by day and by night; loaded after tokens.css."""
    day, night = (_tokens(door) for door in paint(colour))
    return (
        f':root,\n[data-bs-theme="light"] {{ {day} }}\n'
        f'[data-bs-theme="dark"] {{ {night} }}\n'
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-bs-theme]) {{ {night} }} }}\n"
        f"@media print {{ :root:root,\n[data-bs-theme][data-bs-theme] {{ {day} }} }}\n"
    )


def _tokens(door: Door) -> str:
    tones = {
        "door": door.door,
        "door-hover": door.hover,
        "on-door": door.on_door,
        "door-text": door.text,
        "door-wash": door.wash,
        "bar": door.bar,
        "bar-hover": door.bar_hover,
        "bar-now": door.bar_now,
        "on-bar-2": door.on_bar_2,
    }
    link = ", ".join(str(channel) for channel in channels(door.text))
    return " ".join(f"--gh-{name}: {tone};" for name, tone in tones.items()) + f" --bs-link-color-rgb: {link};"
