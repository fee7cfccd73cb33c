"""The signing keys as staff see them: what each is for now, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gatehouse.core import clock
from gatehouse.identity.oidc import keys
from gatehouse.identity.oidc.models import SigningKey

State = Literal["signs", "waits", "retires", "gone", "withdrawn"]


@dataclass(frozen=True)
class KeyLine:
    key: SigningKey
    state: State
    since: datetime
    until: datetime | None


def key_lines() -> list[KeyLine]:
    """Newest first within each algorithm; those that are published no more stay to be seen for a year."""
    now = clock.now()
    rows = list(SigningKey.objects.order_by("algorithm", "-signs_from"))
    shown = {row.kid for row in keys.published(rows, now, kept_after=SigningKey.KEPT_AFTER)}
    signing = {row.kid for name in keys.ALGORITHMS if (row := keys.signer(rows, name, now))}
    return [_line(row, now, row.kid in shown, row.kid in signing) for row in rows]


def _line(row: SigningKey, now: datetime, is_published: bool, is_signing: bool) -> KeyLine:
    if row.withdrawn_at:
        return KeyLine(row, "withdrawn", row.withdrawn_at, None)
    if is_signing:
        return KeyLine(row, "signs", row.signs_from, row.signs_until)
    if row.signs_from > now:
        return KeyLine(row, "waits", row.made_at, row.signs_from)
    if is_published:
        return KeyLine(row, "retires", row.signs_until, row.signs_until + SigningKey.KEPT_AFTER)
    return KeyLine(row, "gone", row.signs_until, None)
