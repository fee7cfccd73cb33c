"""Sweeps of the identity app."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from gatehouse.core import claims
from gatehouse.core.forgetting import go_on
from gatehouse.core.tasks import LONG, sweep
from gatehouse.identity import actions
from gatehouse.people.models import Invitation

AT_ONCE = 1_000
LEASE = timedelta(minutes=2)


@sweep(_("Forget ended sessions"))
def forget_sessions() -> int:
    return go_on(actions.forget_sessions(), forget_sessions)


@sweep(_("Forget codes and links that ran out"))
def forget_ways_in() -> int:
    return go_on(actions.forget_ways_in(), forget_ways_in)


@sweep(_("Forget browsers and networks not seen for long"))
def forget_browsers() -> int:
    return go_on(actions.forget_browsers(), forget_browsers)


@sweep(_("Write invitations"), queue=LONG)
def write_invitations() -> int:
    """So many at a time; the next minute goes on."""
    waiting = Invitation.objects.filter(written_at=None)
    taken = claims.take(waiting, lease=LEASE, at_most=AT_ONCE)
    return sum(actions.write_invitation(invitation=invitation) for invitation in taken)
