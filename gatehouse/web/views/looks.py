"""Theme and language, chosen by whoever looks."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from gatehouse.web import context

A_YEAR = timedelta(days=365)


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
