"""A browser in which somebody came in by the gate."""

from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from django.test import Client as Browser, RequestFactory

from gatehouse.identity import actions, adapter
from gatehouse.people.models import Person


def signed_in_browser(person: Person, method: str = "code") -> Browser:
    """As the gate leaves it: how they proved it stands in the session's data, and so in its row."""
    opened = Browser()
    opened.force_login(person)
    request = RequestFactory().get("/")
    request.session = opened.session
    clear_authentication_records(request)  # what force_login left
    record_authentication(request, person, method)
    request.session.save()
    if method in adapter.BY_LETTER:
        actions.note_address(person=person)
    return opened
