"""A browser that is the desk's screen: what its cookies say, and that it goes nowhere else.

Two cookies, none of them the session's. One makes the device a kiosk, for a room, until its round is over. The other
holds who stands before it, sealed, from the first press to the last, and is made anew for each person.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gatehouse.core import clock, links, sealing
from gatehouse.core.links import LinkUnusable
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.models import Room
from gatehouse.people.models import Person

DEVICE, DEVICE_WITHIN = "helpdesk.kiosk", timedelta(days=200)
VISIT, VISIT_WITHIN = "helpdesk.kiosk_visit", timedelta(minutes=10)
_prefix = "__Host-" if settings.IS_HTTPS else ""  # browsers refuse the prefix without https
DEVICE_COOKIE, VISIT_COOKIE = f"{_prefix}gatehouse_kiosk", f"{_prefix}gatehouse_kiosk_visit"
OPEN_PATHS = (
    "/help/kiosk",
    "/help/board",
    "/static/",
    "/mark",
    "/door-",
    "/looks",
    "/offline",
    "/sw.js",
    "/favicon.ico",
)


@dataclass(frozen=True)
class Kiosk:
    """An open screen. `room` is None for a desk that has no rooms, or whose room was archived meanwhile."""

    room: Room | None


@dataclass(frozen=True)
class Visit:
    """Who stands before the kiosk: nobody yet, a person by key, or a name and an address as they say.

    `id` is in every form, so that what somebody sent before is not sent again by the next. `is_own` once this visit
    made the ticket: only then its link is shown.
    """

    id: str = field(default_factory=lambda: str(uuid4()))
    person: str = ""
    name: str = ""
    email: str = ""
    course: int = 0
    ticket: int = 0
    appointment: int = 0
    is_own: bool = False

    @property
    def has_begun(self) -> bool:
        return bool(self.is_asking or self.ticket or self.appointment)

    @property
    def is_asking(self) -> bool:
        return bool(self.person or self.name)

    @property
    def number(self) -> UUID:
        return UUID(self.id)

    def known(self) -> Person | None:
        return Person.objects.filter(pk=self.person).first() if self.person else None


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """None for every other browser, and for a screen that was closed from afar."""
    held = request.COOKIES.get(DEVICE_COOKIE)
    if not held:
        return None
    try:
        said = links.read(DEVICE, held, within=DEVICE_WITHIN)
    except LinkUnusable:
        return None
    if said["round"] != queries.kiosk_round():
        return None
    return Kiosk(queries.rooms().filter(pk=said["room"]).first() if said["room"] else None)


def may_see_board(request: HttpRequest) -> bool:
    """Everybody, unless the desk keeps its board to the screens that were opened with the PIN."""
    return queries.desk().is_board_public or kiosk_of(request) is not None


def become(response: HttpResponse, *, room: Room | None, in_round: int) -> None:
    said = {"room": room.pk if room else None, "round": in_round}
    _keep(response, DEVICE_COOKIE, links.sign(DEVICE, said), max_age=int(DEVICE_WITHIN.total_seconds()))


def cease(response: HttpResponse) -> None:
    for name in (DEVICE_COOKIE, VISIT_COOKIE):
        response.delete_cookie(name)


def visit_of(request: HttpRequest) -> Visit:
    """A new one when there is none, or it is too long ago."""
    try:
        opened = json.loads(sealing.unseal(base64.urlsafe_b64decode(request.COOKIES[VISIT_COOKIE]), purpose=VISIT))
    except (KeyError, ValueError):
        return Visit()
    age = clock.now().timestamp() - opened.pop("at")
    return Visit(**opened) if 0 <= age <= VISIT_WITHIN.total_seconds() else Visit()


def keep_visit(response: HttpResponse, visit: Visit, **changed: Any) -> None:
    said = asdict(replace(visit, **changed)) | {"at": int(clock.now().timestamp())}
    sealed = sealing.seal(json.dumps(said, ensure_ascii=False).encode(), purpose=VISIT)
    _keep(response, VISIT_COOKIE, base64.urlsafe_b64encode(sealed).decode(), max_age=None)


def _keep(response: HttpResponse, name: str, value: str, *, max_age: int | None) -> None:
    secure = bool(settings.SESSION_COOKIE_SECURE)
    response.set_cookie(name, value, max_age=max_age, secure=secure, httponly=True, samesite="Lax")


class StaysAtTheDesk:
    """While a browser is the desk's screen, every other address leads back to it: it is left by the PIN alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_elsewhere = DEVICE_COOKIE in request.COOKIES and not request.path.startswith(OPEN_PATHS)
        if is_elsewhere and kiosk_of(request):
            return HttpResponseRedirect(reverse("helpdesk:kiosk"))
        return self.get_response(request)
