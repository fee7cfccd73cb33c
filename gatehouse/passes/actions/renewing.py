"""Marked passes are looked at: those that now say something else get a new version, and their phones are to hear of it."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from gatehouse.core import claims, clock
from gatehouse.core.events import publish
from gatehouse.passes.actions.google import mark_google
from gatehouse.passes.actions.issuing import next_tag
from gatehouse.passes.blueprint import Content, changed_keys
from gatehouse.passes.events import PassesRenewed
from gatehouse.passes.models import Design, DesignVersion, Device, Pass, Renewal
from gatehouse.passes.queries import content_of
from gatehouse.people.models import Organisation
from gatehouse.people.queries import organisation

log = logging.getLogger(__name__)

AT_ONCE = 500
A_SECOND = timedelta(seconds=1)
NEW_LOOK = ".design"


@dataclass(frozen=True)
class Change:
    """What a pass is to say from now on, in which version of its design, and which keys of it differ."""

    card: Pass
    look: DesignVersion
    content: dict[str, Any]
    keys: list[str]


@transaction.atomic
def renew_stale(*, at_most: int = AT_ONCE) -> int:
    """Look at so many marked passes, those marked first; return how many there were.

    The rows are held before their facts are read, so whoever changes a fact from then on waits with the new mark until
    this one is cleared. Rows that somebody else holds are passed over.
    """
    marked = Pass.objects.filter(stale_since__isnull=False).order_by("stale_since")
    free = marked.select_for_update(skip_locked=True, no_key=True)
    held = list(free.values_list("pk", flat=True)[:at_most])
    if held:
        renew(held)
    return len(held)


def renew(held: Collection[int]) -> int:
    """Within the caller's transaction, which holds these rows; return how many have a new version.

    A pass whose content can't be made keeps its old one, with the reason in `fault`; it stands in nobody's way.
    """
    host = organisation()
    changes, faults = list[Change](), list[Pass]()
    for card in _with_facts(held):
        try:
            change = _change(card, host)
        except Exception as error:  # noqa: BLE001  whatever one pass has, its neighbours are renewed
            log.warning("a pass could not be renewed", extra={"fields": {"serial": card.serial}})
            card.fault = f"{type(error).__name__}: {error}"[:300]
            faults.append(card)
        else:
            changes += [change] if change else []
    Pass.objects.filter(pk__in=held).update(stale_since=None, fault="")
    Pass.objects.bulk_update(faults, ["fault"])
    if changes:
        _write(changes)
        publish(PassesRenewed(len(changes)))
    return len(changes)


def _with_facts(held: Collection[int]) -> list[Pass]:
    """With one object for each version of a design, whose blueprint is parsed once."""
    theirs = Pass.objects.filter(pk__in=held).select_related("membership__person", "person")
    cards = list(theirs.defer("sealed_token").order_by("pk"))
    designs = Design.objects.select_related("published").in_bulk({card.design_id for card in cards})
    versions = DesignVersion.objects.in_bulk({card.design_version_id for card in cards})
    for card in cards:
        card.design, card.design_version = designs[card.design_id], versions[card.design_version_id]
    return cards


def _change(card: Pass, host: Organisation) -> Change | None:
    version = card.design.published
    assert version, "no pass without a published design"
    after = content_of(card, version, host=host)
    keys = changed_keys(Content(**card.content), after)
    if version.content != card.design_version.content:
        keys.append(NEW_LOOK)
    return Change(card, version, after.as_json(), keys) if keys else None


def _write(changes: list[Change]) -> None:
    """One tag for all; in this order, for everybody takes the tag before a device (two waiting in a circle never end)."""
    now = clock.now()
    _rewrite(changes, next_tag(), now)
    Renewal.objects.bulk_create(
        Renewal(card=change.card, version=change.card.version + 1, changed=change.keys, made_at=now)
        for change in changes
    )
    _tell([change.card for change in changes])


def _rewrite(changes: list[Change], tag: int, now: datetime) -> None:
    """One prepared statement for all rows: `bulk_update`, which writes a CASE for each, took four times as long."""
    table, content = Pass._meta.db_table, Pass._meta.get_field("content")  # noqa: SLF001  Django's documented name
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (
            content.get_db_prep_save(change.content, connection),
            change.look.pk,
            adapt(_moment(change.card, now)),
            tag,
            change.card.pk,
        )
        for change in changes
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET content = %s, design_version_id = %s, modified_at = %s, tag = %s,"  # noqa: S608  ours
            " version = version + 1 WHERE id = %s",
            rows,
        )


def _moment(card: Pass, now: datetime) -> datetime:
    """This second; or, where the last version is of it too, the one after that: Wallet knows versions by seconds."""
    return max(now.replace(microsecond=0), card.modified_at.replace(microsecond=0) + A_SECOND)


def _tell(cards: list[Pass]) -> None:
    """Mark the wallets that hold these passes: sweeps push to Apple's and write to Google."""
    now = clock.now()
    holding = Device.objects.filter(registrations__card__in=cards, push_token__isnull=False).order_by("pk")
    devices = sorted(set(holding.values_list("pk", flat=True)))
    waiting = Device.objects.filter(pk__in=devices)
    list(waiting.order_by("pk").select_for_update(no_key=True).values_list("pk"))  # held in one order by everybody
    waiting.update(push_since=now, **claims.anew(now))
    mark_google([card.pk for card in cards])
