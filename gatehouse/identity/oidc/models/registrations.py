"""Services that register themselves, and who let them (RFC 7591 and 7592)."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.identity.oidc.models.clients import Client
from gatehouse.people.models import Person


class RegistrationTicketsQuerySet(models.QuerySet["RegistrationTicket"]):
    def open(self) -> "RegistrationTicketsQuerySet":
        return self.filter(revoked_at=None, ends_at__gt=clock.now(), used__lt=F("most"))


class RegistrationTicket(models.Model):
    """An initial access token: `id.hex:token`, shown once; so many services may register by it until its day."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    hash = models.CharField(max_length=64, editable=False)
    name = models.CharField(_("what for"), max_length=80)
    made_by = models.ForeignKey(
        Person, verbose_name=_("made by"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(_("good until"))
    most = models.PositiveSmallIntegerField(_("services that may register"), default=1)
    used = models.PositiveSmallIntegerField(_("services that registered"), default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationTicketsQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration token")
        verbose_name_plural = _("registration tokens")
        ordering = ("-made_at", "pk")
        constraints = [models.CheckConstraint(condition=Q(used__lte=F("most")), name="no_more_register_than_may")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.ends_at > clock.now() and self.used < self.most


class Registration(models.Model):
    """That a service registered itself; by its registration access token, of which the hash is kept, it reads, changes
    and deletes what it said. Such a service is never trusted.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="registration")
    ticket = models.ForeignKey(
        RegistrationTicket, on_delete=models.SET_NULL, null=True, blank=True, related_name="registrations"
    )
    hash = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"registration of {self.client_id}"
