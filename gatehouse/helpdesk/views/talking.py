"""What tutors write at a ticket: to its asker, and for one another."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gatehouse.helpdesk import actions, queries
from gatehouse.helpdesk.forms.helping import TextForm
from gatehouse.helpdesk.models import CannedAnswer, Ticket
from gatehouse.helpdesk.views.deeds import deed
from gatehouse.helpdesk.views.queue import queue_page
from gatehouse.people.models import Person


@deed
def say(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse | str:
    """A ready answer is taken into the text first; it goes out when it was read."""
    if "take" in request.POST:
        return queue_page(request, ticket, say_form=_with_answer(request, ticket))
    form = TextForm(request.POST, auto_id="say-%s")
    if not form.is_valid():
        return queue_page(request, ticket, status=422, say_form=form)
    actions.say(ticket=ticket, actor=tutor, text=form.cleaned_data["text"])
    return _("%(name)s can read it now.") % {"name": ticket.asker}


@deed
def note(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse | str:
    form = TextForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return queue_page(request, ticket, status=422, note_form=form)
    actions.note(ticket=ticket, actor=tutor, text=form.cleaned_data["text"])
    return _("Noted for tutors.")


def _with_answer(request: HttpRequest, ticket: Ticket) -> TextForm:
    typed, number = request.POST.get("text", "")[:4000], request.POST.get("canned", "")
    answer = next((each for each in queries.answers_for(ticket) if str(each.pk) == number), CannedAnswer())
    return TextForm(initial={"text": "\n\n".join(filter(None, [typed, answer.text]))}, auto_id="say-%s")
