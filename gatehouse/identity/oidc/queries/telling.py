"""What a service would learn, in words and with the real values, for the person who decides."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.utils import formats, timezone
from django.utils.translation import get_language_info, gettext as _, gettext_lazy, pgettext

from gatehouse.identity.oidc import claims
from gatehouse.identity.oidc.claims import Facts
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.queries.facts import facts_of
from gatehouse.journal.models import Entry
from gatehouse.people.models import Membership, Person, Role


@dataclass(frozen=True)
class Disclosure:
    """One line of the page: an icon's name, what it is, and what would be said today."""

    icon: str
    label: Any
    value: str


def disclosed(person: Person, client: Client, scopes: Collection[str]) -> list[Disclosure]:
    """In the order in which one would say it, from the same facts as the claims; then the service's own ones."""
    names = claims.allowed(scopes)
    facts = facts_of(person, needed=claims.needed([*names, *client.claims.values()]))
    lines = [Disclosure(icon, label, value(facts)) for scope, icon, label, value in LINES if scope in scopes]
    own = claims.told(facts, (), client.claims)
    return lines + [Disclosure("tag", name.replace("_", " "), _plain(value)) for name, value in own.items()]


def titles(scopes: Collection[str]) -> list[Any]:
    """The same lines without values."""
    return [label for scope, _icon, label, _value in LINES if scope in scopes]


def added(client: Client) -> str:
    """Who added the service and when, as far as the journal knows."""
    month = formats.date_format(timezone.localtime(client.made_at), pgettext("month of a year", "F Y"))
    about = {"service": client.name, "month": month}
    made = Entry.objects.filter(subject_id=str(client.pk)).exclude(verb__startswith="consent.").order_by("at").first()
    if made is None or made.actor_id is None:
        return _("%(service)s was added in %(month)s.") % about
    return _("%(service)s was added by %(name)s in %(month)s.") % {**about, "name": made.actor_name}


def _it_is_you(facts: Facts) -> str:
    return _("A number that stands for you, and when you signed in")


def _who(facts: Facts) -> str:
    language = get_language_info(facts.language)["name_translated"] if facts.language else ""
    said = claims.STANDARD["preferred_username"](facts)
    return ", ".join(part for part in (facts.name, said, language) if part)


def _email(facts: Facts) -> str:
    return facts.email or _("none is known")


def _phone(facts: Facts) -> str:
    return claims.STANDARD["phone_number"](facts) or _("none is known")


def _roles(facts: Facts) -> str:
    labels = {role.slug: role.label for role in Role.objects.filter(slug__in=facts.roles)}
    return _listed(labels.get(slug, slug) for slug in facts.roles)


def _groups(facts: Facts) -> str:
    return _listed(facts.groups)


def _membership(facts: Facts) -> str:
    member = facts.membership
    if member is None:
        return _("You are not a member")
    status = Membership.Status(member.status).label if member.status != Membership.Status.ACTIVE else ""
    named = ", ".join(str(part) for part in (member.level or _("Member"), member.number, status) if part)
    if not member.expires_on:
        return named
    until = formats.date_format(date.fromisoformat(member.expires_on), "DATE_FORMAT")
    return _("%(membership)s, valid until %(day)s") % {"membership": named, "day": until}


def _while_away(facts: Facts) -> str:
    return _("Until you take it back, or leave")


def _listed(values: Any) -> str:
    return ", ".join(str(value) for value in values) or _("none")


def _plain(value: Any) -> str:
    return _listed(value) if isinstance(value, list | tuple) else str(value)


Line: TypeAlias = tuple[str, str, Any, Callable[[Facts], str]]
LINES: Final[tuple[Line, ...]] = (
    ("openid", "badge-check", gettext_lazy("That it is you"), _it_is_you),
    ("profile", "user-round", gettext_lazy("Your name"), _who),
    ("email", "mail", gettext_lazy("Your e-mail address"), _email),
    ("phone", "phone", gettext_lazy("Your telephone number"), _phone),
    ("membership", "id-card", gettext_lazy("Whether you’re a member"), _membership),
    ("roles", "shield-check", gettext_lazy("Your roles here"), _roles),
    ("groups", "users-round", gettext_lazy("The groups you are in"), _groups),
    ("offline_access", "refresh-cw", gettext_lazy("All this also while you are away"), _while_away),
)
