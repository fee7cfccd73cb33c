"""Google Wallet: the link that saves a card, Google's calls back, and the page of the account."""

from datetime import timedelta
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core import clock, limits, links
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.passes import actions, ecv2, google_keys, policies, queries
from gatehouse.passes.forms.google import GoogleAccountForm
from gatehouse.passes.refusals import NotNow, Refused
from gatehouse.people.models import Person

LONGEST_CALL = 16_384  # bytes; Google's calls have some 1,200
CALLS = limits.Limit("passes.google.calls", 1200, timedelta(minutes=1))
SAVES = limits.Limit("passes.google.saves", 30, timedelta(hours=1))
SHOWN = 20  # of what Google refused


@require_GET
@never_cache
def save(request: HttpRequest, token: str) -> HttpResponse:
    """On to Google's page. By GET, for the content policy lets no form end at another site."""
    try:
        card = queries.card_to_save(token)
    except links.LinkUnusable:
        return _sorry(request, _("This link is broken, or too old."), HTTPStatus.BAD_REQUEST)
    if card is None:
        raise Http404
    if not limits.allow(SAVES, card.serial):
        return _sorry(request, _("That was tried very often. Try again in an hour."), HTTPStatus.TOO_MANY_REQUESTS)
    try:
        return HttpResponseRedirect(actions.make_save_link(card=card))
    except NotNow:
        said = _("Google Wallet does not answer at the moment. Try again in a few minutes.")
        return _sorry(request, said, HTTPStatus.SERVICE_UNAVAILABLE)
    except Refused as refusal:
        return _sorry(request, str(refusal), HTTPStatus.CONFLICT)


@csrf_exempt
@require_POST
def callback(request: HttpRequest) -> HttpResponse:
    """Google tells that a card was saved or removed. 400 for what it did not say; 503 while that can't be known."""
    if not limits.allow(CALLS, limits.network(request.META.get("REMOTE_ADDR", ""))):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    said = request.META.get("CONTENT_LENGTH") or "0"
    if not said.isdecimal() or len(said) > 9 or int(said) > LONGEST_CALL:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if (account := queries.google_account()) is None:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    try:
        heard = _opened(request.read(LONGEST_CALL), account.issuer_id)
    except ecv2.NotGenuine:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    except google_keys.NoKeys:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    actions.hear_google(callback=heard)
    return HttpResponse(status=HTTPStatus.OK)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.CERTIFICATES)
def account(request: HttpRequest) -> HttpResponse:
    form = GoogleAccountForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.keep_google_account(
                issuer_id=given["issuer_id"], service_account_json=given["key_file"], actor=_actor(request)
            )
        except Refused as refusal:
            form.add_error("key_file", str(refusal))
        else:
            done(request, _("The account is kept. Try now whether Google lets it in."))
            return redirect("passes:google")
    return _page(request, form)


@require_POST
@requires(policies.CERTIFICATES)
def try_account(request: HttpRequest) -> HttpResponse:
    try:
        actions.try_google_account(actor=_actor(request))
    except NotNow:
        return _page(request, GoogleAccountForm(), trouble=_("Google does not answer at the moment. Try again later."))
    except Refused:
        return _page(request, GoogleAccountForm(), status=HTTPStatus.CONFLICT)  # the page says what Google said
    done(request, _("Google lets the account in."))
    return redirect("passes:google")


@require_POST
@requires(policies.CERTIFICATES)
def tell_again(request: HttpRequest) -> HttpResponse:
    count = actions.tell_again()
    said = ngettext("%(n)d card is told to Google again.", "%(n)d cards are told to Google again.", count)
    done(request, said % {"n": count})
    return redirect("passes:google")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.CERTIFICATES)
def forget(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        actions.forget_google_account(actor=_actor(request))
        done(request, _("The account was forgotten."))
        return redirect("passes:google")
    sums = queries.google_sums()
    context = {
        "question": _("Forget the Google Wallet account?"),
        "what": [
            _("The key is deleted here. In Google Cloud it lives on until you delete it there."),
            _("Cards can no longer be saved to Google Wallet."),
            _("Cards that are on phones (%(n)s) stay as they are, and hear of no changes any more.")
            % {"n": sums.saved},
        ],
        "stays": _("When you give the same issuer ID again, the cards are kept up to date as before."),
        "act": _("Forget the account"),
        "back": reverse("passes:google"),
    }
    return render(request, "confirm.html", context)


def _page(
    request: HttpRequest, form: GoogleAccountForm, *, trouble: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "form": form,
        "account": queries.google_account(),
        "sums": queries.google_sums(),
        "failures": queries.google_failures().select_related("card")[:SHOWN],
        "classes": queries.classes_failed().select_related("design")[:SHOWN],
        "trouble": trouble,
        "callback": f"{settings.BASE_URL}{reverse('passes:google_callback')}",
        "is_reachable": settings.IS_HTTPS,
    }
    if form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "passes/google.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE if trouble else status)


def _opened(body: bytes, issuer_id: str) -> ecv2.Callback:
    """Verified with Google's keys, and with fresh ones where those we have are unknown to it."""
    sealed, ring, now = ecv2.sealed(body), google_keys.ring(settings.GOOGLE_KEYS), clock.now()
    try:
        return ecv2.opened(sealed, keys=ring.keys(), recipient=issuer_id, now=now)
    except ecv2.UnknownKey:
        if not ring.look_again():
            raise
    return ecv2.opened(sealed, keys=ring.keys(), recipient=issuer_id, now=now)


def _sorry(request: HttpRequest, text: str, status: int) -> HttpResponse:
    return render(request, "passes/google_sorry.html", {"text": text}, status=status)


def _actor(request: HttpRequest) -> Person:
    return cast("Person", request.user)
