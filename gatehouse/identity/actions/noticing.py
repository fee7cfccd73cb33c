"""A sign-in from a new browser or network: its person gets a letter, with a link that ends it."""

from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import pgettext

from gatehouse.core import clock, origin
from gatehouse.core.events import publish
from gatehouse.identity import agents, notices
from gatehouse.identity.actions.sessions import end_all_sessions, end_session
from gatehouse.identity.around import around
from gatehouse.identity.events import SignInDenied
from gatehouse.identity.models import BrowserSession, KnownNetwork, TrustedBrowser, as_said
from gatehouse.mail import actions as mail
from gatehouse.people.models import Person


@transaction.atomic
def notice_sign_in(*, person: Person, session_id: UUID, is_known_browser: bool) -> bool:
    """Whether a letter was written. The first sign-in of all is no news, and moving about in one's town is none."""
    is_first = not KnownNetwork.objects.filter(person=person).exists()
    is_new_network = _remember(person, around(origin.current().address) or "unknown")
    if is_first or not person.email or (is_known_browser and not is_new_network):
        return False
    link = notices.link_for(session_id=session_id, person_id=person.pk)
    with translation.override(person.language or translation.get_language()):
        context = {**_circumstances(), "link": link}
    mail.post(to=person, template="identity/letters/new_sign_in", context=context, credential=True)
    return True


@transaction.atomic
def deny_sign_in(*, person: Person, session: BrowserSession | None, is_everywhere: bool) -> None:
    """It was not they: end this session or all of them, with what it let in, and trust no browser any more."""
    if is_everywhere:
        end_all_sessions(person=person, actor=person)
    elif session:
        end_session(session=session, actor=person)
        publish(SignInDenied(person.pk, session.began_at))
    TrustedBrowser.objects.filter(person=person).delete()


def _remember(person: Person, network: str) -> bool:
    """True when it is new."""
    now = clock.now()
    if KnownNetwork.objects.filter(person=person, network=network).update(seen_at=now):
        return False
    return KnownNetwork.objects.get_or_create(person=person, network=network, defaults={"seen_at": now})[1]


def _circumstances() -> dict[str, str]:
    here = origin.current()
    now = timezone.localtime(clock.now())
    day = formats.date_format(now, pgettext("whole date", "l j F Y"))
    when = f"{day}, {formats.date_format(now, pgettext('time', 'H:i'))}"
    return {"when": when, "browser": as_said(*agents.summary(here.agent)), "network": here.address}
