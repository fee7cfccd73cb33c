"""Questions about many passes: which match, how many are in which state, what a file of them says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gatehouse.core import clock
from gatehouse.passes import codes
from gatehouse.passes.models import Design, GoogleObject, Pass, Registration
from gatehouse.passes.queries.google import google_failures
from gatehouse.passes.queries.scanning import with_holder
from gatehouse.people.models import Membership, Person
from gatehouse.people.queries.words import holds, words_of

VALID, EARLY, EXPIRED, STOPPED = "valid", "early", "expired", "stopped"
NOT_SENT, NOT_ON_PHONE, FAILED = "not-sent", "not-on-a-phone", "failed"
STATES: Final = (VALID, EARLY, EXPIRED, STOPPED, NOT_SENT, NOT_ON_PHONE, FAILED)
NEWEST = "newest"
ORDERS: Final = {
    NEWEST: ("-pk",),
    "name": ("held_by", "pk"),
    "updated": ("-modified_at", "-pk"),
    "sent": (F("sent_at").desc(nulls_last=True), "-pk"),
    "scanned": (F("scanned_at").desc(nulls_last=True), "-pk"),
}


@dataclass(frozen=True)
class WantedCards:
    """What the list of passes is narrowed to; a blank does not narrow."""

    q: str = ""
    state: str = ""
    design: str = ""
    sort: str = NEWEST


def cards(wanted: WantedCards) -> QuerySet[Pass]:
    """Those that match, in order; unknown states and orders are as if nothing were said."""
    rows = _matching(wanted)
    if wanted.state in STATES:
        rows = rows.filter(in_state(wanted.state))
    if wanted.sort == "name":
        family = Coalesce("membership__person__family_name", "person__family_name", "code", "serial")
        rows = rows.annotate(held_by=family)
    return rows.order_by(*ORDERS.get(wanted.sort, ORDERS[NEWEST]))


def card_counts(wanted: WantedCards) -> dict[str, int]:
    """How many of each state match the rest of what is wanted; "" is all of them. States overlap."""
    rows = _matching(replace(wanted, state="")).order_by()
    named = {state.replace("-", "_"): state for state in STATES}
    asked = {name: Count("pk", filter=in_state(state)) for name, state in named.items()}
    told = rows.aggregate(all=Count("pk"), **asked)
    return {"": told["all"], **{state: told[name] for name, state in named.items()}}


def listed_cards(rows: QuerySet[Pass]) -> QuerySet[Pass]:
    """With what a line shows: holder, design, and since when a phone has it; in the same query."""
    apple = Registration.objects.filter(card=OuterRef("pk"), device__push_token__isnull=False)
    google = GoogleObject.objects.filter(card=OuterRef("pk"), saved_at__isnull=False, removed_at=None)
    since = Coalesce(
        Subquery(apple.order_by("-registered_at").values("registered_at")[:1]), Subquery(google.values("saved_at")[:1])
    )
    return with_holder(rows).annotate(on_phone_since=since).defer("sealed_token")


def page_of_cards(rows: Iterable[Pass]) -> list[Pass]:
    """As `listed_cards`, of few rows in their order: what a line shows is asked for these alone, not before they are sorted."""
    wanted = [card.pk for card in rows]
    found = listed_cards(Pass.objects.filter(pk__in=wanted)).in_bulk()
    return [found[pk] for pk in wanted if pk in found]


def in_state(state: str) -> Q:
    """As SQL says what `verdict` says of one; what is expired, not begun or stopped is so for one reason each."""
    live = Q(voided_at=None)
    if state == STOPPED:
        return ~live | _is_gone()
    if state in {VALID, EARLY, EXPIRED}:
        return live & ~_is_gone() & _by_membership(state)
    if state == NOT_SENT:
        return live & Q(sent_at=None)
    return live & ~on_phone() if state == NOT_ON_PHONE else live & _has_failed()


def on_phone() -> Q:
    """A wallet that can be told of changes has it: Apple's by a live token, or Google's."""
    apple = Registration.objects.filter(card=OuterRef("pk"), device__push_token__isnull=False)
    google = GoogleObject.objects.filter(card=OuterRef("pk"), saved_at__isnull=False, removed_at=None)
    return Q(Exists(apple)) | Q(Exists(google))


def has_failed_push() -> Q:
    """Named by the wallets that failed, for they are few."""
    apple = Registration.objects.filter(device__failed_at__isnull=False).values("card")
    return Q(pk__in=apple) | Q(pk__in=google_failures().order_by().values("card"))


def phones_of(card: Pass) -> list[Registration]:
    """Apple wallets that hold it; neither their ids nor their tokens are read."""
    theirs = card.registrations.select_related("device").order_by("registered_at")
    return list(theirs.defer("device__push_token", "device__library_id"))


def designs_in_use() -> QuerySet[Design]:
    return Design.objects.filter(published__isnull=False, archived_at=None).select_related("published").order_by("name")


def designs_with_cards() -> list[tuple[int, str]]:
    return list(
        Design.objects.filter(Exists(Pass.objects.filter(design=OuterRef("pk"))))
        .order_by("name")
        .values_list("pk", "name")
    )


def all_cards_of(person: Person) -> list[Pass]:
    """With any of this person's memberships or of the person; live ones first, the newest first."""
    theirs = Pass.objects.filter(Q(membership__person=person) | Q(person=person))
    return list(listed_cards(theirs).order_by(F("voided_at").desc(nulls_first=True), "-pk"))


def _has_failed() -> Q:
    return ~Q(fault="") | has_failed_push()


def _is_gone() -> Q:
    """Suspended, ended, left, or on record no more."""
    now = clock.now()
    closed = (Membership.Status.SUSPENDED, Membership.Status.ENDED)
    left = Q(membership__person__left_at__lte=now) | Q(person__left_at__lte=now)
    orphan = Q(membership=None, person=None) & ~Q(design__subject=Design.Subject.NOBODY)
    return Q(membership__isnull=False, membership__status__in=closed) | left | orphan


def _by_membership(state: str) -> Q:
    today = clock.today()
    is_over = ~Q(membership__status=Membership.Status.ACTIVE) | Q(membership__expires_on__lt=today)
    held, is_early = Q(membership__isnull=False), Q(membership__valid_from__gt=today)
    if state == EXPIRED:
        return held & is_over
    return held & ~is_over & is_early if state == EARLY else ~held | (held & ~is_over & ~is_early)


def _matching(wanted: WantedCards) -> QuerySet[Pass]:
    rows = Pass.objects.all()
    if wanted.design.isdecimal() and len(wanted.design) < 19:
        rows = rows.filter(design=int(wanted.design))
    for word in words_of(wanted.q):
        rows = rows.filter(_holds(word))
    return rows


def _holds(word: str) -> Q:
    """Name, address or number of its holder; its own name, code or serial."""
    people = Person.objects.filter(holds(word))
    spelt = {word, codes.grouped(word)} - {""}
    printed = reduce(or_, (Q(code__icontains=one) for one in spelt), Q(own__name__icontains=word))
    theirs = Q(person__in=people) | Q(membership__in=Membership.objects.filter(person__in=people))
    return theirs | Q(membership__number__icontains=word) | printed | Q(serial=word.upper())
