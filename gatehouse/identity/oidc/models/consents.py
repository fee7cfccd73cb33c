"""What people let a service know, and by what name it knows them."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.identity.oidc.models.clients import Client
from gatehouse.people.models import Person


class Consent(models.Model):
    """The scopes that one person granted one client; withdrawing deletes the row and ends the grants."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    scopes = models.JSONField(_("scopes"), default=list)
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "client"], name="one_consent_per_client")]

    def __str__(self) -> str:
        return f"{self.person}: {self.client}"


class Subject(models.Model):
    """The `sub` of a person: random, and with a sector known to one client only (OpenID Connect Core 1.0, section 8)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="subjects")
    sector = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "sector"], name="one_subject_per_sector")]

    def __str__(self) -> str:
        return str(self.pk)
