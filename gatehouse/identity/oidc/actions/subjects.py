"""By what name a service knows a person, and what they let it know."""

from gatehouse.identity.oidc.models import Client, Consent, Subject
from gatehouse.people.events import PeopleMerged
from gatehouse.people.models import Person


def subject_of(*, person: Person, client: Client) -> str:
    """The `sub`: random, the same for ever, and with a pairwise client known to it alone; made at the first question."""
    found, _ = Subject.objects.get_or_create(person=person, sector=client.pairwise_sector)
    return str(found.pk)


def give_names_to_kept(fact: PeopleMerged) -> None:
    """Services that knew only the record that goes know the other one by the same name, with what was allowed them.

    Where both were known, the name and the word of the record that stays count, and the other's end with it.
    """
    known = Subject.objects.filter(person=fact.kept_id).values_list("sector", flat=True)
    Subject.objects.filter(person=fact.gone_id).exclude(sector__in=list(known)).update(person=fact.kept_id)
    allowed = Consent.objects.filter(person=fact.kept_id).values_list("client", flat=True)
    Consent.objects.filter(person=fact.gone_id).exclude(client__in=list(allowed)).update(person=fact.kept_id)
