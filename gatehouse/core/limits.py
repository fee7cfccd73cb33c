"""How often something may be tried: fixed windows in the database, so every process counts the same."""

import hashlib
import hmac
import ipaddress
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from gatehouse.core import clock
from gatehouse.core.forgetting import forget
from gatehouse.core.models import Rate


@dataclass(frozen=True)
class Limit:
    """At most `times` within `per`, counted for each key under this name."""

    name: str
    times: int
    per: timedelta


# The first try of a window, or one more, in one statement, so that tries at the same moment are all counted.
_COUNT = """
    INSERT INTO core_rate AS rate (key, "limit", times, spent, until) VALUES (%s, %s, %s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        "limit" = excluded."limit", times = excluded.times,
        spent = CASE WHEN rate.until <= %s THEN 1 ELSE rate.spent + 1 END,
        until = CASE WHEN rate.until <= %s THEN excluded.until ELSE rate.until END
    WHERE rate.until <= %s OR rate.spent < %s
"""


def allow(limit: Limit, key: str) -> bool:
    """Count one try; False when the window is used up. A success never gives tries back."""
    hashed, now = hashed_key(limit.name, key), clock.now()
    at, until = (connection.ops.adapt_datetimefield_value(moment) for moment in (now, now + limit.per))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [hashed, limit.name, limit.times, until, at, at, at, limit.times])
        return bool(cursor.rowcount)


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
    """Those whose window is over; one that begins anew in this moment stays."""
    return forget(Rate.objects.filter(until__lte=clock.now()).order_by("until"))


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
