"""The link in a letter that stops letters like it. It works without sign-in; GET only shows, for scanners follow links."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gatehouse.core import links
from gatehouse.mail import actions, rendering
from gatehouse.mail.models import Letter

LINKS_LIVE = timedelta(days=3650)  # a letter may be read years later


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a POST without cookie or sign-in stops letters like this one, and answers without a redirect."""
    try:
        message_id = links.read(rendering.UNSUBSCRIBE, token, within=LINKS_LIVE)
    except links.LinkUnusable:
        return render(request, "mail/unsubscribe.html", {"is_broken": True}, status=400)
    letter = get_object_or_404(Letter, message_id=message_id)
    if request.method == "POST":
        actions.unsubscribe(letter=letter, evidence=f"letter {letter.pk}")
    return render(request, "mail/unsubscribe.html", {"letter": letter, "is_done": request.method == "POST"})
