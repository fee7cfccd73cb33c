"""How often something may be tried: fixed windows in the database, so every process counts the same."""

import hashlib
import hmac
import ipaddress
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from gatehouse.core import clock
from gatehouse.core.models import Rate


@dataclass(frozen=True)
class Limit:
    """At most `times` within `per`, counted for each key under this name."""

    name: str
    times: int
    per: timedelta


def allow(limit: Limit, key: str) -> bool:
    """Count one try; False when the window is used up. A success never gives tries back."""
    hashed = hashed_key(limit.name, key)
    now = clock.now()
    row = Rate.objects.filter(key=hashed)
    if row.filter(until__gt=now, spent__lt=limit.times).update(spent=F("spent") + 1):
        return True
    until = now + limit.per
    said = {"spent": 1, "until": until, "limit": limit.name, "times": limit.times}
    if row.filter(until__lte=now).update(**said):
        return True
    _, is_new = Rate.objects.get_or_create(key=hashed, defaults=said)
    return is_new or bool(row.filter(until__gt=now, spent__lt=limit.times).update(spent=F("spent") + 1))


def wait(limit: Limit, key: str) -> timedelta:
    """How long until this key may try again; zero when it may now."""
    row = Rate.objects.filter(key=hashed_key(limit.name, key), spent__gte=limit.times).first()
    return max(row.until - clock.now(), timedelta()) if row else timedelta()


def in_force() -> QuerySet[Rate]:
    """Those that are used up now, and so refuse somebody; the last to end first."""
    return Rate.objects.filter(until__gt=clock.now(), times__gt=0, spent__gte=F("times")).order_by("-until", "key")


def lift(keys: Collection[str]) -> int:
    """Forget what these keys (`hashed_key`) spent; how many there were."""
    return Rate.objects.filter(key__in=keys).delete()[0]


def forget_past() -> int:
    return Rate.objects.filter(until__lte=clock.now()).delete()[0]


def same_address(email: str) -> str:
    """One key for all spellings of a mailbox: Unicode form, case, blanks and plus-tag do not count."""
    plain = "".join(unicodedata.normalize("NFKC", email).casefold().split())
    local, at, domain = plain.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def network(address: str) -> str:
    """One key for all addresses a client can choose from: a whole IPv6 /64, a single IPv4 address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def hashed_key(name: str, key: str) -> str:
    """By which the table knows this key of the limit of this name."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{name}:{key}".encode(), hashlib.sha256).hexdigest()
