"""Those who keep certificates are told in time that one ends."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.passes import policies, queries
from gatehouse.passes.models import Certificate
from gatehouse.people.models import Person
from gatehouse.people.queries import holders_of


def warn_of_expiry() -> int:
    """Write of every certificate that ends within 60, 30 or 7 days, once for each of these; return how many letters.

    Of one for testing nobody is told, nor of one that is over: pages say so.
    """
    ending = (one for one in queries.certificate_warnings() if not (one.is_over or one.certificate.is_test))
    return sum(_warn(one.certificate) for one in ending)


@transaction.atomic
def _warn(certificate: Certificate) -> int:
    """A sweep that runs twice writes once: whoever notes the warning writes it."""
    days = certificate.days_left
    step = min(ahead for ahead in queries.WARN_AHEAD if days <= ahead)
    not_yet = Q(warned_days=None) | Q(warned_days__gt=step)
    if not Certificate.objects.filter(not_yet, pk=certificate.pk).update(warned_days=step):
        return 0
    keepers = list(holders_of(policies.CERTIFICATES))
    for person in keepers:
        _write(person, certificate, days)
    subject = f"certificate {certificate.pass_type_id}"
    details = {"days": days, "letters": len(keepers)}
    journal.record(actor=None, verb="certificate.warned", subject=subject, details=details)
    return len(keepers)


def _write(person: Person, certificate: Certificate, days: int) -> None:
    with override(person.language or settings.LANGUAGE_CODE):
        until = date_format(timezone.localtime(certificate.expires_at), "j F Y")
    context = {
        "days": days,
        "name": certificate.name,
        "pass_type": certificate.pass_type_id,
        "until": until,
        "button_url": f"{settings.BASE_URL}{reverse('passes:certificates')}",
    }
    mail.post(to=person, template="passes/letters/certificate_expires", context=context)
