"""What the desk says of itself: the part of pages that is kept fresh, and a line of the tutors to all who wait."""

from hashlib import blake2s

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions import desk as actions
from gatehouse.helpdesk.forms.telling import NewsForm
from gatehouse.helpdesk.views.shared import actor_of
from gatehouse.helpdesk.words import desk_sentence

STEP = 20  # seconds after which the same desk is drawn anew, for times go on


@require_safe
def desk_part(request: HttpRequest) -> HttpResponse:
    """What pages that show the desk fetch every few seconds; browsers ask with the tag of what they have."""
    step = int(clock.now().timestamp() // STEP)
    known = (queries.stamp(), step, get_language(), request.GET.get("titled"))
    tag = f'"{blake2s(repr(known).encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        now = queries.desk_now()
        values = {"desk": now, "sentence": desk_sentence(now), "is_titled": "titled" in request.GET}
        response = render(request, "helpdesk/_now.html", values)
    response["ETag"], response["Cache-Control"] = tag, "no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def tell(request: HttpRequest) -> HttpResponse:
    news = queries.news_now()
    if "end" in request.POST:
        actions.tell_everybody(text="", minutes=0, actor=actor_of(request))
        done(request, _("It is told no more."))
        return redirect("helpdesk:queue")
    form = NewsForm(request.POST or None, initial={"text": news, "minutes": 60})
    if form.is_bound and form.is_valid():
        actions.tell_everybody(actor=actor_of(request), **form.cleaned_data)
        done(request, _("Everybody who waits reads it now."))
        return redirect("helpdesk:queue")
    context = {"form": form, "news": news}
    return render(request, "helpdesk/tell.html", context, status=422 if form.errors else 200)
