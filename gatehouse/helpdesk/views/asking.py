"""Asking: the desk's first page, the form, and the way of a guest from the letter into the queue."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core import links as signed
from gatehouse.core.echo import done
from gatehouse.core.links import LinkUnusable
from gatehouse.helpdesk import actions, links, queries
from gatehouse.helpdesk.forms.asking import AskForm
from gatehouse.helpdesk.models import CannedAnswer, Ticket
from gatehouse.helpdesk.refusals import AskedAlready, Refused, TooMany
from gatehouse.helpdesk.views.shared import person_of
from gatehouse.helpdesk.words import desk_sentence, hours_of
from gatehouse.people.models import Person


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Open or not, until when, who is here, how long one waits: for everybody."""
    person = person_of(request)
    now = queries.desk_now()
    shown = queries.courses().filter(is_on_display=True)[:100]
    context = {
        "desk": now,
        "sentence": desk_sentence(now),
        "own": [(ticket, links.path_of(ticket)) for ticket in queries.own_open(person)[:5]] if person else [],
        "ahead": queries.own_ahead(person)[:5] if person else [],
        "can_book": queries.is_bookable(),
        "notices": queries.notices_on(),
        "week": hours_of(queries.week()),
        "holidays": queries.next_holidays(),
        "courses": [(name, list(rows)) for name, rows in groupby(shown, key=lambda course: course.department)],
    }
    return render(request, "helpdesk/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if person is None and not queries.desk().takes_guests:
        return redirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
    if request.method != "POST" and not queries.courses().exists():
        return render(request, "helpdesk/ask_nobody.html")
    form = _form(request, person)
    if form.is_bound and form.is_valid():
        try:
            return _submitted(request, form)
        except AskedAlready as already:
            return _asked_already(request, form, already)
        except Refused as refusal:
            form.refuse(refusal)
            return _asking(request, form, status=429 if isinstance(refusal, TooMany) else 422)
    return _asking(request, form, status=422 if form.errors else 200)


def _form(request: HttpRequest, person: Person | None) -> AskForm:
    """A poster's code may say the room, and a link the course."""
    if request.method == "POST":
        return AskForm(request.POST, request.FILES, person=person)
    given = {name: request.GET[name][:20] for name in ("course", "room", "mode") if request.GET.get(name)}
    given = {name: value for name, value in given.items() if name == "mode" or value.isdecimal()}
    return AskForm(initial=given, person=person)


def _asking(request: HttpRequest, form: AskForm, *, status: int) -> HttpResponse:
    now = queries.desk_now()
    form.hint(now.rooms)
    mine = queries.own_open(form.person)[:3] if form.person else []
    context = {
        "form": form,
        "sentence": desk_sentence(now),
        "news": now.news,
        "open": [(ticket, links.path_of(ticket)) for ticket in mine],
    }
    return render(request, "helpdesk/ask.html", context, status=status)


def _submitted(request: HttpRequest, form: AskForm) -> HttpResponse:
    person = person_of(request)
    ticket = actions.submit_ticket(asker=form.asker(), actor=person, **form.ticket())
    if ticket.state == Ticket.State.ASKED:
        return _letter_is_on_its_way(ticket.guest_email)
    if request.POST.get("join") and person:
        _join(ticket, person, request.POST["join"])
    return redirect(links.path_of(ticket))


def _asked_already(request: HttpRequest, form: AskForm, already: AskedAlready) -> HttpResponse:
    """Somebody signed in is led to the open one; a guest hears of it by letter only, for the address is not proved."""
    if person_of(request):
        done(request, str(already))
        return redirect(links.path_of(already.ticket))
    actions.remind_guest(ticket=already.ticket)
    return _letter_is_on_its_way(form.cleaned_data["email"])


def _letter_is_on_its_way(email: str) -> HttpResponse:
    return redirect("helpdesk:asked", signed.sign(links.ASKED, email))


def _join(ticket: Ticket, person: Person, key: str) -> None:
    chosen = next((others for others in queries.others_like(ticket) if others.key == key), None)
    if chosen:
        actions.join_others(ticket=ticket, actor=person, group=chosen.group)


@require_http_methods(["GET", "HEAD", "POST"])
def others(request: HttpRequest) -> HttpResponse:
    """A part of the form: ready answers, and who waits with the same question; 204 when it would show what stands there.

    Asked by POST, so that no log keeps what somebody writes. Guests see others once their address is proved.
    """
    asked = request.POST or request.GET
    course, person = asked.get("course", ""), person_of(request)
    found: list[queries.Together] = []
    answers: list[CannedAnswer] = []
    if course.isdecimal() and len(course) < 10:
        assignment = asked.get("assignment", "").strip()[:120]
        answers = queries.answers_to(int(course), f"{assignment} {asked.get('question', '')[:4000]}")
        found = queries.others_like(Ticket(course_id=int(course), assignment=assignment)) if person else []
    shown = " ".join([f"a{answer.pk}" for answer in answers] + [f"{each.key}:{each.others}" for each in found])
    if shown == asked.get("shown"):
        return HttpResponse(status=204)
    return render(request, "helpdesk/_others.html", {"others": found, "answers": answers, "shown": shown})


@never_cache
@require_safe
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """The same for every address, whatever it asked before."""
    return render(request, "helpdesk/asked.html", {"email": _email(token), "token": token})


@require_POST
def send_again(request: HttpRequest, token: str) -> HttpResponse:
    actions.write_guest_again(email=_email(token))
    done(request, _("If your question still waits for the link, we sent it again."))
    return redirect("helpdesk:asked", token)


def _email(token: str) -> str:
    try:
        return str(signed.read(links.ASKED, token, within=links.ASKED_WITHIN))
    except LinkUnusable as error:
        raise Http404 from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter: looking at it changes nothing, for mail programs look at links too."""
    try:
        number = links.to_confirm(token)
    except LinkUnusable:
        return render(request, "helpdesk/link_over.html", status=404)
    ticket = get_object_or_404(Ticket.objects.select_related("course"), pk=number)
    if request.method == "POST":
        actions.confirm_guest(ticket=ticket)
    elif ticket.state == Ticket.State.ASKED:
        return render(request, "helpdesk/confirm.html", {"ticket": ticket})
    return redirect(links.path_of(ticket))
