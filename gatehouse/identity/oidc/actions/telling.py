"""Telling services of sign-outs, one by one, until each has answered."""

from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings

from gatehouse.core import claims, clock
from gatehouse.core.outbound import Answer, NotPublic, Outside, Unreachable
from gatehouse.identity.oidc import addresses, backchannel, signing
from gatehouse.identity.oidc.models import LogoutNotice

MOST_TRIES: Final = 9  # over some 20 hours
SECONDS: Final = 5  # a service may take; a slow one keeps the next waiting so long


def tell(*, notice: LogoutNotice) -> bool:
    """Say it once; True when the service answered that it is done. No transaction is open meanwhile."""
    client = notice.client
    if client.disabled_at or not client.backchannel_logout_uri:
        return _give_up(notice, "the service does not listen any more")
    try:
        answer = _post(client.backchannel_logout_uri, logout_token(notice=notice))
    except NotPublic as error:
        return _give_up(notice, f"{error}; see GATEHOUSE_PRIVATE_SERVICES")
    except Unreachable as error:
        return _later(notice, None, str(error))
    if backchannel.is_done(answer.status):
        return claims.settle(notice, told_at=clock.now(), status=answer.status, trouble="")
    if backchannel.is_hopeless(answer.status):
        return _give_up(notice, "the service refused it", answer.status)
    return _later(notice, answer.status, "the service is in trouble")


def put_off(*, notice: LogoutNotice) -> None:
    """To a later run, as if it had been tried: its service did not answer to another notice a moment ago."""
    _later(notice, notice.status, notice.trouble or "the service did not answer to another notice")


def logout_token(*, notice: LogoutNotice) -> str:
    """Signed with the algorithm of the client's id_tokens, and made for this try."""
    client = notice.client
    said = backchannel.claims(
        issuer=addresses.issuer(),
        audience=client.client_id,
        subject=notice.subject,
        session=notice.session,
        jti=uuid4().hex,
        now=int(clock.now().timestamp()),
    )
    return signing.signed(said, typ=backchannel.TYPE, algorithm=client.signs_with)


def _post(address: str, token: str) -> Answer:
    """Into the house only where whoever runs the portal wrote the host into the settings."""
    is_named = urlsplit(address).netloc in settings.PRIVATE_SERVICES
    with Outside(may_be_private=is_named, seconds=SECONDS, at_most=10_000, tries=1) as outside:
        return outside.call("POST", address, data={"logout_token": token})


def _later(notice: LogoutNotice, status: int | None, trouble: str) -> bool:
    if notice.attempts >= MOST_TRIES:
        return _give_up(notice, trouble, status)
    claims.settle(notice, not_before=claims.later(notice.attempts), status=status, trouble=trouble[:200])
    return False


def _give_up(notice: LogoutNotice, trouble: str, status: int | None = None) -> bool:
    claims.settle(notice, given_up_at=clock.now(), status=status, trouble=trouble[:200])
    return False
