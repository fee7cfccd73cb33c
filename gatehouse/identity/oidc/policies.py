"""Who may sign in where."""

from gatehouse.identity.oidc.models import Client
from gatehouse.people.models import Membership, Person


def may_sign_in(person: Person, client: Client) -> bool:
    """Somebody who is here and holds one of the roles that the client names; where it names none, everybody.

    Members hold the role `member` by their membership, without a grant. Archived roles open nothing.
    """
    if not person.is_active or client.disabled_at is not None:
        return False
    named = list(client.roles.filter(archived_at=None).values_list("pk", "slug"))
    if not named:
        return not client.roles.exists()
    if person.grants.filter(role__in=[pk for pk, _slug in named]).exists():
        return True
    return any(slug == "member" for _pk, slug in named) and _is_member(person)


def _is_member(person: Person) -> bool:
    return person.memberships.filter(status=Membership.Status.ACTIVE).exists()
