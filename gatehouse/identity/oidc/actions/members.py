"""Members as a trusted service keeps them: written by the id that it has for them."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from gatehouse.core import access, clock
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.queries.members import external_ids_of
from gatehouse.identity.oidc.refusals import MemberOutOfReach, UsernameTaken
from gatehouse.journal import actions as journal
from gatehouse.people import actions as people
from gatehouse.people.models import ExternalId, Person

PLAIN = ("given_name", "family_name", "preferred_name", "email")


@transaction.atomic
def write_member(*, client: Client, external_id: str, said: Mapping[str, Any]) -> tuple[Person, bool]:
    """Add or change the person whom this client knows by that id; True when they are new.

    None clears a field, what is not named stays. Nobody is found by address: one that somebody else has is `EmailTaken`.
    People who hold more than members do are `MemberOutOfReach`: whoever changes their address could come in as them.
    """
    found = external_ids_of(client).select_for_update().filter(value=external_id).first()
    fields = _fields(said, found.person if found else None)
    if found is None:
        person = _added(client, external_id, fields)
    else:
        person = found.person
        if not person.permissions <= access.of_built_in("member"):
            raise MemberOutOfReach
        person = people.edit_person(person=person, actor=None, **fields)
    if "leave_date" in said:
        person = _leave(person, said["leave_date"])
    about = {"fields": sorted(said), "client_id": client.client_id}
    journal.record(actor=client, verb="member.written", subject=person.name, subject_id=person.pk, details=about)
    return person, found is None


def _added(client: Client, external_id: str, fields: dict[str, Any]) -> Person:
    """Two who bring the same id at once make one person: the second finds it and tries anew."""
    person = people.add_person(actor=None, **fields)
    ExternalId.objects.create(person=person, source=client.client_id[:60], value=external_id)
    return person


def _fields(said: Mapping[str, Any], person: Person | None) -> dict[str, Any]:
    fields: dict[str, Any] = {name: said[name] or "" for name in PLAIN if name in said}
    if "display_name" in said and not {"given_name", "family_name"} & set(said):
        given, _blank, family = (said["display_name"] or "").rpartition(" ")
        fields |= {"given_name": given or family, "family_name": family if given else ""}
    if "join_date" in said:
        fields["joined_on"] = said["join_date"]
    kept = dict(person.attributes) if person else {}
    written = {name: said[name] for name in ("username", "phone") if name in said}
    if written:
        _check_username(written.get("username"), person)
        fields["attributes"] = {name: value for name, value in (kept | written).items() if value not in (None, "")}
    return fields


def _check_username(username: str | None, person: Person | None) -> None:
    if not username:
        return
    same = Person.objects.filter(attributes__username__iexact=username)
    if (same.exclude(pk=person.pk) if person else same).exists():
        raise UsernameTaken


def _leave(person: Person, day: date | None) -> Person:
    """On that day and after, they are gone: at once where it has come, and back where it is taken away."""
    if day is None:
        return people.bring_back(person=person, actor=None) if person.left_at else person
    if day <= clock.today():
        return people.end_person(person=person, actor=None)
    held = people.bring_back(person=person, actor=None) if not person.is_active else person
    midnight = datetime.combine(day, time(), timezone.get_default_timezone())
    Person.objects.filter(pk=held.pk).update(left_at=midnight, changed_at=clock.now())
    held.refresh_from_db()
    return held
