"""Signed links to one card: whoever holds one sees this card and can add it to a phone, and nothing else.

The link in a letter lives 30 days, the one on the desk's screen 10 minutes. Neither outlives the card: a card that was
stopped is shown by no link.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse

from gatehouse.core import links

LETTER, DESK = "passes.letter", "passes.desk"
LIVES: Final = {LETTER: timedelta(days=30), DESK: timedelta(minutes=10)}
REMEMBERED: Final = timedelta(days=3650)  # an ended link still says whose it was, to ask for a new one


class LinkEnded(links.LinkUnusable):
    """The link was good once; it was this card's."""

    def __init__(self, serial: str) -> None:
        self.serial = serial
        super().__init__("ended")


def token(serial: str, *, purpose: str = LETTER) -> str:
    return links.sign(purpose, serial)


def address(serial: str, *, purpose: str = LETTER) -> str:
    return settings.BASE_URL + reverse("passes:link", args=[token(serial, purpose=purpose)])


def serial_in(text: str) -> str:
    """The serial that this token names; raises `LinkEnded` when its time is over, `LinkUnusable` for anything else."""
    for purpose, lives in LIVES.items():
        if serial := _read(purpose, text, lives):
            return serial
    for purpose in LIVES:
        if serial := _read(purpose, text, REMEMBERED):
            raise LinkEnded(serial)
    raise links.LinkUnusable("not ours")


def _read(purpose: str, text: str, within: timedelta) -> str:
    try:
        value = links.read(purpose, text, within=within)
    except links.LinkUnusable:
        return ""
    return value if isinstance(value, str) else ""
