"""One's own tickets: the list, and the page behind a private link, which says where one stands."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core import clock
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of
from gatehouse.helpdesk import actions, links, policies, queries
from gatehouse.helpdesk.actions.waiting import Actor
from gatehouse.helpdesk.forms.asking import EditForm, MessageForm, NoticeForm, RateForm
from gatehouse.helpdesk.models import Attachment, Ticket
from gatehouse.helpdesk.refusals import ChangedMeanwhile, Refused
from gatehouse.helpdesk.views.shared import by_link, person_of, seen_now
from gatehouse.helpdesk.words import told

State = Ticket.State
STEPS = {State.HELPED: 3, State.CALLED: 3, State.CLOSED: 4, State.WITHDRAWN: 4}


@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """What somebody signed in asked; guests have the links of their letters."""
    person = person_of(request)
    if person is None:
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
    page = page_of(request, queries.own_tickets(person))
    rows = [(ticket, links.path_of(ticket)) for ticket in page]
    context = {"page": page, "rows": rows, "ahead": queries.own_ahead(person), "can_book": queries.is_bookable()}
    return render(request, "helpdesk/tickets.html", context)


@require_safe
@by_link
def ticket(request: HttpRequest, ticket: Ticket, actor: Actor) -> HttpResponse:
    return ticket_page(request, ticket, actor)


def ticket_page(request: HttpRequest, ticket: Ticket, actor: Actor, **values: Any) -> HttpResponse:
    """Where the ticket stands and what its asker may do; with a refusal it says why, and nothing was changed."""
    standing = queries.standing_of(ticket.pk, at_once=True)
    desk = queries.desk()
    token = links.token_of(ticket)
    context = {
        "ticket": ticket,
        "token": token,
        "standing": standing,
        "told": told(standing) if standing else None,
        "live": f"{reverse('helpdesk:live', args=[token])}?{urlencode({'in': get_language() or ''})}",
        "now": clock.now(),
        "step": STEPS.get(State(ticket.state), 2),
        "steps": [_("Asked"), _("Waiting"), _("Your turn"), _("Done")],
        "desk": desk,
        "notice_form": NoticeForm(initial={"people": desk.notice_at if ticket.notice_at is None else ticket.notice_at}),
        "message_form": MessageForm(),
        "rate_form": RateForm(initial={"stars": ticket.stars, "comment": ticket.comment}),
        "messages_said": ticket.messages.filter(is_private=False),
        "attachments": ticket.attachments.all(),
        "here": queries.here_now() if standing else [],
        "others": queries.others_like(ticket) if ticket.state == State.WAITING and not ticket.group_id else [],
        "desk_code": "" if ticket.arrived_at else links.code_of(ticket.pk),
        "number": queries.number_of(ticket.pk),
        "is_asker": isinstance(actor, policies.Bearer) or actor == ticket.person,
        **values,
    }
    return render(request, "helpdesk/ticket.html", context, status=409 if "refusal" in values else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def edit(request: HttpRequest, ticket: Ticket, actor: Actor) -> HttpResponse:
    """When somebody else changed it meanwhile, both stand on the page, and saving again is deliberate."""
    theirs = None
    form = EditForm(request.POST, ticket=ticket) if request.method == "POST" else EditForm.of(ticket)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_ticket(ticket=ticket, actor=actor, seen=form.cleaned_data["seen"], **form.what())
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.ticket
            form = EditForm(seen_now(request, theirs), ticket=theirs)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect(links.path_of(ticket))
    status = 409 if theirs else 422 if form.errors else 200
    context = {"form": form, "ticket": ticket, "theirs": theirs, "back": links.path_of(ticket)}
    return render(request, "helpdesk/edit.html", context, status=status)


Deed = Callable[[HttpRequest, Ticket, Actor], str]


def _deed(deed: Deed) -> Callable[..., HttpResponseBase]:
    """A press of a button on the ticket's page: `deed` says what was done, or raises `Refused`."""

    @require_POST
    @by_link
    def pressed(request: HttpRequest, ticket: Ticket, actor: Actor) -> HttpResponse:
        try:
            said = deed(request, ticket, actor)
        except Refused as refusal:
            ticket.refresh_from_db()
            return ticket_page(request, ticket, actor, refusal=refusal)
        if said:
            done(request, said)
        return redirect(links.path_of(ticket))

    return pressed


@_deed
def step_away(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    actions.step_away(ticket=ticket, actor=actor)
    return ""


@_deed
def come_back(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    actions.come_back(ticket=ticket, actor=actor)
    return _("Welcome back. Your place was kept.")


@require_POST
@by_link
def withdraw(request: HttpRequest, ticket: Ticket, actor: Actor) -> HttpResponse:
    try:
        actions.withdraw_ticket(ticket=ticket, actor=actor)
    except Refused as refusal:
        return ticket_page(request, ticket, actor, refusal=refusal)
    undo = reverse("helpdesk:reopen", args=[links.token_of(ticket)])
    done(request, _("You left the queue."), undo=undo)
    return redirect(links.path_of(ticket))


@_deed
def reopen(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    actions.reopen_ticket(ticket=ticket, actor=actor)
    return _("Your question is open again.")


@_deed
def ask_more(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    form = MessageForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Write something first, 4,000 characters at most."))
    actions.ask_more(ticket=ticket, actor=actor, text=form.cleaned_data["text"])
    return _("Added.")


@_deed
def notice(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    form = NoticeForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose when we shall write."))
    actions.choose_notice(ticket=ticket, actor=actor, people=form.cleaned_data["people"])
    return _("Saved.")


@_deed
def join(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    key = request.POST.get("join", "")
    chosen = next((others for others in queries.others_like(ticket) if others.key == key), None)
    if chosen is None:
        raise Refused(_("They are being helped already, or left."))
    actions.join_others(ticket=ticket, actor=actor, group=chosen.group)
    return _("You joined the others.")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def rate(request: HttpRequest, ticket: Ticket, actor: Actor) -> HttpResponse:
    """Looking rates nothing: mail programs look at every link. The star of the link is chosen, one press sends it."""
    if request.method != "POST":
        stars = request.GET.get("stars", "")
        chosen = int(stars) if stars in set("12345") else ticket.stars
        form = RateForm(initial={"stars": chosen, "comment": ticket.comment})
        return _rating(request, ticket, form, chosen)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _rating(request, ticket, form, None, status=422)
    comment = form.cleaned_data["comment"] if "comment" in request.POST else None
    try:
        actions.rate_ticket(ticket=ticket, actor=actor, stars=form.cleaned_data["stars"], comment=comment)
    except Refused as refusal:
        return ticket_page(request, ticket, actor, refusal=refusal)
    done(request, _("Thank you. That helps us to help."))
    return redirect(links.path_of(ticket))


def _rating(
    request: HttpRequest, ticket: Ticket, form: RateForm, chosen: int | None, status: int = 200
) -> HttpResponse:
    context = {"ticket": ticket, "form": form, "chosen": chosen, "back": links.path_of(ticket)}
    return render(request, "helpdesk/rate.html", context, status=status)


@require_safe
@by_link
def file_by_link(request: HttpRequest, ticket: Ticket, actor: Actor, *, pk: int) -> FileResponse:
    return _download(get_object_or_404(ticket.attachments, pk=pk))


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For those who are signed in: the asker, and whoever helps."""
    person = person_of(request)
    if person is None:
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
    attachment = get_object_or_404(Attachment.objects.select_related("ticket"), pk=pk)
    if not policies.can_see(person, attachment.ticket):
        raise PermissionDenied(_("This file belongs to somebody else's question."))
    return _download(attachment)


def _download(attachment: Attachment) -> FileResponse:
    """Never shown in the portal's own name: a download of the kind its content has, which no browser second-guesses."""
    kind = attachment.media_type
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    response = FileResponse(attachment.file.open(), as_attachment=True, filename=attachment.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
