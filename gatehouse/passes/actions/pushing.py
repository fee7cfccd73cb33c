"""Phones are told that there is something new to fetch: marked devices are taken, pushed and settled in batches."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from gatehouse.core import claims, clock
from gatehouse.journal import actions as journal
from gatehouse.passes import queries, ways
from gatehouse.passes.models import Certificate, Device
from gatehouse.passes.pushes import (
    DEAD_TOKEN,
    STEPS_OF_5XX,
    Fate,
    Outcome,
    Pushes,
    TopicRefused,
    Trouble,
    fate,
    fates,
)

BATCH, PROBE = 1000, 1
ENOUGH = 5  # refusals of us
LEASE = timedelta(minutes=5)  # longer than the adapter's own limits let a batch last
TRIES = 12  # some two days
REFUSED_AGAIN = timedelta(minutes=15)
UNREACHED_AGAIN = (timedelta(seconds=30), timedelta(minutes=5))  # at first, at most: as long again as it lasts already


@dataclass
class Tally:
    """What one round did. `failed` were refused for good; what was put off still waits."""

    taken: int = 0
    accepted: int = 0
    failed: int = 0


class Settlement(NamedTuple):
    """What a device becomes, and why; those with the same are written at once. No fate: it was not asked after all."""

    fate: Fate | None
    status: int = 0
    reason: str = ""
    attempts: int = 0


def push_waiting(*, at_most: int = 20_000) -> int:
    """Push to so many due devices, over one connection a pass type; return how many Apple accepted."""
    return push_due(at_most=at_most).accepted


def push_due(*, at_most: int) -> Tally:
    """As `push_waiting`. No transaction is open while we push; who dies meanwhile leaves the rest to the next sweep.

    Where Apple refuses us, or can't be reached, the devices keep their marks, staff read why, and we try again with one
    device before all others.
    """
    tally = Tally()
    for certificate in queries.pushing_certificates():
        _push_type(certificate, tally, at_most)
    return tally


def _push_type(certificate: Certificate, tally: Tally, at_most: int) -> None:
    due = queries.waiting_to_be_pushed().filter(pass_type_id=certificate.pass_type_id)
    size = PROBE if certificate.push_trouble else BATCH
    if not (taken := _take(due, min(size, at_most - tally.taken))):
        return
    try:
        way = ways.open_pushes(certificate)
    except Trouble as closed:
        _settle(taken, [])
        note_trouble(certificate=certificate, trouble=closed)
        return
    with closing(way):
        while taken:
            tally.taken += len(taken)
            if trouble := _push(way, taken, tally):
                note_trouble(certificate=certificate, trouble=trouble)
                return
            note_recovery(certificate=certificate)
            taken = _take(due, min(BATCH, at_most - tally.taken))


def _take(due: Any, at_most: int) -> list[Device]:
    return claims.take_many(due, lease=LEASE, at_most=at_most) if at_most > 0 else []


def _push(way: Pushes, taken: list[Device], tally: Tally) -> Trouble | None:
    """Ask and settle; give what keeps us from going on."""
    outcomes, trouble = list[Outcome](), None
    try:
        for outcome in way.push(_tokens(taken, outcomes)):
            outcomes.append(outcome)
    except Trouble as error:
        trouble = error
    sorted_out = fates(outcomes)
    if refusals := sorted_out.pop(Fate.TROUBLE):
        trouble = TopicRefused(str(refusals[0]))
    settled = _settle(taken, [(kind, outcome) for kind, some in sorted_out.items() for outcome in some])
    tally.accepted += settled[Fate.ACCEPTED]
    tally.failed += settled[Fate.REFUSED] + settled[Fate.GONE]
    return trouble


def _tokens(taken: list[Device], outcomes: list[Outcome]) -> Iterator[str]:
    """One after another, unless Apple's first few answers all refuse us: it would refuse the rest as well."""
    for device in taken:
        if len(outcomes) >= ENOUGH and all(fate(outcome) is Fate.TROUBLE for outcome in outcomes[:ENOUGH]):
            return
        assert device.push_token
        yield device.push_token


@transaction.atomic
def _settle(taken: list[Device], judged: Iterable[tuple[Fate, Outcome]]) -> dict[Fate | None, int]:
    """Write what became of those that we still hold; how many of each fate.

    Held in the order in which everybody holds devices. One marked anew, or registered with another token, meanwhile
    keeps its mark and is due at once.
    """
    by_token = {outcome.token: (kind, outcome) for kind, outcome in judged}
    ours = Device.objects.filter(pk__in=[device.pk for device in taken], claim=taken[0].claim)
    asked = {device.pk: device for device in taken}
    groups = defaultdict[Settlement, list[int]](list)
    for device in ours.select_for_update().order_by("pk"):
        groups[_settlement(device, asked[device.pk], by_token)].append(device.pk)
    counts = defaultdict[Fate | None, int](int)
    for settlement, devices in groups.items():
        counts[settlement.fate] += len(devices)
        _write(settlement, devices)
    return counts


def _settlement(now: Device, asked: Device, by_token: dict[str, tuple[Fate, Outcome]]) -> Settlement:
    kind, outcome = by_token.get(asked.push_token or "", (None, None))
    if kind is None or outcome is None or now.push_token != asked.push_token:
        return Settlement(None)
    if kind is Fate.GONE and outcome.timestamp:
        kind = Fate.LATER if now.token_at > outcome.timestamp else kind  # the phone registered since, so it is there
    elif now.token_at != asked.token_at:
        return Settlement(None)
    if kind is Fate.LATER and now.attempts >= TRIES:
        kind = Fate.REFUSED
    return Settlement(kind, outcome.status, outcome.reason, now.attempts if kind is Fate.LATER else 0)


def _write(settlement: Settlement, devices: list[int]) -> None:
    rows = Device.objects.filter(pk__in=devices)
    if settlement.fate is Fate.GONE:
        rows.delete()  # and its registrations: the wallet holds none of our passes any more
    else:
        rows.update(claim=None, **_fields(settlement))


def _fields(settlement: Settlement) -> dict[str, Any]:
    now = clock.now()
    answer = str(Outcome("", settlement.status, settlement.reason))[:100]
    if settlement.fate is Fate.ACCEPTED:
        return {"push_since": None, "pushed_at": now, "failed_at": None, "answer": "", "attempts": 0}
    if settlement.fate is Fate.REFUSED:
        dead = {"push_token": None} if settlement.reason in DEAD_TOKEN else {}
        return {"push_since": None, "failed_at": now, "answer": answer, **dead}
    if settlement.fate is Fate.LATER:
        steps = STEPS_OF_5XX if settlement.status >= 500 else claims.STEPS
        return {"not_before": claims.later(settlement.attempts, steps=steps), "answer": answer}
    return {"not_before": now, "attempts": F("attempts") - 1}


@transaction.atomic
def note_trouble(*, certificate: Certificate, trouble: Trouble) -> None:
    """Keep what happened where staff see it, and when we try again; no device is at fault."""
    now = clock.now()
    is_refusal = isinstance(trouble, TopicRefused)
    since = certificate.push_trouble_since or now
    again = REFUSED_AGAIN if is_refusal else min(max(now - since, UNREACHED_AGAIN[0]), UNREACHED_AGAIN[1])
    if not certificate.push_trouble:
        _note(certificate, "pushes.refused" if is_refusal else "pushes.interrupted", answer=str(trouble))
    _record(certificate, push_trouble=str(trouble)[:300], push_trouble_since=since, push_retry_at=now + again)


@transaction.atomic
def note_recovery(*, certificate: Certificate) -> None:
    if certificate.push_trouble:
        _note(certificate, "pushes.recovered")
        _record(certificate, push_trouble="", push_trouble_since=None, push_retry_at=None)


def _record(certificate: Certificate, **fields: Any) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(**fields)
    for name, value in fields.items():
        setattr(certificate, name, value)


def _note(certificate: Certificate, verb: str, **details: str) -> None:
    name = certificate.pass_type_id
    journal.record(actor=None, verb=verb, subject=f"certificate {name}", details={"pass_type": name, **details})
