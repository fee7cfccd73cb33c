"""Cards go out by letter: to many in words that staff wrote, to one who asks for a new link."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _, gettext_noop, ngettext

from gatehouse.core import claims, clock, limits
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.mail.models import Letter, MessageClass, Run
from gatehouse.passes import holding, letter_text, policies, queries
from gatehouse.passes.events import MailingAsked
from gatehouse.passes.models import Design, Mailing, Pass
from gatehouse.passes.queries import sending
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Person

TEMPLATE = "passes/letters/card"
SUBJECT = gettext_noop("Your card: {card}")
TEXT = gettext_noop("""Hello {name},

Here is your card: {card}. Open this letter on your phone and press the button: from there the card goes into the phone's wallet. It keeps itself up to date, so nothing has to be done when your membership changes.

Without a wallet, show the card from the page behind the button, or print it.""")

MAILING_LEASE = timedelta(minutes=5)
AT_ONCE = 2000
DRAFTS_LIVE = timedelta(days=7)
LINKS_A_DAY = limits.Limit("passes.links", 3, timedelta(days=1))
LINKS_OF_A_NETWORK = limits.Limit("passes.links.network", 30, timedelta(hours=12))
NEVER_LEFT = (Letter.State.FAILED, Letter.State.SUPPRESSED)


@dataclass(frozen=True)
class Words:
    """What one letter says: kept with it, so that it can be written again."""

    subject: str
    paragraphs: list[list[str]]
    serial: str
    card: str
    number: str


def begin_mailing(
    *, actor: Person | None, design: Design | None = None, cards: QuerySet[Pass] | None = None
) -> Mailing:
    """A draft: for all cards of a design, or for these; where each of these was sent before, it is to be sent again.

    Drafts that nobody came back to are forgotten.
    """
    _may(actor)
    Mailing.objects.filter(asked_at=None, begun_at__lt=clock.now() - DRAFTS_LIVE).delete()
    chosen = [] if design else list((cards if cards is not None else Pass.objects.none()).values_list("pk", flat=True))
    if not (design or chosen):
        raise Refused(_("No card was chosen."))
    last = sending.last_words(design)
    words = {"subject": last.subject, "text": last.text} if last else {}
    is_again = not (design or Pass.objects.filter(pk__in=chosen, sent_at=None).exists())
    return Mailing.objects.create(design=design, chosen=chosen, asker=actor, is_again=is_again, **words)


def write_mailing(*, mailing: Mailing, actor: Person | None, subject: str, text: str, is_again: bool) -> Mailing:
    """Keep the words. Those we offered, left as they were, are kept as none: then each reads them in their language.

    Raises `Refused` for a placeholder that nobody knows, and once the letters were asked for.
    """
    _may(actor)
    if unknown := letter_text.unknown(f"{subject} {text}"):
        raise Refused(
            _("“{%(name)s}” stands for nothing. There are {name}, {card} and {number}.") % {"name": unknown[0]}
        )
    own = {"subject": "" if _is_ours(subject, SUBJECT) else subject, "text": "" if _is_ours(text, TEXT) else text}
    if not Mailing.objects.filter(pk=mailing.pk, asked_at=None).update(**own, is_again=is_again):
        raise Refused(_("These cards are on their way already."))
    mailing.refresh_from_db()
    return mailing


@transaction.atomic
def send_passes(*, mailing: Mailing, actor: Person | None) -> Mailing:
    """Ask for the letters: a sweep makes them soon after the commit. Raises `Refused` when there is nobody to write to."""
    _may(actor)
    number, missing = sending.to_send(mailing).count(), sending.without_address(mailing).count()
    if not number:
        raise Refused(_("There is nobody to write to: all were sent theirs, or have no address."))
    now = clock.now()
    asked = {"asked_at": now, "asker": actor, "number": number, "without_address": missing, **claims.anew(now)}
    if not Mailing.objects.filter(pk=mailing.pk, asked_at=None).update(**asked):
        raise Refused(_("These cards are on their way already."))
    mailing.refresh_from_db()
    subject = ngettext("%(count)d card", "%(count)d cards", number) % {"count": number}
    journal.record(actor=actor, verb="passes.sent", subject=subject, subject_id=f"mailing {mailing.pk}")
    publish(MailingAsked(mailing.pk))
    return mailing


@transaction.atomic
def post_some(*, mailing: Mailing, at_most: int = AT_ONCE) -> int:
    """Make so many of its letters and mark their cards as sent; return how many, 0 when the last was made before.

    For the holder of the claim, who calls it until nothing is left: steps of a second, as SQLite has one writer.
    """
    cards = list(sending.unposted(mailing)[:at_most])
    if not cards:
        _hold(mailing, claim=None, posted_at=clock.now())
        return 0
    run = mail.post_many(
        name=_("Cards: %(design)s") % {"design": mailing.design or _("a selection")},
        to=(_recipient(mailing, card) for card in cards),
        template=TEMPLATE,
        message_class=MessageClass.PERSONAL,
        credential=True,
        run=mailing.run,
        actor=mailing.asker,
    )
    _hold(mailing, run=run, not_before=clock.now() + MAILING_LEASE)
    _mark_sent(run, cards)
    return len(cards)


class Taken(RuntimeError):
    """Somebody else makes these letters now."""


def give_up_mailing(*, mailing: Mailing) -> None:
    claims.settle(mailing, fault="the letters could not be made")


@transaction.atomic
def send_new_link(*, serial: str) -> bool:
    """A letter with a new link to the address we know, for whoever holds an old one; False when none was sent.

    The caller tells nobody which it was. Goes to the card's holder as stored, and to nobody else.
    """
    card = queries.successor_of(serial)
    if card is None or card.holder is None or not card.holder.email or card.content.get("is_void"):
        return False
    if not limits.allow(LINKS_A_DAY, card.serial):
        return False
    words = asdict(_words(card, Mailing(), card.holder.language or translation.get_language() or ""))
    try:
        letter = mail.post(to=card.holder, template=TEMPLATE, context=words, credential=True)
    except mail.AddressUnusable:
        return False
    Pass.objects.filter(pk=card.pk).update(sent_at=clock.now(), letter=letter)
    return True


def preview(mailing: Mailing, card: Pass) -> Words:
    """What the holder of this card would read, in their language."""
    holder = card.holder
    return _words(card, mailing, (holder.language if holder else "") or settings.LANGUAGE_CODE)


def offered() -> dict[str, str]:
    """Our own words, in the language that is active."""
    return {"subject": _(SUBJECT), "text": _(TEXT)}


def _hold(mailing: Mailing, **changed: Any) -> None:
    if not claims.settle(mailing, **{"claim": mailing.claim, **changed}):
        raise Taken
    for name, value in changed.items():
        setattr(mailing, name, value)


def _recipient(mailing: Mailing, card: Pass) -> mail.Recipient:
    person = card.holder
    assert person
    language = person.language or settings.LANGUAGE_CODE
    return mail.Recipient(
        key=sending.key_of(card.serial),
        address=person.email or "",
        name=_name(person),
        person=person,
        language=language,
        values=asdict(_words(card, mailing, language)),
    )


def _words(card: Pass, mailing: Mailing, language: str) -> Words:
    with translation.override(language):
        title, number = holding.title_of(card), holding.held(card).number
        ours = offered()
    values = {"name": _name(card.holder), "card": title, "number": number}
    subject = letter_text.filled(mailing.subject or ours["subject"], values).replace("\n", " ")
    text = letter_text.filled(mailing.text or ours["text"], values)
    return Words(subject, letter_text.paragraphs(text), card.serial, title, number)


def _mark_sent(run: Run, cards: list[Pass]) -> None:
    """Those whose letter was refused at once, or is on the stop list, were not sent anything."""
    posted = sending.letters_of(run).exclude(state__in=NEVER_LEFT)
    written = Pass.objects.filter(Exists(posted), pk__in=[card.pk for card in cards])
    written.update(sent_at=clock.now(), letter=Subquery(posted.values("pk")[:1]))


def _name(person: Person | None) -> str:
    """No name is better than an address in its place."""
    has_name = person and (person.given_name or person.family_name or person.preferred_name)
    return person.name[:200] if person and has_name else ""


def _is_ours(text: str, ours: str) -> bool:
    return not text.strip() or text.split() == _(ours).split()


def _may(actor: Person | None) -> None:
    if not policies.can_send(actor):
        raise PermissionDenied
