"""The tiles on everybody's home page: places worth going to, whether or not they sign people in by us."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gatehouse.identity.oidc.models.clients import Client
from gatehouse.identity.oidc.uris import place_of
from gatehouse.people.models import Role


class AppTile(models.Model):
    """One place, as people find it on the home page.

    Shown to whoever holds one of its roles (none named: everybody) and, where it leads to a service, may sign in there.
    """

    name = models.CharField(_("name"), max_length=40)
    text = models.CharField(_("a few words"), max_length=120, blank=True)
    icon = models.CharField(_("picture"), max_length=30, default="globe")
    address = models.CharField(_("address"), max_length=500)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    roles = models.ManyToManyField(Role, verbose_name=_("who sees it"), blank=True, related_name="+")
    client = models.ForeignKey(
        Client, verbose_name=_("service"), on_delete=models.CASCADE, null=True, blank=True, related_name="tiles"
    )

    class Meta:
        verbose_name = _("tile")
        verbose_name_plural = _("tiles")
        ordering = ("order", "name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """The host, as a person reads it; "" for a page of this portal."""
        return place_of(self.address)
