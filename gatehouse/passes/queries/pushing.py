"""Which phones wait to be told of a new version, and what stands in the way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.passes.models import Certificate, Device


@dataclass(frozen=True)
class PushTrouble:
    """No phone with a pass of this type is told of new versions, and `number` of them wait. Their marks stay."""

    pass_type_id: str
    said: str
    number: int
    since: datetime | None = None
    retry_at: datetime | None = None


def waiting_to_be_pushed() -> QuerySet[Device]:
    return Device.objects.filter(push_since__isnull=False, push_token__isnull=False)


def due_to_be_pushed() -> QuerySet[Device]:
    """Those that a sweep would push now."""
    types = pushing_certificates().values("pass_type_id")
    return waiting_to_be_pushed().filter(not_before__lte=clock.now(), pass_type_id__in=types)


def pushing_certificates() -> QuerySet[Certificate]:
    """Those under which Apple may be called now: valid, and not in trouble or due to be tried again."""
    now = clock.now()
    valid = Certificate.objects.filter(retired_at=None, starts_at__lte=now, expires_at__gt=now)
    return valid.filter(Q(push_retry_at=None) | Q(push_retry_at__lte=now)).order_by("pass_type_id")


def push_troubles() -> list[PushTrouble]:
    """Of each pass type whose phones can't be told: Apple does not take our pushes, or no certificate is valid."""
    grouped = waiting_to_be_pushed().values("pass_type_id").annotate(number=Count("pk"), since=Min("push_since"))
    waiting: dict[str, dict[str, Any]] = {row["pass_type_id"]: {**row} for row in grouped.order_by("pass_type_id")}
    valid = Certificate.objects.filter(retired_at=None, expires_at__gt=clock.now()).defer("sealed_key", "chain")
    certified = {one.pass_type_id: one for one in valid}
    without = [PushTrouble(said=_no_certificate(), **row) for name, row in waiting.items() if name not in certified]
    refused = [_recorded(one, waiting.get(name, {})) for name, one in certified.items() if one.push_trouble]
    return sorted(without + refused, key=lambda trouble: trouble.pass_type_id)


def _recorded(certificate: Certificate, waiting: dict[str, Any]) -> PushTrouble:
    return PushTrouble(
        certificate.pass_type_id,
        certificate.push_trouble,
        waiting.get("number", 0),
        certificate.push_trouble_since,
        certificate.push_retry_at,
    )


def _no_certificate() -> str:
    return _("There is no valid certificate for this pass type.")
