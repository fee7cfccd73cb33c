"""The scan page: a field for a hand scanner, the camera, a photo; and what the code means, large."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core import barcodes
from gatehouse.core.access import requires
from gatehouse.core.limits import Limit, allow
from gatehouse.passes import actions, policies
from gatehouse.passes.views.answering import Answer, answer_to
from gatehouse.passes.views.shared import actor_of, is_part

PICTURES = Limit("passes.pictures", 200, timedelta(minutes=1))
"""Of one person: three a second, and a little."""


@require_http_methods(["GET", "POST"])
@requires(policies.SCAN)
def scan(request: HttpRequest) -> HttpResponse:
    """The answer comes with the page itself, so that a scanner that types Enter twice goes nowhere else."""
    place = request.POST.get("place", "")[:80]
    code = request.POST.get("code", "")
    answer = _answer(request, code, place) if code.strip() else None
    if is_part(request):
        return render(request, "passes/scan/_answer.html", {"answer": answer})
    return _page(request, answer, place=place)


@require_POST
@requires(policies.SCAN)
def scan_picture(request: HttpRequest) -> HttpResponse:
    """A photo, or a frame of the camera: what its barcode says. A script is told the text, and asks with it itself."""
    if not allow(PICTURES, str(actor_of(request).pk)):
        return _no_code(request, _("Too many pictures in a minute. Wait a moment, or type the number."), status=429)
    picture = request.FILES.get("picture")
    if picture is None or picture.size is None or picture.size > barcodes.BYTES:
        return _no_code(request, _("Choose a photo of the code: JPEG, PNG or WebP, up to 12 MB."))
    try:
        texts = barcodes.read(picture.read())
    except barcodes.NotReadable:
        return _no_code(request, _("This picture can't be read. Take another one, as JPEG or PNG."))
    if is_part(request):
        return JsonResponse({"codes": texts[:4]})
    if not texts:
        return _no_code(request, _("No code was found in this picture. Hold the phone closer, and hold it still."))
    place = request.POST.get("place", "")[:80]
    return _page(request, _answer(request, texts[0], place), place=place)


def _answer(request: HttpRequest, code: str, place: str) -> Answer:
    return answer_to(actions.scan(code=code, actor=actor_of(request), place=place))


def _no_code(request: HttpRequest, why: str, status: int = 422) -> HttpResponse:
    if is_part(request):
        return JsonResponse({"codes": [], "why": why}, status=status)
    return _page(request, None, why=why, status=status, place=request.POST.get("place", "")[:80])


def _page(request: HttpRequest, answer: Answer | None, *, place: str, why: str = "", status: int = 200) -> HttpResponse:
    context = {"answer": answer, "why": why, "place": place, "may_view": policies.can_view(actor_of(request))}
    return render(request, "passes/scan/scan.html", context, status=status)
