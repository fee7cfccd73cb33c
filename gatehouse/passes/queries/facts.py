"""What is known of the holder of a pass, under the names that placeholders of a design use."""

import hashlib
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from gatehouse.passes import codes
from gatehouse.passes.blueprint import Content, Fact, fill
from gatehouse.passes.models import Design, DesignVersion, Pass
from gatehouse.people.models import Membership, Organisation, Person
from gatehouse.people.queries import organisation

# Placeholder → an example of what may stand there, for previews; own values and attributes come besides.
SOURCES: dict[str, str] = {
    "person.name": "Maya Okafor",
    "person.given_name": "Maya",
    "person.family_name": "Okafor",
    "person.email": "maya.okafor@example.org",
    "person.since": "2019",
    "membership.number": "8-10024417",
    "membership.level": "Friend",
    "membership.status": "active",
    "membership.valid_from": "2019-04-01",
    "membership.expires_on": "2027-03-31",
    "membership.card_names": "Tobias Okafor",
    "membership.add_ons": "Guest pass × 2",
    "membership.address": "12 Mill Lane\nAlderton 15210",
    "host.name": "Linden Garden",
    "host.unit": "Members",
    "pass.serial": "AAAABBBBCCCCDDDDEEEE",
    "pass.code": "K7QM-2XPD-9RTA",
    "pass.signed": "GHAAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH",
}


STARTS, ENDS = "starts", "ends"  # own values of a ticket, ISO 8601: then the card comes up, and then it is over


def code_key() -> bytes:
    """The key under which codes are signed: one for the portal, for as long as its own key lives."""
    return hashlib.sha256(f"gatehouse.passes.codes:{settings.SECRET_KEY}".encode()).digest()


def content_of(card: Pass, version: DesignVersion, *, host: Organisation | None = None) -> Content:
    """What this pass is to say now, in this version of its design. Asks for nothing but what hangs on the pass.

    Whoever fills many lends the `host`, which is otherwise asked for each time.
    """
    membership = card.membership
    return fill(
        version.blueprint,
        facts_of(card, host=host),
        expires_at=_end_of(membership) if membership else _own_moment(card, ENDS),
        relevant_at=_own_moment(card, STARTS),
        is_void=bool(card.voided_at) or _is_over(card),
        zone=timezone.get_default_timezone(),
    )


def facts_of(card: Pass, *, host: Organisation | None = None) -> dict[str, Fact]:
    """Every fact by its name; those nobody knows are absent."""
    host = host or organisation()
    facts: dict[str, Fact] = {"host.name": host.name, "host.unit": host.unit, "pass.serial": card.serial}
    facts |= {"pass.code": card.code or card.serial, "pass.signed": codes.sign(card.serial, key=code_key())}
    if card.holder:
        facts |= _of_person(card.holder)
    if card.membership:
        facts |= _of_membership(card.membership)
    return facts | {f"own.{name}": str(value) for name, value in card.own.items()}


def _of_person(person: Person) -> dict[str, Fact]:
    known: dict[str, Fact] = {
        "person.name": person.name,
        "person.given_name": person.given_name,
        "person.family_name": person.family_name,
        "person.email": person.email,
        "person.since": person.joined_on.year if person.joined_on else None,
    }
    return known | {f"attributes.{name}": str(value) for name, value in person.attributes.items()}


def _of_membership(membership: Membership) -> dict[str, Fact]:
    town = " ".join(part for part in (membership.city, membership.region, membership.postcode) if part)
    address = (membership.address_1, membership.address_2, town, membership.country)
    return {
        "membership.number": membership.number,
        "membership.level": membership.level,
        "membership.status": membership.status,
        "membership.valid_from": membership.valid_from,
        "membership.expires_on": membership.expires_on,
        "membership.card_names": membership.card_names,
        "membership.add_ons": ", ".join(_add_on(one) for one in membership.add_ons),
        "membership.address": "\n".join(line for line in address if line),
    }


def _add_on(add_on: dict[str, object]) -> str:
    name, quantity = str(add_on.get("name", "")), str(add_on.get("quantity", ""))
    return f"{name} × {quantity}" if quantity not in {"", "1"} else name


def _end_of(membership: Membership | None) -> datetime | None:
    """The last moment of the membership's last day, on the organisation's clock."""
    if membership is None or membership.expires_on is None:
        return None
    midnight = datetime.combine(membership.expires_on, time(), tzinfo=timezone.get_default_timezone())
    return midnight + timedelta(days=1, seconds=-1)


def _own_moment(card: Pass, name: str) -> datetime | None:
    """Anything may be written there by hand; what is no moment says nothing."""
    try:
        moment = datetime.fromisoformat(str(card.own.get(name, "")))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())


def _is_over(card: Pass) -> bool:
    """Whether its membership is not active, its holder has left, or whoever held it is nobody's record any more."""
    if card.membership:
        return card.membership.status != Membership.Status.ACTIVE or not card.membership.person.is_active
    if card.person:
        return not card.person.is_active
    return card.design.subject != Design.Subject.NOBODY
