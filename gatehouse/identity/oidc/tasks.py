"""Sweeps of the OpenID provider."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from gatehouse.core import claims
from gatehouse.core.forgetting import go_on
from gatehouse.core.tasks import sweep
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import LogoutNotice

LEASE = timedelta(minutes=1)  # longer than a try takes
AT_ONCE = 200
SILENT = 3  # times in a run that a service did not answer; one that stumbles over a single notice hears the others


@sweep(_("Tell services of sign-outs"))
def tell_sign_outs() -> int:
    """How many notices were taken in. A service that is not there holds up a run so often, not for each of its notices."""
    waiting = LogoutNotice.objects.filter(told_at=None, given_up_at=None)
    told, silent = 0, Counter[UUID]()
    for notice in claims.take(waiting, lease=LEASE, at_most=AT_ONCE):
        if silent[notice.client_id] >= SILENT:
            actions.put_off(notice=notice)
        elif actions.tell(notice=notice):
            told += 1
        elif waiting.filter(pk=notice.pk).exists():
            silent[notice.client_id] += 1
    return told


@sweep(_("Forget devices that wait no more"))
def forget_devices() -> int:
    return actions.forget_devices()


@sweep(_("Make the next signing keys"))
def rotate_keys() -> int:
    return actions.rotate_keys()


@sweep(_("Forget codes of services that nobody used"))
def forget_codes() -> int:
    return go_on(actions.forget_codes(), forget_codes)


@sweep(_("Forget sign-ins at services that are over, with their tokens"))
def forget_grants() -> int:
    return go_on(actions.forget_grants(), forget_grants)


@sweep(_("Forget revoked tokens that ran out"))
def forget_marks() -> int:
    return go_on(actions.forget_marks(), forget_marks)


@sweep(_("Forget sign-outs that services were told"))
def forget_notices() -> int:
    return go_on(actions.forget_notices(), forget_notices)
