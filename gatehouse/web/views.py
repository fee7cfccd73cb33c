"""Pages that belong to no single app: home, the overview for staff, the looks, what is shown without a connection."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import access, clock, menu
from gatehouse.people import policies, queries
from gatehouse.web import colour, context, samples

A_YEAR = timedelta(days=365)
KEPT_OFFLINE = (
    "vendor/bootstrap/bootstrap-reboot.min.css",
    "vendor/fonts/fonts.css",
    "gatehouse/tokens.css",
    "gatehouse/frame.css",
    "gatehouse/parts.css",
    "gatehouse/places.css",
    "gatehouse/icons.svg",
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home_stranger.html")
    rows: list[list[str]] = []
    was_narrow = False
    for part in menu.home_parts():
        values = part.context(request.user)
        if values is None:
            continue
        drawn = render_to_string(part.template, values, request)
        if was_narrow and not part.wide and len(rows[-1]) == 1:
            rows[-1].append(drawn)
        else:
            rows.append([drawn])
        was_narrow = not part.wide
    return render(request, "home.html", {"greeting": greeting(), "now": clock.now(), "rows": rows})


def greeting() -> str:
    hour = timezone.localtime(clock.now()).hour
    if hour < 5 or hour >= 18:
        return _("Good evening")
    return _("Good morning") if hour < 12 else _("Good afternoon")


@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={request.path}")
    if not any(True for _section in menu.entries_for(request.user)):
        raise PermissionDenied(_("These pages are for staff. An owner of this portal can give you a role."))
    return render(request, "manage/overview.html")


@require_safe
@access.requires(policies.PORTAL)
def parts(request: HttpRequest) -> HttpResponse:
    """Everything pages are made of, on one page, for those who build them."""
    return render(request, "manage/parts.html", samples.everything(request))


@require_POST
def looks(request: HttpRequest) -> HttpResponse:
    """Theme and language, kept in this browser."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    answer = HttpResponseRedirect(target)
    theme, language = request.POST.get("theme", ""), request.POST.get("language", "")
    if theme in context.THEMES:
        _keep(answer, context.THEME_COOKIE, theme)
    else:
        answer.delete_cookie(context.THEME_COOKIE)
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
    return answer


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(name, value, max_age=A_YEAR, secure=bool(secure), httponly=True, samesite="Lax")


@require_safe
@cache_control(public=True, max_age=int(A_YEAR.total_seconds()), immutable=True)
def door(request: HttpRequest, digits: str) -> HttpResponse:
    """The style sheet of a door of this colour; the address carries the colour, so it never changes."""
    try:
        return HttpResponse(colour.stylesheet(f"#{digits}"), content_type="text/css; charset=utf-8")
    except colour.ColourUnreadable as refused:
        raise Http404 from refused


@require_safe
@cache_control(public=True, max_age=3600)
def mark(request: HttpRequest) -> FileResponse:
    picture = queries.organisation().mark
    if not picture:
        raise Http404
    return FileResponse(picture.open("rb"))


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Drawn for nobody in particular, for a browser keeps it."""
    return HttpResponse(render_to_string("offline.html", {"organisation": queries.organisation()}))


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    kept = [static(name) for name in KEPT_OFFLINE]
    return render(request, "sw.js", {"kept": kept}, content_type="text/javascript; charset=utf-8")


def refused(request: HttpRequest, exception: Exception | None = None, **values: Any) -> HttpResponse:
    """403: what is lacking and who can give it, in the exception's own words where it has some."""
    said = str(exception or "")
    return render(request, "403.html", {"said": said} | values, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def wrong(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def broken(request: HttpRequest) -> HttpResponse:
    """500: asks neither the database nor the session, for one of them may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "csrf_failure.html", status=HTTPStatus.FORBIDDEN)
