"""Lines of the queue, ready to be drawn: fifty of them must cost next to nothing, so each is a handful of texts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext, pgettext

from gatehouse.core import clock
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries import Waiting

State = Ticket.State
KEPT = ("q", "mode", "scope", "page")


class Line(NamedTuple):
    """`kind` is late, on (it stands beside the list), or both; `badges` are drawn already. The template unpacks it."""

    pk: int
    url: str
    name: str
    code: str
    minutes: str
    kind: str
    excerpt: str
    badges: SafeString


class Pen:
    """Draws lines; what is the same for all is asked once, and each badge drawn once."""

    def __init__(self, request: HttpRequest, target: int, opened: Ticket | None) -> None:
        self.now, self.target = clock.now(), target
        self.opened = opened.pk if opened else None
        self.base, self.kept = reverse("helpdesk:queue"), f"{kept(request)}#session"
        self.guest = _("(guest)")
        self.drawn: dict[tuple[str, str, str], SafeString] = {}

    def lines(self, rows: Iterable[Waiting]) -> list[Line]:
        listed = list(rows)
        sizes = queries.group_sizes({row.group for row in listed if row.group})
        return [self._line(row, sizes.get(row.group, 1) - 1) for row in listed]

    def _line(self, row: Waiting, others: int) -> Line:
        minutes = max(0, int((self.now - row.since) / timedelta(minutes=1)))
        is_late = minutes >= self.target
        kinds = (("late", is_late), ("on", row.pk == self.opened))
        return Line(
            pk=row.pk,
            url=f"{self.base}/{row.pk}{self.kept}",
            name=f"{row.name} {self.guest}" if row.is_guest else row.name,
            code=row.code,
            minutes=str(minutes),
            kind=" ".join(kind for kind, is_so in kinds if is_so),
            excerpt=row.excerpt,
            badges=SafeString("".join(self._badge(*each) for each in self._said(row, others, is_late=is_late))),
        )

    def _said(self, row: Waiting, others: int, *, is_late: bool) -> Iterable[tuple[str, str, str]]:
        if row.state == State.AWAY:
            yield _("Away until %(time)s") % {"time": _time(row.away_until)}, "coffee", ""
        elif row.state == State.CALLED:
            yield _("Called"), "bell", "wait"
        elif is_late:
            yield _("Over %(n)d min") % {"n": self.target}, "clock-alert", "wait"
        if row.booked_for:
            booked = {"time": _time(row.booked_for), "name": row.booked_name}
            yield _("Booked for %(time)s with %(name)s") % booked, "calendar-days", "info"
        if row.mode == Ticket.Mode.ONLINE:
            yield _("Online"), "video", ""
        else:
            yield row.room or _("On campus"), "map-pin", ""
        if row.is_here:
            yield _("Checked in"), "badge-check", "ok"
        if others > 0:
            said = ngettext("%(n)d with the same topic", "%(n)d with the same topic", others)
            yield said % {"n": others}, "users", "info"

    def _badge(self, label: str, icon: str, kind: str) -> SafeString:
        key = (label, icon, kind)
        if key not in self.drawn:
            values = {"label": label, "icon": icon, "kind": kind}
            self.drawn[key] = SafeString(get_template("helpdesk/_badge.html").render(values))
        return self.drawn[key]


def kept(request: HttpRequest, **more: Any) -> str:
    """The address's own narrowing of the queue, for links that come back to it."""
    query = request.GET.copy()
    for name in list(query):
        if name not in KEPT or not query[name]:
            del query[name]
    for name, value in more.items():
        query[name] = str(value)
    return f"?{query.urlencode()}" if query else ""


def _time(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), pgettext("time", "H:i")) if at else ""
