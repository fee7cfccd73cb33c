"""Home, for everybody, and the overview for staff."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gatehouse.core import access, clock, menu
from gatehouse.people import policies
from gatehouse.web import checklist, samples


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home_stranger.html", {"parts": _parts_for_strangers(request)})
    rows: list[list[str]] = []
    was_narrow, said = False, set()
    for part in menu.home_parts():
        values = None if part.template in said else part.context(request.user)
        if values is None:
            continue
        said.add(part.instead_of)
        drawn = render_to_string(part.template, values, request)
        if was_narrow and not part.wide and len(rows[-1]) == 1:
            rows[-1].append(drawn)
        else:
            rows.append([drawn])
        was_narrow = not part.wide
    return render(request, "home.html", {"greeting": greeting(), "now": clock.now(), "rows": rows})


def _parts_for_strangers(request: HttpRequest) -> list[str]:
    drawn = [(part.template, part.context(None)) for part in menu.home_parts() if part.is_open]
    return [render_to_string(template, values, request) for template, values in drawn if values is not None]


def greeting() -> str:
    hour = timezone.localtime(clock.now()).hour
    if hour < 5 or hour >= 22:
        return _("Hello")
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={request.path}")
    if not any(True for _section in menu.entries_for(request.user)):
        raise PermissionDenied(_("These pages are for staff. An owner of this portal can give you a role."))
    steps = checklist.steps(request.user) if request.user.may(access.EVERYTHING) else []
    done = sum(step.is_done for step in steps)
    return render(request, "manage/overview.html", {"steps": steps, "done": done})


@require_safe
@access.requires(policies.PORTAL)
def parts(request: HttpRequest) -> HttpResponse:
    """Everything pages are made of, on one page, for those who build them."""
    return render(request, "manage/parts.html", samples.everything(request))
