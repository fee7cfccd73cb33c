"""What is shown without a connection, and the script that keeps it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gatehouse.people import queries

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
def offline(request: HttpRequest) -> HttpResponse:
    """Drawn for nobody in particular, for a browser keeps it."""
    return HttpResponse(render_to_string("offline.html", {"organisation": queries.organisation()}))


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    kept = [static(name) for name in KEPT_OFFLINE]
    return render(
        request,
        "sw.js",
        {"kept": kept, "static_url": settings.STATIC_URL},
        content_type="text/javascript; charset=utf-8",
    )
