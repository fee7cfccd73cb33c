"""By what name a service knows a person."""

from gatehouse.identity.oidc.models import Client, Subject
from gatehouse.people.models import Person


def subject_of(*, person: Person, client: Client) -> str:
    """The `sub`: random, the same for ever, and with a pairwise client known to it alone; made at the first question."""
    found, _ = Subject.objects.get_or_create(person=person, sector=client.pairwise_sector)
    return str(found.pk)
