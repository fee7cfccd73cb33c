"""Book a time: a course, then a day and time of the week shown, then the question."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gatehouse.core import clock
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies, queries, slots
from gatehouse.helpdesk.forms.booking import BookForm, CourseForm, SlotForm
from gatehouse.helpdesk.models import Appointment, Course
from gatehouse.helpdesk.queries import Offer
from gatehouse.helpdesk.refusals import Refused, SlotGone, TooMany
from gatehouse.helpdesk.views.shared import for_people
from gatehouse.helpdesk.words import on_day, place_of_meeting, short_day, time_of
from gatehouse.people.models import Person


@dataclass(frozen=True)
class Wish:
    """Who looks for a time for what: a new appointment, or another time for one that is there."""

    person: Person
    course: Course
    tutor: UUID | None = None
    moving: Appointment | None = None

    def offers(self, days: Iterable[date]) -> list[Offer]:
        return queries.offers(self.course, days, person=self.person, tutor=self.tutor, moving=self.moving)

    def address(self, at: int | None = None, **asked: Any) -> str:
        """Of the picker, or with a time of the last step; the tutor stays chosen."""
        asked = {"tutor": self.tutor, **asked}
        query = urlencode({key: value for key, value in asked.items() if value})
        path = self._moving(at) if self.moving else self._new(at)
        return f"{path}?{query}" if query else path

    def _new(self, at: int | None) -> str:
        if at is None:
            return reverse("helpdesk:book_times", args=[self.course.pk])
        return reverse("helpdesk:confirm_booking", args=[self.course.pk, at])

    def _moving(self, at: int | None) -> str:
        assert self.moving
        if at is None:
            return reverse("helpdesk:move_appointment", args=[self.moving.pk])
        return reverse("helpdesk:confirm_move", args=[self.moving.pk, at])


@dataclass(frozen=True)
class Time:
    """One time of a day: where it leads, and who is free."""

    url: str
    label: str
    who: str


@never_cache
@require_safe
@for_people
def book(request: HttpRequest, person: Person) -> HttpResponse:
    courses = queries.bookable_courses()
    chosen = _number(request.GET.get("course"))
    if course := next((course for course in courses if course.pk == chosen), None):
        return redirect("helpdesk:book_times", course.pk)
    recent = [course for course in queries.recent_courses(person) if course in courses]
    context = {"form": CourseForm(courses=courses), "courses": courses, "recent": recent}
    return render(request, "helpdesk/book.html", context)


@never_cache
@require_safe
@for_people
def times(request: HttpRequest, person: Person, course: int) -> HttpResponse:
    return picker(request, _wish(request, person, course))


def _wish(request: HttpRequest, person: Person, course: int) -> Wish:
    return Wish(person, get_object_or_404(Course, pk=course, archived_at=None), _tutor(request))


def picker(request: HttpRequest, wish: Wish, *, status: int = 200, **said: Any) -> HttpResponse:
    """The week that the address names, or the first in which something is free."""
    monday = _monday(_day(request.GET.get("week")) or _first_day(wish) or clock.today())
    first, last = max(monday, clock.today()), min(monday + timedelta(days=6), queries.last_day())
    offers = wish.offers(slots.days(first, last))
    this, end = _monday(clock.today()), _monday(queries.last_day())
    context = {
        "wish": wish,
        "days": _days(wish, offers),
        "week": _("%(first)s to %(last)s") % {"first": _said(monday), "last": _said(monday + timedelta(days=6))},
        "earlier": wish.address(week=monday - timedelta(days=7)) if monday > this else "",
        "later": wish.address(week=monday + timedelta(days=7)) if monday < end else "",
        "tutors": _tutors(wish),
        "nearest": _nearest(wish, monday) if not offers else "",
        "last_day": queries.last_day(),
        "zone": timezone.get_default_timezone_name(),
    }
    return render(request, "helpdesk/book_time.html", context | said, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def confirm(request: HttpRequest, person: Person, course: int, at: int) -> HttpResponse:
    """The time stands in the address; the question is kept whatever becomes of the time."""
    wish, moment = _wish(request, person, course), _moment(str(at))
    if moment is None:
        return redirect(wish.address())
    chosen = _chosen(request, moment)
    form = BookForm(request.POST or None, offers=_at(wish, chosen), with_days=len(chosen) > 1)
    if request.method != "POST":
        return _confirming(request, wish, form, moment) if form.offers else _gone(request, wish, form, moment)
    if form.is_valid():
        return _booked(request, wish, form, moment)
    return _confirming(request, wish, form, moment, status=422) if form.offers else _gone(request, wish, form, moment)


def _booked(request: HttpRequest, wish: Wish, form: BookForm, at: datetime) -> HttpResponse:
    offer, question = form.offer(), form.cleaned_data["question"]
    try:
        made = actions.book_appointment(
            person=wish.person,
            course=wish.course,
            tutor=offer.tutor,
            starts_at=offer.starts_at,
            question=question,
            actor=wish.person,
        )
    except SlotGone as gone:
        return _gone(request, wish, form, at, gone)
    except Refused as refusal:
        form.refuse(refusal)
        return _confirming(request, wish, form, at, status=429 if isinstance(refusal, TooMany) else 409)
    done(request, _("Booked. We wrote to you, and to %(name)s.") % {"name": made.tutor.short_name})
    return redirect("helpdesk:appointment", made.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def move(request: HttpRequest, person: Person, pk: int, at: int = 0) -> HttpResponse:
    held = get_object_or_404(queries.whole(), pk=pk)
    if not policies.can_move(person, held):
        raise PermissionDenied(_("Only who booked an appointment moves it."))
    if held.ticket_id or held.cancelled_at:
        return redirect("helpdesk:appointment", pk)
    wish, moment = Wish(person, held.course, _tutor(request), moving=held), _moment(str(at))
    if moment is None:
        return picker(request, wish)
    chosen = _chosen(request, moment)
    form = SlotForm(request.POST or None, offers=_at(wish, chosen), with_days=len(chosen) > 1)
    if form.is_bound and form.is_valid():
        return _moved(request, wish, form, moment)
    if not form.offers:
        return _gone(request, wish, form, moment)
    return _confirming(request, wish, form, moment, status=422 if form.errors else 200)


def _moved(request: HttpRequest, wish: Wish, form: SlotForm, at: datetime) -> HttpResponse:
    assert wish.moving
    offer = form.offer()
    try:
        actions.move_appointment(
            appointment=wish.moving, tutor=offer.tutor, starts_at=offer.starts_at, actor=wish.person
        )
    except SlotGone as gone:
        return _gone(request, wish, form, at, gone)
    except Refused as refusal:
        form.refuse(refusal)
        return _confirming(request, wish, form, at, status=409)
    done(request, _("Moved to %(when)s.") % {"when": on_day(offer.starts_at)})
    return redirect("helpdesk:appointment", wish.moving.pk)


def _confirming(request: HttpRequest, wish: Wish, form: SlotForm, at: datetime, **options: Any) -> HttpResponse:
    offers = list(form.offers.values())
    only = offers[0] if len(offers) == 1 else None
    week = at.astimezone(timezone.get_default_timezone()).date()
    context = {
        "wish": wish,
        "form": form,
        "when": on_day(at),
        "only": only,
        "place": place_of_meeting(only.mode, only.room) if only else "",
        "back": wish.address(week=week),
    }
    return render(request, "helpdesk/book_confirm.html", context, **options)


def _gone(request: HttpRequest, wish: Wish, form: SlotForm, at: datetime, gone: SlotGone | None = None) -> HttpResponse:
    """The next free times stand in its place, and what was typed stays."""
    instead = queries.next_offers(wish.course, at, person=wish.person, moving=wish.moving)
    refusal = gone or SlotGone(instead, _said_of(wish, at))
    typed = {"question": request.POST.get("question", "")[:4000]}
    fresh = type(form)(offers=instead, with_days=True, initial=typed)
    week = at.astimezone(timezone.get_default_timezone()).date()
    context = {"wish": wish, "form": fresh, "refusal": refusal, "back": wish.address(week=week), "when": on_day(at)}
    return render(request, "helpdesk/book_confirm.html", context, status=409)


def _said_of(wish: Wish, at: datetime) -> str:
    is_taken = Appointment.objects.filter(cancelled_at=None, starts_at=at).exists()
    return "" if is_taken else _("This time can't be booked any more.")


def _chosen(request: HttpRequest, at: datetime) -> set[datetime]:
    """The time of the address, and the one that was chosen in its place."""
    _tutor_key, _at, seconds = request.POST.get("slot", "").partition("@")
    return {at, _moment(seconds) or at}


def _at(wish: Wish, moments: set[datetime]) -> list[Offer]:
    zone = timezone.get_default_timezone()
    days = sorted({at.astimezone(zone).date() for at in moments})
    return [offer for offer in wish.offers(days) if offer.starts_at in moments]


def _days(wish: Wish, offers: list[Offer]) -> list[tuple[str, list[Time]]]:
    by_day = groupby(offers, key=lambda offer: offer.starts_at.astimezone(timezone.get_default_timezone()).date())
    return [(_said(day), _times(wish, list(those))) for day, those in by_day]


def _times(wish: Wish, offers: list[Offer]) -> list[Time]:
    by_time = [list(those) for _at, those in groupby(offers, key=lambda offer: offer.starts_at)]
    return [Time(_leads_to(wish, those[0]), time_of(those[0].starts_at), _who(wish, those)) for those in by_time]


def _leads_to(wish: Wish, offer: Offer) -> str:
    return wish.address(at=int(offer.starts_at.timestamp()))


def _who(wish: Wish, offers: list[Offer]) -> str:
    if wish.tutor:
        return place_of_meeting(offers[0].mode, offers[0].room.name if offers[0].room else None)
    if len(offers) == 1:
        return offers[0].tutor.short_name
    return ngettext("%(n)d tutor", "%(n)d tutors", len(offers)) % {"n": len(offers)}


def _tutors(wish: Wish) -> list[tuple[str, str, None, bool]]:
    """For chips; with one tutor there is nothing to choose."""
    tutors = [tutor for tutor in queries.tutors_for(wish.course) if tutor != wish.person]
    if len(tutors) < 2:
        return []
    anybody = Wish(wish.person, wish.course, None, wish.moving)
    chips = [(anybody.address(tutor=tutor.pk), tutor.name, None, tutor.pk == wish.tutor) for tutor in tutors]
    return [(anybody.address(), _("Anybody"), None, wish.tutor is None), *chips]


def _nearest(wish: Wish, monday: date) -> str:
    """The next week in which something is free, when this one has nothing."""
    start = datetime.combine(max(monday, clock.today()), datetime.min.time(), timezone.get_default_timezone())
    found = queries.next_offers(wish.course, start, person=wish.person, tutor=wish.tutor, moving=wish.moving)
    return wish.address(week=found[0].starts_at.astimezone(start.tzinfo).date()) if found else ""


def _first_day(wish: Wish) -> date | None:
    return queries.first_day_with(wish.course, person=wish.person, tutor=wish.tutor, moving=wish.moving)


def _said(day: date) -> str:
    return short_day(datetime.combine(day, datetime.min.time(), timezone.get_default_timezone()))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(text: str | None) -> date | None:
    """Not before this week, nor after what can be booked: an address can name any day."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return min(max(day, clock.today()), queries.last_day())


def _moment(text: str | None) -> datetime | None:
    number = _number(text)
    return datetime.fromtimestamp(number, UTC) if number and number < 1 << 33 else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


def _tutor(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("tutor", ""))
    except ValueError:
        return None
