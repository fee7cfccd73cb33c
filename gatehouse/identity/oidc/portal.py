"""What the OpenID provider adds to the portal: services on the home page, words for the journal."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.core.menu import HomePart, add_home
from gatehouse.identity.oidc import queries
from gatehouse.journal import words
from gatehouse.people.models import Person


def services(person: Person) -> dict[str, Any] | None:
    open_to = list(queries.services_for(person))
    return {"services": open_to} if open_to else None


add_home(HomePart("oidc/_home.html", services, order=70))
words.name(
    {
        "consent.given": _("Let a service know"),
        "consent.withdrawn": _("Took it back from a service"),
    }
)
