"""How a verdict is shown: always a word, a colour and an icon together, for the word is enough alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from gatehouse.passes.models import Pass
from gatehouse.passes.queries import verdict_of
from gatehouse.passes.verdict import Verdict, Word


@dataclass(frozen=True)
class Look:
    """How a verdict looks: its word for a person at a door, for a list, colour and icon."""

    label: str | Promise
    badge: str | Promise
    kind: str
    icon: str


LOOKS: dict[Word, Look] = {
    "valid": Look(gettext_lazy("Valid"), gettext_lazy("Valid"), "ok", "circle-check"),
    "early": Look(gettext_lazy("Not valid yet"), gettext_lazy("Not yet"), "wait", "hourglass"),
    "expired": Look(gettext_lazy("Expired"), gettext_lazy("Expired"), "wait", "clock-alert"),
    "voided": Look(gettext_lazy("Voided"), pgettext_lazy("card", "Stopped"), "bad", "ban"),
    "unknown": Look(gettext_lazy("Unknown"), gettext_lazy("Unknown"), "bad", "circle-question-mark"),
    "several": Look(gettext_lazy("Several"), gettext_lazy("Several"), "info", "users-round"),
}


def look_of(card: Pass) -> Look:
    return LOOKS[verdict_of(card).word]


def in_language(verdict: Verdict) -> str:
    return verdict.why.translated(_)
