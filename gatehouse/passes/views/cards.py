"""The list of passes: found, narrowed, chosen, stopped, taken away as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of, typed
from gatehouse.core.sheets.books import TOGETHER
from gatehouse.core.sheets.writing import as_csv
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.forms.desk import CardsFilter
from gatehouse.passes.models import Pass
from gatehouse.passes.signs import look_of
from gatehouse.passes.views.shared import actor_of

STATES = {
    "": gettext_lazy("All"),
    "valid": gettext_lazy("Valid"),
    "early": gettext_lazy("Not valid yet"),
    "expired": gettext_lazy("Expired"),
    "stopped": pgettext_lazy("card", "Stopped"),
    "not-sent": gettext_lazy("Not sent"),
    "not-on-a-phone": gettext_lazy("Not on a phone"),
    "failed": gettext_lazy("Failed"),
}
COLUMNS = (
    "serial", "design", "name", "email", "number", "level", "code", "state", "issued_at", "sent_at", "on_phone_since",
    "updated_at", "scanned_at", "stopped_at", "stop_reason",
)  # fmt: skip
MANY = 100
"""Whoever stops more types their number."""


@require_safe
@requires(policies.VIEW)
def cards(request: HttpRequest) -> HttpResponse:
    filters, wanted = _wanted(request)
    counts = queries.card_counts(wanted)
    page = page_of(request, queries.cards(wanted).only("pk"), total=counts[wanted.state])
    shown = {name: label for name, label in STATES.items() if name != "early" or counts[name] or wanted.state == name}
    context = {
        "page": page,
        "rows": [(card, look_of(card)) for card in queries.page_of_cards(page)],
        "filters": filters,
        "chips": chips(request, "state", shown, counts),
        "wanted": wanted,
        "is_narrowed": wanted != queries.WantedCards(sort=wanted.sort),
        "may_send": policies.can_send(actor_of(request)),
    }
    return render(request, "passes/cards.html", context)


@require_safe
@requires(policies.VIEW)
def export_cards(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, as a file; that it was taken is written down."""
    _filters, wanted = _wanted(request)
    rows = queries.listed_cards(queries.cards(wanted))
    actions.note_export(actor=actor_of(request), narrowed=request.GET.dict())
    response = StreamingHttpResponse(
        as_csv(COLUMNS, map(_cells, rows.iterator(chunk_size=TOGETHER))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="passes-{clock.today():%Y-%m-%d}.csv"'
    return response


@require_POST
@requires(policies.SEND)
def stop_cards(request: HttpRequest) -> HttpResponse:
    """The chosen ones; it asks once more, with the reason that each will carry."""
    chosen = _chosen(request)
    number = len(chosen)
    if not number:
        done(request, _("Nothing was chosen."))
        return redirect("passes:cards")
    is_sure = "sure" in request.POST and (number <= MANY or request.POST.get("number", "").strip() == str(number))
    if is_sure:
        for card in chosen:
            actions.void_pass(card=card, reason=request.POST.get("reason", ""), actor=actor_of(request))
        done(request, ngettext("%(n)s card is stopped.", "%(n)s cards are stopped.", number) % {"n": number})
        return redirect("passes:cards")
    context = {"cards": chosen, **_question(number), "back": reverse("passes:cards")}
    return render(request, "passes/stop_cards.html", context)


def _question(number: int) -> dict[str, Any]:
    told = {"n": number}
    return {
        "question": ngettext("Stop %(n)s card?", "Stop %(n)s cards?", number) % told,
        "act": ngettext("Stop %(n)s card", "Stop %(n)s cards", number) % told,
        "number": number if number > MANY else 0,
    }


def _wanted(request: HttpRequest) -> tuple[CardsFilter, queries.WantedCards]:
    filters, state = CardsFilter.of(request), request.GET.get("state", "")
    return filters, filters.wanted(typed(request), state if state in STATES else "")


def _chosen(request: HttpRequest) -> list[Pass]:
    """Live ones among those that were ticked; the form names them by serial."""
    serials = [serial[:20].replace("\0", "") for serial in request.POST.getlist("card")[:1000]]
    live = Pass.objects.filter(serial__in=serials, voided_at=None)
    return list(queries.with_holder(live).order_by("pk"))


def _cells(card: Any) -> list[str]:
    holder, membership = card.holder, card.membership
    times = (card.issued_at, card.sent_at, card.on_phone_since, card.modified_at, card.scanned_at, card.voided_at)
    issued, sent, phone, updated, scanned, stopped = (at.isoformat(timespec="seconds") if at else "" for at in times)
    return [
        card.serial,
        card.design.name,
        card.holder_name,
        (holder.email if holder else card.own.get("email")) or "",
        membership.number if membership else "",
        membership.level if membership else "",
        card.code or "",
        queries.verdict_of(card).word,
        issued,
        sent,
        phone,
        updated,
        scanned,
        stopped,
        card.void_reason,
    ]
