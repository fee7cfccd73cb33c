"""How often codes may be asked for and passwords be tried. A success gives nothing back."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from gatehouse.core import limits, origin
from gatehouse.core.limits import Limit
from gatehouse.identity.refusals import TooOften, in_words
from gatehouse.journal import actions as journal

HALF_DAY = timedelta(hours=12)
ONE_A_MINUTE = Limit("code.minute", 1, timedelta(minutes=1))
REFUSALS = Limit("journal.sign-in.refused", 1, timedelta(hours=1))


def spend_code(*, email: str, browser: str = "") -> None:
    """Count one letter; raises `TooOften`. A browser that this person signed in with before counts for itself.

    So a stranger who uses up the limit of an address stands only in their own way.
    """
    key = f"{limits.same_address(email)} {browser}".strip()
    by_address = Limit("code.address", settings.CODES_PER_ADDRESS, HALF_DAY)
    by_network = Limit("code.network", settings.CODES_PER_NETWORK, HALF_DAY)
    _spend(ONE_A_MINUTE, key, _("A letter with a code is on its way. You can send another in %(wait)s."))
    _spend(by_network, _network(), _("Too many codes were asked for from your network. Try again in %(wait)s."))
    _spend(by_address, key, _("Too many codes were asked for. Try again in %(wait)s, or use a password."))


def spend_password(*, email: str, browser: str = "") -> None:
    """Count one try; raises `TooOften`."""
    key = f"{limits.same_address(email)} {browser}".strip()
    by_address = Limit("password.address", settings.PASSWORDS_PER_ADDRESS, timedelta(hours=1))
    by_network = Limit("password.network", settings.PASSWORDS_PER_NETWORK, HALF_DAY)
    _spend(by_network, _network(), _("Too many passwords were tried from your network. Try again in %(wait)s."))
    _spend(by_address, key, _("Too many passwords were tried. Try again in %(wait)s, or ask for a code."))


def spend_second_step(*, person_id: UUID, browser: str = "") -> None:
    """Count one try; raises `TooOften`. Only who has proved a first thing gets here, or is signed in already."""
    by_person = Limit("second-step.person", settings.SECOND_STEPS_PER_PERSON, timedelta(hours=1))
    key = f"{person_id.hex} {browser}".strip()
    _spend(by_person, key, _("Too many tries. Try again in %(wait)s, or use a passkey."))


def spend_passkey() -> None:
    """Count one passkey shown at the gate; raises `TooOften`. Nothing can be guessed here: it bounds the reckoning."""
    by_network = Limit("passkey.network", 600, HALF_DAY)
    _spend(by_network, _network(), _("Too many passkeys were tried from your network. Try again in %(wait)s."))


def spend_upstream() -> None:
    """Count one way to the other organisation; raises `TooOften`. It bounds what a flood writes."""
    by_network = Limit("upstream.network", 600, HALF_DAY)
    _spend(by_network, _network(), _("Too many sign-ins were begun from your network. Try again in %(wait)s."))


def spend_fob(*, reader: str) -> None:
    """Count one fob that nobody has; raises `TooOften`. So a reader that was taken over cannot try all numbers."""
    by_reader = Limit("fob.reader", 30, timedelta(minutes=10))
    _spend(by_reader, reader, _("Too many fobs that nobody has. Try again in %(wait)s."))


def reader_rests_for(*, reader: str) -> timedelta:
    return limits.wait(Limit("fob.reader", 30, timedelta(minutes=10)), reader)


def spend_word() -> None:
    """Count one try of the word that sets up the portal; raises `TooOften`."""
    by_network = Limit("word.network", 30, HALF_DAY)
    _spend(by_network, _network(), _("Too many tries from your network. Try again in %(wait)s."))


def until_next_code(*, email: str, browser: str = "") -> timedelta:
    return limits.wait(ONE_A_MINUTE, f"{limits.same_address(email)} {browser}".strip())


def _spend(limit: Limit, key: str, message: str) -> None:
    if limits.allow(limit, key):
        return
    wait = limits.wait(limit, key)
    if limits.allow(REFUSALS, f"{limit.name} {key}"):  # once an hour, so that a flood does not drown the journal
        journal.record(actor=None, verb="sign-in.refused", subject="sign-in", details={"limit": limit.name})
    raise TooOften(message % {"wait": in_words(wait)}, wait)


def _network() -> str:
    return limits.network(origin.current().address)
