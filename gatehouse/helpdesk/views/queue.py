"""The queue as tutors see it, with the ticket in hand beside it."""

from hashlib import blake2s
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of, typed
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.forms.helping import QueueFilter
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.refusals import AlreadyClaimed, Refused
from gatehouse.helpdesk.views.lines import Pen, kept
from gatehouse.helpdesk.views.session import session_of, takes_long
from gatehouse.helpdesk.views.shared import actor_of
from gatehouse.people.models import Person

OTHERS = 10  # of other courses, below one's own
STEP = 15  # seconds after which the same queue is drawn anew, for minutes go on
ALL = "all"


@require_safe
@never_cache
@requires(policies.HELP)
def queue(request: HttpRequest) -> HttpResponse:
    return queue_page(request, _at_hand(actor_of(request)))


def queue_page(request: HttpRequest, ticket: Ticket | None = None, *, status: int = 200, **said: Any) -> HttpResponse:
    """`said` is why something was refused, and forms with what was typed."""
    tutor = actor_of(request)
    context = _lists(request, tutor, ticket) | {"shift": queries.shift_of(tutor)}
    context["part"] = reverse("helpdesk:queue_part") + _narrowing(request, ticket)
    if ticket:
        context |= session_of(ticket, tutor, said)
    context["main"] = _main_deed(context)
    return render(request, "helpdesk/queue.html", context | said, status=status)


@require_safe
@requires(policies.HELP)
def queue_part(request: HttpRequest) -> HttpResponse:
    """What the page fetches every few seconds; 304 while nothing changed."""
    tutor = actor_of(request)
    known = (queries.stamp(), int(clock.now().timestamp() // STEP), tutor.pk, request.GET.urlencode(), get_language())
    tag = f'"{blake2s(repr(known).encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    number = request.GET.get("open", "")
    ticket = Ticket.objects.filter(pk=int(number)).first() if _is_number(number) else None
    context = _lists(request, tutor, ticket)
    context["is_news"] = bool(ticket and request.GET.get("as", "") != stamp_of(ticket))
    context["is_long"] = bool(ticket and takes_long(ticket, tutor))
    response = render(request, "helpdesk/_queue.html", context)
    response["ETag"], response["Cache-Control"] = tag, "no-store"
    return response


@require_POST
@requires(policies.HELP)
def help_next(request: HttpRequest) -> HttpResponse:
    tutor, expected = actor_of(request), request.POST.get("expected", "")
    front = int(expected) if _is_number(expected) else None
    courses: list[int] | None = [] if request.POST.get("scope") == ALL else None
    try:
        ticket = actions.help_next(tutor=tutor, courses=courses, expected=front)
    except Refused as refusal:
        return queue_page(request, _at_hand(tutor), status=409, refusal=refusal)
    if front and front != ticket.pk and (winner := _winner(front, tutor)):
        told = _("%(name)s was faster with the one before. You help %(asker)s.")
        done(request, told % {"name": winner, "asker": ticket.asker})
    return redirect("helpdesk:session", ticket.pk)


def _at_hand(tutor: Person) -> Ticket | None:
    return next(iter(queries.in_hand_of(tutor)), None)


def stamp_of(ticket: Ticket) -> str:
    """Changes when the page about this ticket shows what is not so any more."""
    said = ticket.messages.filter(is_private=False).count()
    return f"{ticket.state}-{ticket.revision}-{said}-{ticket.group_id or 0}"


def _lists(request: HttpRequest, tutor: Person, opened: Ticket | None) -> dict[str, Any]:
    own, target = queries.courses_of(tutor), queries.desk().target_wait
    filters, q = QueueFilter(request.GET), typed(request)
    is_all = not own or request.GET.get("scope", "") == ALL
    wanted = filters.wanted(q, frozenset() if is_all else own)
    others = queries.narrowed(filters.wanted(q)).exclude(course__in=own)[:OTHERS] if not is_all else None
    sums, pen, hands = queries.sums(own), Pen(request, target, opened), queries.hands_on()
    is_narrowed = bool(q or wanted.mode)
    known = None if is_narrowed else sums.waiting if is_all else sums.in_mine
    page: Any = page_of(request, queries.narrowed(wanted), total=known)
    rows = queries.lines_of(page.object_list)
    return {
        "page": page,
        "lines": pen.lines(rows),
        "others": pen.lines(queries.lines_of(others)) if others is not None else [],
        "sums": sums,
        "scopes": chips(request, "scope", {"": _("My courses"), ALL: _("All")}, {"": sums.in_mine, ALL: sums.waiting}),
        "has_own": bool(own),
        "scope": ALL if is_all else "",
        "filters": filters,
        "is_narrowed": is_narrowed,
        "front": None if is_narrowed else _front(rows, tutor),
        "today": queries.given_today(tutor),
        "in_hand": [hand.ticket for hand in hands if hand.is_of(tutor) and hand.ticket != opened],
        "elsewhere": [hand for hand in hands if not hand.is_of(tutor)],
    }


def _front(rows: list[queries.Waiting], tutor: Person) -> int | None:
    """Whom this tutor helps next."""
    since = clock.now() - queries.PROMISED_FOR
    free = (row for row in rows if row.booked_for is None or row.booked_with == tutor.pk or row.booked_for < since)
    return next((row.pk for row in free if row.state == Ticket.State.WAITING), None)


def _narrowing(request: HttpRequest, ticket: Ticket | None) -> str:
    return kept(request, **({"open": ticket.pk, "as": stamp_of(ticket)} if ticket else {}))


def _main_deed(context: dict[str, Any]) -> str:
    """Which button is the main one; there is never more than one."""
    if context.get("is_mine"):
        return "close"
    ticket = context.get("ticket")
    return "claim" if ticket and ticket.state in {"waiting", "away"} else "next"


def _winner(front: int, tutor: Person) -> str:
    """Who has the one that was seen. Where that is being written just now, the row's lock waits for it."""
    with transaction.atomic():
        Ticket.objects.select_for_update().filter(pk=front).first()
    ticket = Ticket.objects.filter(pk=front, state=Ticket.State.HELPED).exclude(helps__tutor=tutor).first()
    return AlreadyClaimed(ticket, queries.helper_of(ticket)).winner if ticket else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
