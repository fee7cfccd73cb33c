"""A card as its holder meets it: how it stands, what it is called, on which phones it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, TypeAlias

from django.utils.translation import get_language, gettext as _, ngettext

from gatehouse.core import clock
from gatehouse.passes import presenting
from gatehouse.passes.models import GoogleObject, Pass
from gatehouse.people.models import Membership

SOON = 30
"""Days before its end in which a card says so."""

State: TypeAlias = Literal["valid", "ending", "lapsed", "suspended", "ended", "stopped"]


@dataclass(frozen=True)
class Standing:
    """How a card stands today. `label` is for the state `ending`; `ends_on` is known for memberships with an end."""

    state: State
    label: str = ""
    ends_on: date | None = None

    @property
    def is_good(self) -> bool:
        return self.state in {"valid", "ending"}


@dataclass(frozen=True)
class Phone:
    """A wallet that holds a card; `updated_at` is None while an update is under way."""

    wallet: str
    added_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True)
class Held:
    """One card with all that its holder's pages say of it."""

    card: Pass
    standing: Standing

    @cached_property
    def shown(self) -> presenting.Card:
        return presenting.present(self.card.face, get_language() or "")

    @property
    def title(self) -> str:
        return title_of(self.card)

    @property
    def name(self) -> str:
        """Who it is for: in a household the names on the card tell one from another."""
        membership = self.card.membership
        return (membership.card_names if membership else "") or self.card.holder_name

    @property
    def number(self) -> str:
        return self.card.membership.number if self.card.membership else self.card.code or ""

    @property
    def short_number(self) -> str:
        number = self.number
        return f"…{number[-4:]}" if len(number) > 4 else number

    @cached_property
    def phones(self) -> list[Phone]:
        return sorted(_phones(self.card), key=lambda phone: (phone.wallet, str(phone.added_at)))


def held(card: Pass) -> Held:
    return Held(card, standing_of(card))


def standing_of(card: Pass) -> Standing:
    membership = card.membership
    if card.voided_at:
        return Standing("stopped")
    if membership:
        return _of_membership(membership)
    return Standing("ended") if card.content.get("is_void") else Standing("valid")


def title_of(card: Pass) -> str:
    """What a card is called in a list and in a letter: "Linden Garden, Friend"."""
    face, language = card.face, get_language() or ""
    blueprint = face.blueprint
    host = face.said(blueprint.logo_text or blueprint.organisation, language) or card.design.name
    level = card.membership.level if card.membership else ""
    return f"{host}, {level}" if level else host


def _of_membership(membership: Membership) -> Standing:
    ends_on, status = membership.expires_on, Membership.Status(membership.status)
    if not membership.person.is_active:
        return Standing("ended", ends_on=ends_on)
    states: dict[Membership.Status, State] = {
        Membership.Status.LAPSED: "lapsed",
        Membership.Status.SUSPENDED: "suspended",
        Membership.Status.ENDED: "ended",
    }
    if state := states.get(status):
        return Standing(state, ends_on=ends_on)
    days = (ends_on - clock.today()).days if ends_on else SOON + 1
    if days < 0:
        return Standing("lapsed", ends_on=ends_on)
    return Standing("ending", _ends_in(days), ends_on) if days <= SOON else Standing("valid", ends_on=ends_on)


def _ends_in(days: int) -> str:
    if days == 0:
        return _("Ends today")
    return ngettext("Ends tomorrow", "Ends in %(days)d days", days) % {"days": days}


def _phones(card: Pass) -> Iterator[Phone]:
    """A wallet has the present version once its push went out, or the card is older than its being there."""
    for one in card.registrations.all():
        latest = max(one.registered_at, card.modified_at)
        yield Phone("Apple Wallet", one.registered_at, None if one.device.push_since else latest)
    try:
        google: GoogleObject | None = card.google
    except GoogleObject.DoesNotExist:
        google = None
    if google and google.saved_at and not (google.removed_at and google.removed_at >= google.saved_at):
        told = [at for at in (google.saved_at, google.told_at) if at]
        yield Phone("Google Wallet", google.saved_at, None if google.tell_since else max(told))
