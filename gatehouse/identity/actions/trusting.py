"""Browsers in which somebody is not asked for the second step."""

from uuid import UUID

from django.db import transaction

from gatehouse.core import clock, origin
from gatehouse.identity import agents, factors
from gatehouse.identity.models import TrustedBrowser
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def trust_browser(*, person: Person, browser: str) -> None:
    """`browser` is its name, as the known cookie has it; of the name a hash is kept."""
    name, system = agents.summary(origin.current().agent)
    now = clock.now()
    TrustedBrowser.objects.update_or_create(
        person=person,
        browser_hash=factors.hash_of(browser),
        defaults={"browser": name, "system": system, "began_at": now, "ends_at": now + TrustedBrowser.LASTS},
    )
    journal.record(actor=person, verb="browser.trusted", subject=person.name, subject_id=person.pk)


@transaction.atomic
def trust_no_more(*, person: Person, browser_id: UUID) -> None:
    if TrustedBrowser.objects.filter(person=person, pk=browser_id).delete()[0]:
        journal.record(actor=person, verb="browser.mistrusted", subject=person.name, subject_id=person.pk)
