"""Who may register, and what registered itself."""

from django.db.models import QuerySet

from gatehouse.identity import tokens as secrets
from gatehouse.identity.oidc.models import Client, Registration, RegistrationTicket


def ticket_by_token(text: str) -> RegistrationTicket | None:
    """The initial access token, if it is good now."""
    sent = secrets.parse(text)
    found = RegistrationTicket.objects.open().filter(pk=sent.id).first() if sent else None
    return found if sent and found and sent.fits(found.hash) else None


def registration_by_token(text: str, *, client_id: str) -> Registration | None:
    """Of this service, by the token that it was given when it registered; none while it is switched off."""
    sent = secrets.parse(text)
    open_ones = Registration.objects.select_related("client").filter(client__disabled_at=None)
    found = open_ones.filter(pk=sent.id, client__client_id=client_id).first() if sent else None
    return found if sent and found and sent.fits(found.hash) else None


def tickets() -> QuerySet[RegistrationTicket]:
    """The newest first, with who made them."""
    return RegistrationTicket.objects.select_related("made_by")


def registration_of(client: Client) -> Registration | None:
    return Registration.objects.select_related("ticket").filter(client=client).first()
