"""The way in begins: a flow is written, a letter goes out, and this browser is told how to prove itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.identity import codes, queries, rates, tokens
from gatehouse.identity.events import CodeAsked
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import NobodyThere
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Person

Purpose = SignInFlow.Purpose


@dataclass(frozen=True)
class Asked:
    """The flow, and the token that only this browser gets, as a cookie."""

    flow: SignInFlow
    token: tokens.Token


def ask_code(*, email: str, next_path: str = "", browser: str = "", known_to: frozenset[str] = frozenset()) -> Asked:
    """Send a code and a link, if somebody has this address; whoever asks cannot tell, from answer or time.

    `browser` is a browser's own name, and `known_to` are the people who signed in with it before; see `rates`.
    Raises `TooOften`.
    """
    email = normal_email(email)
    person = queries.person_at(email)
    is_known = person is not None and person.pk.hex in known_to
    rates.spend_code(email=email, browser=browser if is_known else "")
    return _begin(Purpose.SIGN_IN, email=email, person=person, to=person, next_path=next_path)


def ask_new_address(*, person: Person, email: str) -> Asked:
    """Send a code to the address this person wants to use from now on; when it is another's, nothing is sent.

    Raises `TooOften`.
    """
    email = normal_email(email)
    rates.spend_code(email=email)
    is_free = not Person.objects.filter(email=email).exists()
    return _begin(Purpose.NEW_ADDRESS, email=email, person=person, to=email if is_free else None)


def issue_link(*, email: str, actor: Person | None) -> str:
    """An address that signs this person in, in any browser, once, within ten minutes; raises `NobodyThere`."""
    person = queries.person_at(email)
    if person is None:
        raise NobodyThere(email)
    flow_id = uuid4()
    link = tokens.new(flow_id)
    with transaction.atomic():
        SignInFlow.objects.create(
            id=flow_id,
            purpose=Purpose.LINK,
            person=person,
            email=person.email or "",
            link_hash=link.digest,
            expires_at=clock.now() + SignInFlow.LIFETIME,
        )
        journal.record(actor=actor, verb="link.issued", subject=person.name, subject_id=person.pk)
    return _url(link)


def _begin(
    purpose: SignInFlow.Purpose, *, email: str, person: Person | None, to: Person | str | None, next_path: str = ""
) -> Asked:
    flow_id, code = uuid4(), codes.new()
    browser, link = tokens.new(flow_id), tokens.new(flow_id)
    code_hash = codes.hashed(code, flow_id=flow_id)  # before the transaction: it takes a while
    with transaction.atomic():
        flow = SignInFlow.objects.create(
            id=flow_id,
            purpose=purpose,
            person=person,
            email=email,
            code_hash=code_hash,
            link_hash=link.digest,
            browser_hash=browser.digest,
            next_path=next_path,
            expires_at=clock.now() + SignInFlow.LIFETIME,
        )
        _write_letter(flow, code, link, to)
        publish(CodeAsked(flow_id))
    return Asked(flow, browser)


def _write_letter(flow: SignInFlow, code: str, link: tokens.Token, to: Person | str | None) -> None:
    """For nobody, the same letter is written and taken back, so that time does not tell who is known."""
    is_move = flow.purpose == Purpose.NEW_ADDRESS
    context = {"code": code, "until": _wall_clock(flow.expires_at), "link": "" if is_move else _url(link)}
    template = "identity/letters/new_address" if is_move else "identity/letters/code"
    with transaction.atomic():
        mail.post(to=to or flow.email, template=template, context=context, credential=True)
        if to is None:
            transaction.set_rollback(True)


def _wall_clock(at: datetime) -> str:
    return formats.time_format(timezone.localtime(at), "H:i")


def _url(link: tokens.Token) -> str:
    return settings.BASE_URL + reverse("identity:link", args=[link])
