"""Kernel: what comes next for somebody whom a service wants signed in: a sign-in, a proof, a question, or the answer.

The order is the one in which a person meets the steps. With prompt=none nothing may be asked, so each step that would ask
is an error of the protocol instead (OpenID Connect Core 1.0, 3.1.2.6). No step is passed silently.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from gatehouse.identity import acr
from gatehouse.identity.oidc.checking import Asked, Refused


class Step(Enum):
    SIGN_IN = "sign in"
    PROVE = "prove it again, or better"
    REFUSE_PERSON = "say that this service is not for them"
    CONSENT = "ask whether it may know"
    ANSWER = "send them back with a code"


@dataclass(frozen=True)
class Standing:
    """Who sits at this browser. `subject` is what this client would call them; "" while nobody is signed in."""

    subject: str = ""
    proved_at: float = 0.0  # seconds since 1970: auth_time
    acr: str = ""
    is_welcome: bool = False  # holds a role that may sign in there
    has_consented: bool = False  # to all that is asked now, or need not


NOBODY: Final = Standing()


@dataclass(frozen=True)
class Terms:
    """What holds for this request beside its own words.

    `floor` is the client's least level. `hinted` is the subject of an id_token_hint, None for one we cannot read.
    `began_at` is when this browser was sent to sign in for this very request; None when it comes straight from there.
    """

    floor: str
    hinted: str | None = ""
    began_at: float | None = None

    def wanted_level(self, asked: Asked) -> acr.Acr:
        """The strongest of the floor, what the claims call essential and the least of acr_values."""
        levels = (acr.weakest_of([self.floor]), acr.weakest_of(asked.essential_acrs), acr.weakest_of(asked.acr_values))
        return max(levels, key=acr.LEVELS.index)


def next_step(asked: Asked, standing: Standing, terms: Terms, *, now: float) -> Step:
    """The step; raises `Refused` with what the client is told instead."""
    if not standing.subject:
        return _ask(asked, Step.SIGN_IN, "login_required", "nobody is signed in")
    proved = _proof_needed(asked, standing, terms, now)
    if proved is not None:
        return proved
    if not standing.is_welcome:
        return _ask(asked, Step.REFUSE_PERSON, "access_denied", "this person may not use this service")
    if not standing.has_consented:
        return _ask(asked, Step.CONSENT, "consent_required", "the person was not asked yet")
    return Step.ANSWER


def _proof_needed(asked: Asked, standing: Standing, terms: Terms, now: float) -> Step | None:
    was_sent = terms.began_at is not None and standing.proved_at >= terms.began_at
    if not _is_the_one(asked, standing, terms):
        if was_sent:
            raise Refused("login_required", "somebody else signed in")
        return _ask(asked, Step.PROVE, "login_required", "somebody else is signed in")
    if not was_sent and _is_old(asked, standing, now):
        return _ask(asked, Step.PROVE, "login_required", "the sign-in is too long ago")
    if acr.is_met(standing.acr, terms.wanted_level(asked)):
        return None
    if was_sent:
        raise Refused("unmet_authentication_requirements", "the person did not prove as much as is wanted")
    return _ask(asked, Step.PROVE, "unmet_authentication_requirements", "more proof is needed than prompt=none allows")


def _is_the_one(asked: Asked, standing: Standing, terms: Terms) -> bool:
    """A hint that we cannot read may be older than our keys; it is let be where the person can still be asked."""
    if asked.wanted_subject and asked.wanted_subject != standing.subject:
        return False
    if terms.hinted is None:
        return asked.may_ask
    return terms.hinted in {"", standing.subject}


def _is_old(asked: Asked, standing: Standing, now: float) -> bool:
    if asked.prompt & {"login", "select_account"}:
        return True
    return asked.max_age is not None and now - standing.proved_at > asked.max_age


def _ask(asked: Asked, step: Step, error: str, text: str) -> Step:
    if not asked.may_ask:
        raise Refused(error, text)
    return step
