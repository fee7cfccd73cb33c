"""The outbox: every letter the portal writes, what became of it, and whether letters go out at all."""

from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of, typed
from gatehouse.mail import actions, policies, queries, route
from gatehouse.mail.forms import LettersFilter
from gatehouse.mail.models import Letter
from gatehouse.people.models import Person

STATES = {
    "": gettext_lazy("All"),
    "waiting": gettext_lazy("Waiting"),
    "sending": gettext_lazy("Sending"),
    "sent": gettext_lazy("Sent"),
    "refused": gettext_lazy("Refused"),
    "stopped": gettext_lazy("Stopped"),
    "held": gettext_lazy("Held"),
}


@require_GET
@requires(policies.VIEW)
def outbox(request: HttpRequest) -> HttpResponse:
    filters, state = LettersFilter.of(request), request.GET.get("state", "")
    wanted = filters.wanted(typed(request), state if state in STATES else "")
    counts = queries.counts(wanted)
    context = {
        "page": page_of(request, queries.letters(wanted), total=counts[wanted.state]),
        "filters": filters,
        "chips": chips(request, "state", STATES, counts),
        "wanted": wanted,
        "sending": queries.sending(),
        "refused_today": queries.refused_today(),
        "keeps_files": route.read(settings.EMAIL_URL).kind != "smtp",
        "may_edit": actor_of(request).may(policies.EDIT),
    }
    return render(request, "mail/outbox.html", context)


@require_POST
@requires(policies.EDIT)
def send_again(request: HttpRequest) -> HttpResponse:
    """Held letters go, refused and stopped ones go once more."""
    chosen = _chosen(request)
    count = actions.try_again(letters=chosen, actor=actor_of(request))
    said = ngettext("%(count)d letter goes out within a minute.", "%(count)d letters go out within a minute.", count)
    return _told(request, said, count, left=chosen.count() - count)


@require_POST
@requires(policies.EDIT)
def hold(request: HttpRequest) -> HttpResponse:
    """Letters that wait are kept back, until somebody lets them go."""
    chosen = _chosen(request)
    waiting = [letter.pk for letter in chosen if letter.state in Letter.STOPPABLE]
    count = actions.hold(letters=chosen, actor=actor_of(request))
    said = ngettext("%(count)d letter is held.", "%(count)d letters are held.", count)
    undo = f"{reverse('mail:send_again')}?{urlencode({'letter': waiting}, doseq=True)}"
    return _told(request, said, count, left=chosen.count() - count, undo=undo)


@require_POST
@requires(policies.EDIT)
def pause(request: HttpRequest) -> HttpResponse:
    actions.pause_sending(actor=actor_of(request))
    done(request, _("Sending is paused."), undo=reverse("mail:resume"))
    return redirect("mail:outbox")


@require_POST
@requires(policies.EDIT)
def resume(request: HttpRequest) -> HttpResponse:
    actions.resume_sending(actor=actor_of(request))
    done(request, _("Letters go out again."))
    return redirect("mail:outbox")


def actor_of(request: HttpRequest) -> Person:
    """Whoever asks; for views behind `requires`, where it is somebody."""
    return cast("Person", request.user)


def _chosen(request: HttpRequest) -> QuerySet[Letter]:
    named = request.POST.getlist("letter") or request.GET.getlist("letter")
    numbers = [int(number) for number in named if number.isascii() and number.isdecimal() and len(number) < 19]
    return Letter.objects.filter(pk__in=numbers[:1000]).defer("rendered", "values", "rules")


def _told(request: HttpRequest, said: str, count: int, *, left: int, undo: str = "") -> HttpResponseRedirect:
    """Back to where the letters were chosen, with what was done and how many were left as they are."""
    text = said % {"count": count} if count else _("Nothing was changed.")
    if left:
        text += " " + ngettext(
            "%(count)d was left as it is: sent already, on its way, or with a sign-in code in it.",
            "%(count)d were left as they are: sent already, on their way, or with a sign-in code in them.",
            left,
        ) % {"count": left}
    done(request, text, undo=undo if count else "")
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if is_ours else reverse("mail:outbox"))
