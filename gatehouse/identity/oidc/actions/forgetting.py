"""What is over is forgotten; what that is, and for how long it is kept, says `queries.over`."""

from typing import Final

from django.db.models import QuerySet

from gatehouse.core.forgetting import A_RUN, forget
from gatehouse.identity.oidc.models import Grant, RefreshToken
from gatehouse.identity.oidc.queries import over

AT_ONCE: Final = 200  # grants


def forget_codes() -> int:
    """Codes nobody used, with the grants that they would have opened."""
    return forget(over.unredeemed())


def forget_grants() -> int:
    """With their codes and refresh tokens; how many rows. One grant may have tens of thousands: they go first."""
    gone = 0
    for rows in over.grants():
        gone += _forget(rows, at_most=A_RUN - gone)
    return gone


def forget_marks() -> int:
    """Access tokens given back, what may be shown once, and requests pushed: no good any more without these rows either."""
    return sum(forget(rows) for rows in (over.revoked(), over.seen(), over.pushed()))


def forget_notices() -> int:
    return forget(over.notices())


def _forget(rows: QuerySet[Grant], *, at_most: int) -> int:
    gone = 0
    while gone < at_most and (some := list(rows.values_list("pk", flat=True)[:AT_ONCE])):
        gone += forget(RefreshToken.objects.filter(grant__in=some), at_most=at_most - gone)
        if gone < at_most:
            gone += Grant.objects.filter(pk__in=some).delete()[0]
    return gone
