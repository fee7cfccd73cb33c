"""One pass: as it looks, what is known of it, where it is, what happened to it, and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.journal import words
from gatehouse.journal.models import Entry
from gatehouse.journal.views import more
from gatehouse.passes import actions, packing, policies, queries
from gatehouse.passes.blueprint import Face
from gatehouse.passes.forms.desk import BookForm, OwnForm
from gatehouse.passes.models import GoogleObject, Pass
from gatehouse.passes.presenting import present
from gatehouse.passes.refusals import Refused
from gatehouse.passes.signs import LOOKS, in_language
from gatehouse.passes.values import BALANCE, asked_for
from gatehouse.passes.views.shared import actor_of

STEPS = 40
OTHERS = {
    ".code": gettext_lazy("the code"),
    ".expires": gettext_lazy("the last day"),
    ".void": gettext_lazy("whether it is valid"),
    ".design": gettext_lazy("the design"),
}
ICONS = {
    "pass.issued": "plus",
    "pass.scanned": "scan",
    "pass.voided": "ban",
    "pass.replaced": "refresh-cw",
    "pass.booked": "wallet",
    "pass.edited": "pencil",
}


@dataclass(frozen=True)
class Step:
    """One line of a pass's history."""

    at: datetime
    icon: str
    what: str | Promise
    words: str = ""


@require_safe
@requires(policies.VIEW)
def card(request: HttpRequest, serial: str) -> HttpResponse:
    return card_page(request, of_serial(serial))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SEND)
def stop_card(request: HttpRequest, serial: str) -> HttpResponse:
    """For good; a card that was stopped before says so."""
    shown = of_serial(serial)
    if request.method == "POST":
        actions.void_pass(card=shown, reason=request.POST.get("reason", ""), actor=actor_of(request))
        done(request, _("The card is stopped. It opens no door from now on."))
        return redirect("passes:card_page", serial)
    if shown.voided_at:
        return redirect("passes:card_page", serial)
    return render(request, "passes/stop_cards.html", {"cards": [shown], **_stop_question(serial)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SEND)
def replace_card(request: HttpRequest, serial: str) -> HttpResponse:
    """Stopped, and a new one made for the same holder."""
    shown = of_serial(serial)
    if request.method != "POST":
        return render(request, "confirm.html", _replace_question(shown))
    try:
        new = actions.replace_pass(card=shown, actor=actor_of(request))
    except Refused as refusal:
        return card_page(request, of_serial(serial), refusal=str(refusal))
    done(request, _("This is the new card. The old one is stopped; send the new one, or hand it over here."))
    return redirect("passes:card_page", new.serial)


@require_POST
@requires(policies.SEND)
def book(request: HttpRequest, serial: str) -> HttpResponse:
    shown, form = of_serial(serial), BookForm(request.POST)
    if form.is_valid():
        try:
            left = actions.book(card=shown, actor=actor_of(request), **form.booking())
        except Refused as refusal:
            form.add_error("amount", str(refusal))
        else:
            done(request, _("Booked. The balance is now %(left)s.") % {"left": left})
            return redirect("passes:card_page", serial)
    return card_page(request, shown, book_form=form)


@require_POST
@requires(policies.SEND)
def write_own(request: HttpRequest, serial: str) -> HttpResponse:
    shown = of_serial(serial)
    form = OwnForm.of(shown, request.POST)
    if form.is_valid():
        try:
            actions.write_own(card=shown, own=form.own(), actor=actor_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            done(request, _("Saved. Phones with this card are told."))
            return redirect("passes:card_page", serial)
    return card_page(request, shown, own_form=form)


@require_safe
@requires(policies.SEND)
def card_file(request: HttpRequest, serial: str) -> HttpResponse:
    """The .pkpass, to be handed on: whoever has it has the card."""
    shown = of_serial(serial)
    try:
        content = packing.pkpass_of(shown)
    except Refused as refusal:
        return card_page(request, shown, refusal=str(refusal))
    actions.note_download(card=shown, actor=actor_of(request))
    response = HttpResponse(content, content_type="application/vnd.apple.pkpass")
    response["Content-Disposition"] = f'attachment; filename="{serial}.pkpass"'
    return response


def of_serial(serial: str) -> Pass:
    return get_object_or_404(queries.listed_cards(Pass.objects.all()).defer(None), serial=serial)


def card_page(
    request: HttpRequest,
    shown: Pass,
    *,
    refusal: str = "",
    book_form: BookForm | None = None,
    own_form: OwnForm | None = None,
) -> HttpResponse:
    verdict = queries.verdict_of(shown)
    asked = {value.name: value for value in asked_for(shown.design_version.blueprint)}
    has_balance = BALANCE in asked or BALANCE in shown.own
    own_form = own_form or OwnForm.of(shown)
    context = {
        "card": shown,
        "drawn": present(shown.face, get_language() or ""),
        "look": LOOKS[verdict.word],
        "why": in_language(verdict),
        "phones": queries.phones_of(shown),
        "google": GoogleObject.objects.filter(card=shown, saved_at__isnull=False).first(),
        "history": sorted(history(shown), key=lambda step: step.at, reverse=True)[:STEPS],
        "may_send": policies.can_send(actor_of(request)) and not shown.voided_at,
        "balance": actions.balance_of(shown) if has_balance else None,
        "currency": asked[BALANCE].currency if BALANCE in asked else "",
        "book_form": book_form or BookForm(),
        "own_form": own_form if own_form.fields else None,
        "is_testing": queries.is_testing(),
        "is_certified": shown.design.pass_type_id in queries.certified_types(),
        "refusal": refusal,
    }
    has_errors = refusal or (book_form and book_form.errors) or own_form.errors
    return render(request, "passes/card_page.html", context, status=422 if has_errors else 200)


def history(shown: Pass) -> Iterator[Step]:
    """New versions with what changed in them, letters, and what the journal tells."""
    face = shown.face
    for renewal in shown.renewals.order_by("-version")[:STEPS]:
        changed = ", ".join(_in_words(key, face) for key in renewal.changed)
        yield Step(
            renewal.made_at, "refresh-cw", _("Brought up to date, version %(n)s") % {"n": renewal.version}, changed
        )
    told = Entry.objects.filter(subject_id=f"pass {shown.serial}").order_by("-at", "-id")[:STEPS]
    entries = list(told)
    yield from (_of_entry(entry) for entry in entries)
    if "pass.issued" not in {entry.verb for entry in entries}:
        yield Step(shown.issued_at, "plus", words.of("pass.issued"))
    if shown.sent_at:
        yield Step(shown.sent_at, "mail", _("Sent by letter"))


def _of_entry(entry: Entry) -> Step:
    details: dict[str, Any] = dict(entry.details)
    if entry.verb == "pass.scanned" and (look := LOOKS.get(details.get("verdict", ""))):
        said = ", ".join(str(part) for part in (look.badge, details.get("place")) if part)
        return Step(entry.at, "scan", words.of(entry.verb), f"{said}. {entry.actor_name}")
    said = more(details)
    return Step(
        entry.at, ICONS.get(entry.verb, "info"), words.of(entry.verb), f"{entry.actor_name}{said and ': '}{said}"
    )


def _in_words(key: str, face: Face) -> str:
    """A field by its label, what is no field by what it is."""
    labels = {field.key: face.said(field.label, get_language() or "") for field in face.blueprint.fields}
    return str(OTHERS.get(key) or labels.get(key) or key)


def _replace_question(shown: Pass) -> dict[str, Any]:
    return {
        "question": _("Replace this card?"),
        "what": [
            _("The card of %(name)s opens no door from now on, and phones that hold it show so. This can't be undone.")
            % {"name": shown.holder_name or shown.code},
            _("A new one is made at once, with the same balance. Send it, or hand it over here."),
        ],
        "stays": _("The membership stays as it is.") if shown.membership else "",
        "act": _("Replace 1 card"),
        "back": reverse("passes:card_page", args=[shown.serial]),
    }


def _stop_question(serial: str) -> dict[str, Any]:
    return {
        "question": _("Stop this card?"),
        "act": _("Stop 1 card"),
        "number": 0,
        "back": reverse("passes:card_page", args=[serial]),
    }
