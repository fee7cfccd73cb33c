"""How a door colour looks before it is saved: its tones by day and by night, and whether they can be read."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gatehouse.web import colour

PAIRS: dict[str, Promise] = {
    "on door": _("White on the door"),
    "link": _("Links on the page"),
    "bar": _("White on the bar"),
    "on door at night": _("Words on the door, at night"),
    "link at night": _("Links on the page, at night"),
}


@dataclass(frozen=True)
class Theme:
    """One drawing: the door's tones on the ground and paper of its theme."""

    name: Promise
    door: colour.Door
    ground: str
    paper: str
    ink: str
    on_bar: str


@dataclass(frozen=True)
class Look:
    """`themes` is empty for a colour that can't be read; without `ratios` it is no colour at all."""

    themes: tuple[Theme, ...] = ()
    ratios: tuple[tuple[Promise, float], ...] = ()

    @property
    def is_refused(self) -> bool:
        return not self.themes


def look_of(chosen: str) -> Look:
    try:
        ratios = tuple((PAIRS[name], ratio) for name, ratio in colour.ratios(chosen))
    except ValueError:
        return Look()
    try:
        day, night = colour.paint(chosen)
    except colour.ColourUnreadable:
        return Look(ratios=ratios)
    light = Theme(_("By day"), day, colour.LIGHT_GROUNDS[0], colour.LIGHT_PAPER, colour.LIGHT_INK, colour.WHITE)
    dark = Theme(_("By night"), night, colour.DARK_GROUNDS[0], colour.DARK_PAPER, colour.DARK_INK, colour.DARK_INK)
    return Look((light, dark), ratios)
