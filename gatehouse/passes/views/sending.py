"""Cards are sent by letter: whom, in which words, and then how far it is."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gatehouse.core.access import requires
from gatehouse.core.lists import page_of
from gatehouse.mail import queries as mail, route
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.forms.words import ALL, NOT_YET, WordsForm
from gatehouse.passes.models import Design, Mailing, Pass
from gatehouse.passes.queries import sending
from gatehouse.passes.refusals import Refused
from gatehouse.passes.views.requests import person_of

CONFIRMED_BY_NUMBER = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SEND)
def send(request: HttpRequest) -> HttpResponse:
    """Whom? A design's cards, by its button here; or the cards chosen in a list, which posts their serials."""
    refusal = None
    if request.method == "POST":
        try:
            return redirect("passes:mailing", _begun(request).pk)
        except Refused as refused:
            refusal = refused
    mailings = Mailing.objects.filter(asked_at__isnull=False).select_related("design", "asker").order_by("-asked_at")
    context = {
        "designs": sending.numbers_by_design(),
        "page": page_of(request, mailings),
        "refusal": refusal,
        "is_testing": queries.is_testing(),
    }
    return render(request, "passes/send.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SEND)
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    """The words, with what one of the readers will see; once it is asked for, how far it is."""
    shown = get_object_or_404(Mailing.objects.select_related("design", "run", "asker"), pk=pk)
    if shown.asked_at:
        return render(request, "passes/mailing_work.html", _progress(shown))
    form = _words_form(request, shown)
    if request.method == "POST" and form.is_valid():
        try:
            shown = actions.write_mailing(mailing=shown, actor=person_of(request), **form.words())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if "confirm" in request.POST:
                return redirect("passes:confirm_mailing", pk)
            form = _words_form(request, shown, is_fresh=True)
    context = {"mailing": shown, "form": form, **_sums(shown), **_preview(shown)}
    return render(request, "passes/mailing.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SEND)
def confirm_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Mailing.objects.select_related("design"), pk=pk)
    number = sending.to_send(shown).count()
    if request.method == "POST" and _is_confirmed(request, number):
        with suppress(Refused):  # its page says how it stands: on its way already, or nobody to write to
            actions.send_passes(mailing=shown, actor=person_of(request))
        return redirect("passes:mailing", pk)
    if shown.asked_at or not number:
        return redirect("passes:mailing", pk)
    return render(request, "confirm.html", _question(shown, number), status=422 if request.method == "POST" else 200)


@require_GET
@requires(policies.SEND)
def mailing_work(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is fetched again."""
    asked = Mailing.objects.filter(asked_at__isnull=False).select_related("design", "run", "asker")
    return render(request, "passes/_mailing_work.html", _progress(get_object_or_404(asked, pk=pk)))


def _begun(request: HttpRequest) -> Mailing:
    actor, chosen = person_of(request), request.POST.get("design", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19:
        design = get_object_or_404(Design, pk=int(chosen), published__isnull=False)
        return actions.begin_mailing(actor=actor, design=design)
    serials = [one.replace("\0", "") for one in request.POST.getlist("card")[:1000]]
    return actions.begin_mailing(actor=actor, cards=Pass.objects.filter(serial__in=serials))


def _words_form(request: HttpRequest, shown: Mailing, *, is_fresh: bool = False) -> WordsForm:
    data = request.POST if request.method == "POST" and not is_fresh else None
    return WordsForm(data, mailing=shown, choices=_choices(shown))


def _choices(shown: Mailing) -> list[tuple[str, str]]:
    """Asked when some were sent theirs before."""
    before, not_yet = sending.sent_before(shown).count(), sending.not_sent_yet(shown).count()
    if not before:
        return [(NOT_YET, "")]
    said = _("Only those who were not sent theirs yet: %(n)s"), _("All, also those who were: %(n)s")
    numbers = not_yet, before + not_yet
    return [
        (kind, text % {"n": number_format(number, force_grouping=True)})
        for kind, text, number in zip((NOT_YET, ALL), said, numbers, strict=True)
    ]


def _sums(shown: Mailing) -> dict[str, Any]:
    missing = sending.without_address(shown)
    return {
        "is_testing": queries.is_testing(),
        "number": sending.to_send(shown).count(),
        "missing": queries.drawable(missing.order_by("pk"))[:20],
        "missing_number": missing.count(),
        "not_good": 0 if shown.design_id else sending.not_good(shown).count(),
    }


def _preview(shown: Mailing) -> dict[str, Any]:
    card = queries.drawable(sending.to_send(shown).order_by("pk")).first()
    return {"reader": card, "words": actions.preview(shown, card) if card else None}


def _is_confirmed(request: HttpRequest, number: int) -> bool:
    typed = "".join(sign for sign in request.POST.get("number", "") if sign.isdecimal())
    return number <= CONFIRMED_BY_NUMBER or typed == str(number)


def _question(shown: Mailing, number: int) -> dict[str, Any]:
    told = {"count": number_format(number, force_grouping=True)}
    what = [
        ngettext(
            "%(count)s letter goes out, with a link that opens the card without signing in.",
            "%(count)s letters go out, each with a link that opens one card without signing in.",
            number,
        )
        % told
    ]
    if missing := sending.without_address(shown).count():
        left = ngettext(
            "%(n)d card is left out: its holder has no address.",
            "%(n)d cards are left out: their holders have no address.",
            missing,
        )
        what.append(left % {"n": missing})
    return {
        "question": ngettext("Send %(count)s letter?", "Send %(count)s letters?", number) % told,
        "what": what,
        "stays": _("Letters that are sent can't be taken back. The cards themselves stay as they are."),
        "act": ngettext("Send %(count)s letter", "Send %(count)s letters", number) % told,
        "number": number if number > CONFIRMED_BY_NUMBER else 0,
        "back": reverse("passes:mailing", args=[shown.pk]),
    }


def _progress(shown: Mailing) -> dict[str, Any]:
    fates = sending.fates(shown)
    settled = fates[""] - fates["waiting"] - fates["sending"]
    total = fates[""] if shown.posted_at else max(shown.number, fates[""])
    return {
        "mailing": shown,
        "fates": fates,
        "done": settled,
        "total": total,
        "percent": settled * 100 // total if total else 0,
        "is_going_on": not shown.fault and (shown.posted_at is None or settled < fates[""]),
        "part": reverse("passes:mailing_work", args=[shown.pk]),
        "sending": mail.sending(),
        "keeps_files": route.read(settings.EMAIL_URL).kind != "smtp",
    }
