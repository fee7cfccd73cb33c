"""Telling Google Wallet what changed: marked rows are claimed, told by REST, and settled."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from gatehouse.core import claims, clock, sealing
from gatehouse.core.outbound import Outside
from gatehouse.passes import at_google, queries
from gatehouse.passes.adapters.google import Google, Later, NotLetIn, Refused as RefusedByGoogle
from gatehouse.passes.models import GoogleAccount, GoogleClass, GoogleObject
from gatehouse.passes.refusals import NotNow, Refused

LEASE = timedelta(minutes=2)
TRIES = 10  # over some 25 hours, see claims.later
PATIENCE = 3  # rows in a row that Google puts off; then all of them wait
NOT_LET_IN = timedelta(minutes=15)

Row = GoogleClass | GoogleObject


def tell_waiting(*, at_most: int = 200) -> int:
    """Tell Google what is marked, classes before objects; return how many rows it took. No transaction is open meanwhile.

    If we die after Google's yes and before writing it down, it is told the same again, which changes nothing there.
    """
    account = queries.google_account()
    if account is None or not queries.has_to_tell():
        return 0
    now = clock.now()
    queries.classes_outdated().update(tell_since=now, **claims.anew(now))
    with Outside(may_be_private=True, tries=1) as outside:
        try:
            return _Turn(at_google.conversation(account, outside)).run(at_most)
        except sealing.SealBroken:
            note_answer("The key can't be opened with this portal's own key.")
            return 0


class _Turn:
    """One run of the sweep: it ends early when Google asks for patience, or does not let us in."""

    def __init__(self, google: Google) -> None:
        self.google, self.told, self.put_off, self.is_over = google, 0, 0, False

    def run(self, at_most: int) -> int:
        for one in claims.take(queries.classes_to_tell(), lease=LEASE, at_most=at_most):
            if self.tell(one):
                return self.told
        for row in claims.take(queries.objects_to_tell(), lease=LEASE, at_most=at_most):
            if self.tell(row):
                return self.told
        if self.told:
            note_answer("")
        return self.told

    def tell(self, row: Row) -> bool:
        """Tell one row and settle it; True when the run is over."""
        try:
            outcome = _tell(row, self.google)
        except NotLetIn as error:
            note_answer(str(error))
            claims.settle(row, attempts=row.attempts - 1, not_before=clock.now() + NOT_LET_IN)
            self.is_over = True
        except Later as error:
            _put_off(row, str(error))
            self.put_off += 1
            self.is_over = self.put_off >= PATIENCE
        except RefusedByGoogle as error:
            _fail(row, str(error))
        else:
            self.told += claims.settle(row, **outcome)
            self.put_off = 0
        return self.is_over


def tell_now(row: GoogleObject, of_design: GoogleClass, account: GoogleAccount) -> None:
    """Tell this pass, and its class if need be, while somebody waits for it. Raises `Refused` and `NotNow`."""
    with Outside(may_be_private=True, seconds=5, tries=1) as outside:
        google = at_google.conversation(account, outside)
        try:
            if of_design.told_version is None:
                _tell_one(of_design, google)
            _tell_one(row, google)
        except RefusedByGoogle as error:
            raise Refused(_("Google Wallet does not take this card: %(why)s") % {"why": error}) from error
        except NotLetIn as error:
            note_answer(str(error))
            raise NotNow(str(error)) from error
        except Later as error:
            raise NotNow(str(error)) from error


def note_answer(answer: str) -> None:
    """What Google said of our account; "" when it let us in."""
    GoogleAccount.objects.update(tried_at=clock.now(), answer=answer[:300])


def _tell_one(row: Row, google: Google) -> None:
    """Under a claim where it is free, so that a sweep does not tell it too; if a sweep has it, both say the same."""
    waiting: Any = type(row)._default_manager.filter(pk=row.pk)  # noqa: SLF001  Django's documented name
    for mine in claims.take(waiting, lease=LEASE, at_most=1):
        try:
            outcome = _tell(mine, google)
        except (Later, NotLetIn) as error:
            _put_off(mine, str(error))
            raise
        except RefusedByGoogle as error:
            _fail(mine, str(error))
            raise
        claims.settle(mine, **outcome)
        return
    _tell(row, google)


def _tell(row: Row, google: Google) -> dict[str, Any]:
    """Say it, and give what is to be written down when Google took it."""
    now = clock.now()
    done: dict[str, Any] = {"tell_since": None, "failed_at": None, "answer": "", "attempts": 0}
    if isinstance(row, GoogleClass):
        assert row.design.published
        google.put("genericClass", at_google.class_of(row), is_there=row.told_version is not None)
        return done | {"told_version": row.design.published.number}
    of_design = GoogleClass.objects.get(design=row.card.design_id)
    said = at_google.object_of(row, of_design.class_id, now)
    google.put("genericObject", said, is_there=row.told_at is not None or row.saved_at is not None)
    return done | {"told_version": row.card.version, "told_at": now}


def _put_off(row: Row, answer: str) -> None:
    if row.attempts >= TRIES:
        _fail(row, answer)
    else:
        claims.settle(row, not_before=claims.later(row.attempts), answer=answer[:300])


def _fail(row: Row, answer: str) -> None:
    claims.settle(row, tell_since=None, failed_at=clock.now(), answer=answer[:300])
