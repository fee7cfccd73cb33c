"""From nothing to the first card on a phone, told by what is there."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gatehouse.core.steps import Step, unless_done
from gatehouse.passes import policies, queries
from gatehouse.passes.models import Design, Pass
from gatehouse.people.models import Membership


def overall() -> Step:
    """For the overview, where the page of cards is one step of many."""
    return Step(
        _("Give your members a card"),
        _("For their phones and on the web. Its page says what it takes."),
        reverse("passes:dashboard"),
        Pass.objects.exists(),
        is_optional=True,
    )


def steps(actor: Any) -> list[Step]:
    """For whoever may do all of them; empty once all is done."""
    may_all = policies.can_design(actor) and policies.can_send(actor) and policies.can_keep_certificates(actor)
    return unless_done(_listed()) if may_all else []


def _listed() -> list[Step]:
    designs = Design.objects.filter(archived_at=None).exclude(published=None)
    first = designs.order_by("pk").first()
    audience = reverse("passes:design_audience", args=[first.pk]) if first else reverse("passes:designs")
    return [
        Step(
            _("Bring your members in"),
            _("From a file, with a preview. A card says what their membership says."),
            reverse("people:rosters"),
            Membership.objects.exists(),
        ),
        Step(
            _("Design a card and publish it"),
            _("How it looks and what it says. Ours can be published as it is."),
            reverse("passes:designs"),
            first is not None,
        ),
        Step(
            _("Say who gets it"),
            _("Everybody with a membership, by themselves, or one by one. Nothing is sent yet."),
            audience,
            Pass.objects.exists(),
        ),
        Step(
            _("Bring Apple's certificate"),
            _("iPhones want it. Without it cards show on the web, and one made here serves to try things."),
            reverse("passes:certificates"),
            queries.current_certificates().filter(is_test=False).exists(),
            is_optional=True,
        ),
        Step(
            _("Connect Google Wallet"),
            _("For Android phones. It can wait."),
            reverse("passes:google"),
            queries.google_account() is not None,
            is_optional=True,
        ),
        Step(
            _("Send the first card"),
            _("A letter with a link that adds the card to a phone. Try it with your own."),
            reverse("passes:send"),
            Pass.objects.filter(sent_at__isnull=False).exists(),
        ),
    ]
