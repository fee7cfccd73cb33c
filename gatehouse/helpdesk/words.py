"""Places and waits in words: "3rd", "about 9 minutes", "1 person before you"."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _, ngettext, pgettext

from gatehouse.helpdesk.estimate import Wait
from gatehouse.helpdesk.hours import Block
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries import DeskNow, Standing

State = Ticket.State
SPOKEN_STEP = 5  # minutes: what is read out changes in such steps


@dataclass(frozen=True)
class Told:
    """A standing in words: `title` for the tab, `spoken` for a screen reader, the rest for the arch."""

    title: str
    spoken: str
    digits: str = ""
    suffix: str = ""
    about: str = ""
    between: str = ""
    before: str = ""


def ordinal(number: int) -> tuple[str, str]:
    """Digits and what follows them: ("3", "rd")."""
    last = 0 if number % 100 in {11, 12, 13} else number % 10
    if last == 1:
        return str(number), pgettext("after 1, 21, 31 …", "st")
    if last == 2:
        return str(number), pgettext("after 2, 22, 32 …", "nd")
    if last == 3:
        return str(number), pgettext("after 3, 23, 33 …", "rd")
    return str(number), pgettext("after 4, 5, 6 …", "th")


def about(wait: Wait | None) -> str:
    if wait is None:
        return ""
    n = int(wait.said().minutes)
    return ngettext("about %(n)d minute", "about %(n)d minutes", n) % {"n": n}


def about_short(wait: Wait | None) -> str:
    return _("about %(n)d min") % {"n": int(wait.said().minutes)} if wait else ""


def between(wait: Wait | None) -> str:
    """The range; nothing where it would say no more than the middle does."""
    if wait is None:
        return ""
    low, high = int(wait.said().low), int(wait.said().high)
    return _("mostly %(low)d to %(high)d minutes") % {"low": low, "high": high} if high - low > 2 else ""


def before(people: int) -> str:
    if people <= 0:
        return _("nobody before you")
    return ngettext("%(n)d person before you", "%(n)d people before you", people) % {"n": people}


def told(standing: Standing) -> Told:
    """What the asker of an open ticket is told."""
    if standing.state == State.WAITING:
        said = _waiting(standing)
        return replace(said, spoken=f"{said.spoken} {standing.news}".strip())
    if standing.state == State.AWAY:
        return _away(standing)
    return _turn(standing)


def _waiting(standing: Standing) -> Told:
    digits, suffix = ordinal(standing.place)
    wait = standing.wait
    said = {"place": f"{digits}{suffix}", "about": about(_in_steps(wait))}
    return Told(
        title=", ".join(filter(None, [f"{digits}{suffix}", about_short(wait)])),
        spoken=_("You are %(place)s, %(about)s.") % said if wait else _("You are %(place)s.") % said,
        digits=digits,
        suffix=suffix,
        about=about(wait) or _("nobody is here for this course yet"),
        between=between(wait),
        before=before(standing.before),
    )


def _away(standing: Standing) -> Told:
    digits, suffix = ordinal(standing.place)
    return Told(
        title=_("Away, %(place)s") % {"place": f"{digits}{suffix}"},
        spoken=_("You are away. Your place is kept."),
        digits=digits,
        suffix=suffix,
        before=before(standing.before),
    )


def _turn(standing: Standing) -> Told:
    helper = standing.helpers[0] if standing.helpers else ""
    if helper and standing.room:
        said = _("Go to %(room)s, %(helper)s is waiting.") % {"room": standing.room, "helper": helper}
    elif helper and standing.video:
        said = _("%(helper)s is waiting for you in the video call.") % {"helper": helper}
    elif helper:
        said = _("%(helper)s is waiting for you.") % {"helper": helper}
    else:
        said = _("A tutor is waiting for you.")
    return Told(title=_("Your turn"), spoken=_("It is your turn. %(said)s") % {"said": said}, about=said)


def _in_steps(wait: Wait | None) -> Wait | None:
    """Rounded up, so that it is said anew only when it moved by a step."""
    if wait is None:
        return None
    minutes = max(1, -(-int(wait.minutes) // SPOKEN_STEP)) * SPOKEN_STEP
    return Wait(minutes, wait.low, wait.high)


def desk_sentence(desk: DeskNow) -> str:
    """What one who asks now can expect."""
    if desk.wait:
        here = ngettext("%(n)d tutor is here.", "%(n)d tutors are here.", desk.tutors) % {"n": desk.tutors}
        turn = _("Ask now, and it is your turn in %(about)s.") % {"about": about(desk.wait)}
        return f"{here} {turn}"
    if desk.is_open:
        return _("No tutor is here at this moment. Ask now, and you keep your place.")
    return _("You can ask now all the same: your question waits for the tutors.")


def hours_of(week: Iterable[Block]) -> list[tuple[str, str]]:
    """(day, its hours) of each day on which the desk is open."""
    blocks = sorted(week)
    days = sorted({block.weekday for block in blocks})
    return [
        (str(WEEKDAYS[day]), ", ".join(_stretch(block) for block in blocks if block.weekday == day)) for day in days
    ]


def _stretch(block: Block) -> str:
    written = pgettext("time", "H:i")
    return f"{formats.time_format(block.opens, written)} – {formats.time_format(block.closes, written)}"


def on_day(at: datetime) -> str:
    """Thursday 19 November 2026, 14:00: on the organisation's clock."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    day = formats.date_format(local, pgettext("whole date", "l j F Y"))
    return f"{day}, {formats.date_format(local, pgettext('time', 'H:i'))}"


def place_of_meeting(mode: str, room: object) -> str:
    if mode == Ticket.Mode.ONLINE:
        return _("Online")
    return str(room) if room else _("On campus")


def short_day(at: datetime) -> str:
    """Thu 19 Nov."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return formats.date_format(local, pgettext("date this year", "D j M"), use_l10n=False)


def time_of(at: datetime) -> str:
    local = timezone.localtime(at, timezone.get_default_timezone())
    return formats.date_format(local, pgettext("time", "H:i"))


def clock_words(starts_at: datetime, ends_at: datetime) -> str:
    """Thu 19 Nov, 14:00 – 14:30."""
    return f"{short_day(starts_at)}, {time_of(starts_at)} – {time_of(ends_at)}"
