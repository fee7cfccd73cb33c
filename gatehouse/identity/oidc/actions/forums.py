"""Somebody goes into a forum."""

from django.db import transaction
from django.db.models import Q

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import claims
from gatehouse.identity.oidc.actions.grants import end_grants, open_grant
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.identity.oidc.queries.facts import facts_of
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def enter_forum(*, forum: Client, person: Person, session: BrowserSession) -> dict[str, str]:
    """Note it as a grant of this session, journal it, and say what the forum is told.

    The address goes out as not proved where nobody proved it: the forum then asks by letter, for whoever has an address
    there has the account (`require_activation`).
    """
    end_grants(where=Q(client=forum, person=person, session=session.pk), why=Grant.Ended.REPLACED)
    grant = open_grant(client=forum, person=person, session=session, scope=" ".join(forum.scopes))
    journal.record(actor=person, verb="forum.entered", subject=forum.name, subject_id=forum.pk)
    return _told(person, forum, grant)


def _told(person: Person, forum: Client, grant: Grant) -> dict[str, str]:
    names = claims.allowed(forum.scopes)
    facts = facts_of(person, needed=claims.needed(names))
    said = claims.told(facts, names, {})
    groups = [*said.get("roles", ()), *said.get("groups", ())]
    is_proved = bool(said.get("email_verified"))
    return {
        "external_id": grant.subject,
        "email": str(said.get("email", "")),
        "require_activation": "false" if is_proved else "true",
        "username": str(said.get("preferred_username", "")),
        "name": str(said.get("name", "")),
        "groups": ",".join(group.replace(",", " ") for group in groups),
    }
