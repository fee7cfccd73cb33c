"""Who is written to about their card, and what became of the letters."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from gatehouse.mail.models import STANDINGS, Letter, Run
from gatehouse.passes.models import Design, Mailing, Pass

HAS_ADDRESS = Q(membership__person__email__gt="") | Q(person__email__gt="")
STANDING = ("waiting", "sending", "sent", "refused", "stopped", "held")


def to_send(mailing: Mailing) -> QuerySet[Pass]:
    """The cards this mailing writes about: their holders have an address, and it is the stored one that counts."""
    cards = with_address(_of(mailing))
    return cards if mailing.is_again else cards.filter(sent_at=None)


def unposted(mailing: Mailing) -> QuerySet[Pass]:
    """Those that have no letter in its run yet, with all that a letter says of them."""
    cards = to_send(mailing).select_related("design", "design_version", "membership__person", "person")
    if mailing.run_id:
        cards = cards.exclude(Exists(letters_of(mailing.run_id)))
    return cards.order_by("pk")


def letters_of(run: Run | int) -> QuerySet[Letter]:
    """The letter of each pass in this run: for a question about passes."""
    return Letter.objects.filter(run=run, recipient=Concat(Value(key_of("")), OuterRef("serial"))).order_by("pk")


def key_of(serial: str) -> str:
    """How letters of a run name the card they are about."""
    return f"pass:{serial}"


def sent_before(mailing: Mailing) -> QuerySet[Pass]:
    return with_address(_of(mailing)).filter(sent_at__isnull=False)


def not_sent_yet(mailing: Mailing) -> QuerySet[Pass]:
    return with_address(_of(mailing)).filter(sent_at=None)


def without_address(mailing: Mailing) -> QuerySet[Pass]:
    return _of(mailing).exclude(HAS_ADDRESS)


def not_good(mailing: Mailing) -> QuerySet[Pass]:
    """Stopped cards, and those of memberships that are over: they are never sent."""
    return _named(mailing).filter(Q(voided_at__isnull=False) | ~Q(content__is_void=False))


def with_address(cards: QuerySet[Pass]) -> QuerySet[Pass]:
    return cards.filter(HAS_ADDRESS)


def good(cards: QuerySet[Pass]) -> QuerySet[Pass]:
    return cards.filter(voided_at=None, content__is_void=False)


def numbers_by_design() -> list[tuple[Design, int, int]]:
    """Published designs, each with how many of its cards were not sent yet, and how many there are to send."""
    live = Q(passes__voided_at=None, passes__content__is_void=False)
    designs = Design.objects.filter(published__isnull=False, archived_at=None).exclude(subject=Design.Subject.NOBODY)
    counted = designs.annotate(
        unsent=Count("passes", filter=live & Q(passes__sent_at=None)), live=Count("passes", filter=live)
    )
    return [(design, design.unsent, design.live) for design in counted.order_by("name")]


def asked() -> QuerySet[Mailing]:
    """Mailings whose letters are not made yet."""
    return Mailing.objects.filter(asked_at__isnull=False, posted_at=None, fault="")


def last_words(design: Design | None) -> Mailing | None:
    """The mailing whose words are offered again: the last one asked for with this design, or with any."""
    asked = Mailing.objects.filter(asked_at__isnull=False).order_by("-asked_at", "-pk")
    return (asked.filter(design=design).first() if design else None) or asked.first()


def fates(mailing: Mailing) -> dict[str, int]:
    """How many of its letters stand how; "" is all of them."""
    by_state: Iterable[tuple[str, int]] = (
        Letter.objects.filter(run=mailing.run_id).order_by().values_list("state").annotate(n=Count("pk"))
        if mailing.run_id
        else ()
    )
    told = dict.fromkeys(STANDING, 0)
    for state, n in by_state:
        name = STANDINGS.get(state, state)
        told[name] = told.get(name, 0) + n
    return {"": sum(told.values()), **told}


def _of(mailing: Mailing) -> QuerySet[Pass]:
    cards = good(_named(mailing))
    return cards.filter(issued_at__lte=mailing.asked_at) if mailing.asked_at else cards


def _named(mailing: Mailing) -> QuerySet[Pass]:
    if mailing.design_id:
        return Pass.objects.filter(design=mailing.design_id)
    return Pass.objects.filter(pk__in=mailing.chosen)
