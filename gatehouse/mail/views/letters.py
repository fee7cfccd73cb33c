"""One letter: what it says, to whom, and what became of it and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.journal.models import Entry
from gatehouse.mail import actions, policies, queries
from gatehouse.mail.models import Letter
from gatehouse.mail.opening import Opened, opened
from gatehouse.mail.reasons import why
from gatehouse.mail.views.outbox import actor_of

# A letter's own HTML: shown, and nothing else. Its colours stand in its elements, as mail programs need them.
LETTER_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
    "sandbox": True,
}


DEEDS = {
    "letter.posted": gettext_lazy("Posted"),
    "letters.held": gettext_lazy("Held"),
    "letters.released": gettext_lazy("Let go"),
    "letters.resent": gettext_lazy("Sent once more"),
}


@dataclass(frozen=True)
class Step:
    """One line of a letter's history: when, what, the server's own words."""

    at: datetime
    icon: str
    what: str
    words: str = ""


@require_GET
@requires(policies.VIEW)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Letter.objects.select_related("person", "run"), pk=pk)
    context = {
        "letter": shown,
        "opened": words_of(shown),
        "why": why(shown.answer) if shown.standing in {"refused", "waiting", "held"} and shown.attempts else "",
        "stops": queries.stops_of(shown),
        "history": sorted(history(shown), key=lambda step: step.at),
        "may_edit": actor_of(request).may(policies.EDIT),
        "may_resend": shown.state in Letter.SETTLED and not shown.is_credential,
    }
    return render(request, "mail/letter_page.html", context)


@require_GET
@xframe_options_sameorigin
@csp_replace(LETTER_POLICY)
@requires(policies.VIEW)
def letter_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as a mail program draws it: in a sandbox without scripts, pictures or ways out."""
    words = words_of(get_object_or_404(Letter, pk=pk))
    if words is None or not words.html:
        raise Http404
    return HttpResponse(words.html)


@require_POST
@requires(policies.EDIT)
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it once more, also one that was sent."""
    count = actions.resend(letters=Letter.objects.filter(pk=pk), actor=actor_of(request))
    done(request, _("The letter goes out again within a minute.") if count else _("Nothing was changed."))
    return redirect("mail:letter", pk)


def words_of(shown: Letter) -> Opened | None:
    """None for a letter that carries a credential, and for one whose words were erased by age."""
    return opened(bytes(shown.rendered)) if shown.rendered and not shown.is_credential else None


def history(shown: Letter) -> Iterator[Step]:
    yield Step(shown.created_at, "pencil", _("Written"))
    for attempt in shown.tries.all():
        is_again = attempt.outcome == Letter.State.QUEUED
        yield Step(attempt.at, "clock" if is_again else "mail-x", str(why(attempt.answer)), str(attempt.answer))
    if shown.state == Letter.State.SENT and shown.settled_at:
        yield Step(shown.settled_at, "circle-check", _("Taken by the mail server"), str(shown.answer))
    if shown.state == Letter.State.SUPPRESSED and shown.settled_at:
        yield Step(shown.settled_at, "ban", _("Not sent: the address is on the stop list"))
    for entry in Entry.objects.filter(subject_id=f"letter {shown.pk}"):
        yield Step(entry.at, "user-round", f"{DEEDS.get(entry.verb, entry.verb)}: {entry.actor_name}")
