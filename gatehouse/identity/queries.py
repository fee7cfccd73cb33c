"""Questions about sign-in: who has this address, who owns the portal, who is signed in where."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.identity import factors
from gatehouse.identity.models import BrowserSession
from gatehouse.journal.models import Entry
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Membership, Person, RoleGrant


def person_at(email: str) -> Person | None:
    """Who signs in with this address; a person who left signs in nowhere."""
    person = Person.objects.filter(email=normal_email(email)).first()
    return person if person and person.is_active else None


def has_owner() -> bool:
    here = Q(person__left_at=None) | Q(person__left_at__gt=clock.now())
    return RoleGrant.objects.filter(here, role__slug="owner").exists()


def has_password(person: Person) -> bool:
    """People from a roster have an empty one, which Django would call usable."""
    return bool(person.password) and person.has_usable_password()


def sessions_of(person: Person) -> QuerySet[BrowserSession]:
    return BrowserSession.objects.filter(person=person, ends_at__gt=clock.now()).order_by("-seen_at")


def method_names(methods: dict[str, float]) -> list[str]:
    """Methods as a person would say them, in the order of their last use."""
    names = {
        "code": _("code by e-mail"),
        "link": _("link by e-mail"),
        "password": _("password"),
        "passkey": _("passkey"),
        "totp": _("authenticator app"),
        "recovery": _("recovery code"),
        "fob": _("keyfob"),
        "upstream": _("another organisation's sign-in"),
        "issued-link": _("link given out by an owner"),
        "first-run": _("setting up the portal"),
    }
    return [names.get(method, method) for method in sorted(methods, key=lambda method: methods[method])]


def all_about(person: Person) -> dict[str, Any]:
    """What the portal keeps about one person, in plain values, for them to take along."""
    return {
        "person": _fields(person, leave={"password"}),
        "external_ids": list(person.external_ids.values("source", "value")),
        "memberships": [_fields(membership, leave={"person"}) for membership in _memberships(person)],
        "groups": list(person.places.values("group__name", "section")),
        "roles": list(person.grants.values("role__name", "granted_at", "source")),
        "sessions": list(
            sessions_of(person).values("began_at", "seen_at", "network", "browser", "system", "methods"),
        ),
        "protection": factors.all_about(person),
        "fobs": list(person.fobs.values("name", "hint", "added_at", "seen_at")),
        "upstream": list(person.upstream_identities.values("issuer", "uid", "linked_at", "seen_at")),
        "journal": list(_entries(person).values("at", "actor_name", "verb", "subject", "address")),
    }


def _memberships(person: Person) -> QuerySet[Membership]:
    return person.memberships.order_by("source", "number")


def _entries(person: Person) -> QuerySet[Entry]:
    return Entry.objects.filter(Q(actor_id=person.pk) | Q(subject_id=str(person.pk))).order_by("at", "pk")


def _fields(row: Any, *, leave: set[str]) -> dict[str, Any]:
    fields = row._meta.concrete_fields  # noqa: SLF001  Django's documented name
    return {field.name: getattr(row, field.name) for field in fields if field.name not in leave}
