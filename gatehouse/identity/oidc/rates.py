"""How often devices may be begun and short codes be tried (RFC 8628, section 5.1). A success gives nothing back."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from gatehouse.core import limits, origin
from gatehouse.core.limits import Limit
from gatehouse.identity.refusals import TooOften, in_words

CODES_OF_PERSON: Final = Limit("device.person", 10, timedelta(minutes=15))
CODES_OF_NETWORK: Final = Limit("device.network", 60, timedelta(hours=1))
BEGUN_FROM_NETWORK: Final = Limit("device.begun", 120, timedelta(hours=1))


def spend_user_code(*, person_id: UUID) -> None:
    """Count one code typed by somebody who is signed in, in whichever of their browsers; raises `TooOften`.

    Ten in a quarter of an hour, of which each names one of 2.56·10¹⁰: a stranger's device is not met in a lifetime.
    """
    _spend(CODES_OF_NETWORK, _network(), _("Too many codes were tried from your network. Try again in %(wait)s."))
    _spend(CODES_OF_PERSON, person_id.hex, _("Too many codes were tried. Try again in %(wait)s."))


def spend_begun(*, client_id: str) -> timedelta:
    """Count one device that begins to wait; how long this network must wait with the next at this service, or nothing."""
    key = f"{client_id} {_network()}"
    return timedelta() if limits.allow(BEGUN_FROM_NETWORK, key) else limits.wait(BEGUN_FROM_NETWORK, key)


def _spend(limit: Limit, key: str, message: str) -> None:
    if not limits.allow(limit, key):
        wait = limits.wait(limit, key)
        raise TooOften(message % {"wait": in_words(wait)}, wait)


def _network() -> str:
    return limits.network(origin.current().address)
