"""A passkey's ceremony is under way: the challenge lies signed in a cookie of this browser, and counts once.

So asking for a challenge writes nothing, however often the sign-in page is opened; using one does, in `core.limits`,
where all processes look.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from gatehouse.core import limits, links
from gatehouse.core.limits import Limit
from gatehouse.identity import cookies

COOKIE = f"{cookies.PREFIX}gatehouse_passkey"
LASTS = timedelta(minutes=10)
ONCE = Limit("passkey.challenge", 1, LASTS + timedelta(minutes=1))

Purpose: TypeAlias = Literal["sign-in", "second-step", "prove", "add"]


@dataclass(frozen=True)
class Ceremony:
    """`person` is empty where nobody said yet who they are."""

    purpose: Purpose
    challenge: str
    person: str = ""


def begin(response: HttpResponse, *, purpose: Purpose, challenge: str, person: UUID | None = None) -> None:
    value = [purpose, challenge, person.hex if person else ""]
    cookies.keep(response, COOKIE, links.sign("passkey", value), LASTS)


def take(request: HttpRequest, *, purpose: Purpose, person: UUID | None = None) -> str:
    """The challenge of this browser's ceremony, for this purpose and person, once; "" when there is none."""
    try:
        began = Ceremony(*links.read("passkey", request.COOKIES.get(COOKIE, ""), within=LASTS))
    except (links.LinkUnusable, TypeError):
        return ""
    is_this = (began.purpose, began.person) == (purpose, person.hex if person else "")
    return began.challenge if is_this and limits.allow(ONCE, began.challenge) else ""
