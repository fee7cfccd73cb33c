"""What is over, and for how long it is kept: grants and all that names them, marks, notices.

A grant can be replayed while it stands: a used code or refresh token that comes again ends it. So used ones stay as long
as their grant does, however long ago they ran out themselves, and go with it. Each question walks an index, in its order.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from gatehouse.core import clock
from gatehouse.identity.oidc.models import Grant, LogoutNotice, PushedRequest, RevokedToken, SeenOnce

Ended = Grant.Ended
KEPT: Final = timedelta(days=7)  # after its end, for staff who look at the latest sign-ins
SKEW: Final = timedelta(minutes=5)  # between two clocks that know the same row
NOTICES: Final = timedelta(days=35)  # a notice is given up within a day, and counted as trouble for thirty
STILL_THERE: Final = (Ended.REVOKED, Ended.CODE_REUSED, Ended.TOKEN_REUSED)
"""Ends of the tokens, not of the service's own session: it is told when the person's session ends, and so the row waits."""
SETTLED: Final = [why.value for why in Ended if why not in STILL_THERE]


def unredeemed() -> QuerySet[Grant]:
    """Those whose code ran out unused: nobody ever held anything of them. Used codes stay with their grants."""
    rows = Grant.objects.filter(code__used_at=None, code__expires_at__lte=clock.now() - SKEW)
    return rows.order_by("code__expires_at")


def grants() -> list[QuerySet[Grant]]:
    """Those ended, with whoever had to be told; those of no session that ran out; those no session can outlive any more."""
    past = clock.now() - KEPT
    longest = timedelta(seconds=settings.SESSION_LONGEST_AGE)
    return [
        *(Grant.objects.filter(ended_why=why, ended_at__lte=past).order_by("ended_at") for why in SETTLED),
        Grant.objects.filter(session=None, ends_at__lte=past).order_by("ends_at"),
        Grant.objects.filter(ends_at__lte=past - longest).order_by("ends_at"),
    ]


def revoked() -> QuerySet[RevokedToken]:
    return RevokedToken.objects.filter(expires_at__lte=clock.now() - SKEW).order_by("expires_at")


def seen() -> QuerySet[SeenOnce]:
    return SeenOnce.objects.filter(expires_at__lte=clock.now() - SKEW).order_by("expires_at")


def pushed() -> QuerySet[PushedRequest]:
    """Requests that clients pushed, answered or not: until then a second use is refused by the row, later by the clock."""
    return PushedRequest.objects.filter(expires_at__lte=clock.now() - SKEW).order_by("expires_at")


def notices() -> QuerySet[LogoutNotice]:
    old = LogoutNotice.objects.filter(made_at__lte=clock.now() - NOTICES).order_by("made_at")
    return old.exclude(Q(told_at=None, given_up_at=None))
