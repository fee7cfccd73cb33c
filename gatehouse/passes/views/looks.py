"""What cards are drawn with: their colours as a stylesheet, and their pictures. Both are for everybody and never change."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gatehouse.passes.models import DesignImage

A_YEAR = 365 * 24 * 3600


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def colours(request: HttpRequest, palette: str) -> HttpResponse:
    """Three colours, as the address says them: no page may carry styles of its own (the content policy)."""
    ground, text, label = palette.split("-")
    rule = f".p-{palette} {{ --card-ground: #{ground}; --card-text: #{text}; --card-label: #{label}; }}\n"
    return HttpResponse(rule, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def image(request: HttpRequest, sha256: str) -> HttpResponse:
    found = get_object_or_404(DesignImage, pk=sha256)
    return HttpResponse(bytes(found.png), content_type="image/png")
