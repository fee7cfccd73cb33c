"""Questions about the certificates that sign passes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _, ngettext

from gatehouse.core import clock
from gatehouse.passes.models import Certificate

WARN_AHEAD: Final = (60, 30, 7)  # days


@dataclass(frozen=True)
class Expiring:
    """A certificate that ends soon, or has ended; as text it says so."""

    certificate: Certificate

    @property
    def days(self) -> int:
        return self.certificate.days_left

    @property
    def is_over(self) -> bool:
        return self.certificate.is_over

    def __str__(self) -> str:
        named = {"pass_type": self.certificate.pass_type_id, "days": self.days}
        if self.is_over:
            return _("The certificate of %(pass_type)s has expired: no card can be made or updated.") % named
        said = ngettext(
            "The certificate of %(pass_type)s expires in %(days)d day; then no card can be made or updated.",
            "The certificate of %(pass_type)s expires in %(days)d days; then no card can be made or updated.",
            self.days,
        )
        return said % named


def all_certificates() -> QuerySet[Certificate]:
    """The current ones by pass type, then those that were retired, the latest first. Keys stay where they are."""
    current_first = F("retired_at").desc(nulls_first=True)  # SQLite and PostgreSQL put nulls at different ends
    return Certificate.objects.defer("sealed_key", "chain").order_by(current_first, "pass_type_id", "-pk")


def current_certificates() -> QuerySet[Certificate]:
    return all_certificates().filter(retired_at=None)


def certificate_for(pass_type_id: str) -> Certificate | None:
    """The one that signs and pushes for this pass type now; None when there is none, or it has expired."""
    now = clock.now()
    current = Certificate.objects.filter(pass_type_id=pass_type_id, retired_at=None)
    return current.filter(starts_at__lte=now, expires_at__gt=now).first()


def certificate_warnings() -> list[Expiring]:
    """Of current certificates that have 60 whole days left or fewer, the first to end first."""
    soon = clock.now() + timedelta(days=WARN_AHEAD[0] + 1)
    ending = current_certificates().filter(expires_at__lt=soon).order_by("expires_at")
    return [Expiring(one) for one in ending]


def is_testing() -> bool:
    """Whether cards are signed by a certificate that is not Apple's: no phone takes such a card."""
    return current_certificates().filter(is_test=True).exists()
