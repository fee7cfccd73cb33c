"""Questions about letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.mail.models import STANDINGS, Letter, Sending, Suppression
from gatehouse.people.addresses import is_email, normal_email

STANDING: Final = ("waiting", "sending", "sent", "refused", "stopped", "held")


@dataclass(frozen=True)
class Wanted:
    """What the list of letters is narrowed to; a blank does not narrow. `days` counts back from now, 0 is all."""

    q: str = ""
    state: str = ""
    kind: str = ""
    days: int = 0


def sending() -> Sending:
    """Whether letters go out: the one row, or an unsaved one that says all is well."""
    return Sending.objects.first() or Sending(pk=1)


def due() -> QuerySet[Letter]:
    return Letter.objects.filter(state=Letter.State.QUEUED, not_before__lte=clock.now())


def has_work() -> bool:
    """Whether a worker would find something: letters that are due and may go, or letters of a worker that died."""
    state = sending()
    is_stopped = state.paused_at or (state.retry_at and state.retry_at > clock.now())
    return in_hand().exists() or (not is_stopped and due().exists())


def to_write() -> QuerySet[Letter]:
    """Letters of runs that are not written yet, in the order in which they came."""
    return Letter.objects.filter(state=Letter.State.EXPANDED).select_related("run").order_by("pk")


def in_hand() -> QuerySet[Letter]:
    """Claimed or being sent: by a worker that lives, or by one that died."""
    return Letter.objects.filter(state__in=[Letter.State.CLAIMED, Letter.State.SENDING])


def letters(wanted: Wanted) -> QuerySet[Letter]:
    """The newest first, without their words and bytes."""
    rows = _matching(wanted)
    if wanted.state:
        rows = rows.filter(state__in=_states(wanted.state))
    return rows.defer("rendered", "values", "rules").order_by("-created_at", "-pk")


def counts(wanted: Wanted) -> dict[str, int]:
    """How many letters of each standing match the rest of what is wanted; "" is all of them."""
    by_state = dict(_matching(wanted).order_by().values_list("state").annotate(n=Count("pk")))
    told = {name: sum(by_state.get(state, 0) for state in _states(name)) for name in STANDING}
    return {"": sum(by_state.values()), **told}


def number_waiting() -> int:
    return Letter.objects.filter(state__in=_states("waiting")).count()


def _states(standing: str) -> list[str]:
    return [state for state, name in STANDINGS.items() if name == standing] or [standing]


def _matching(wanted: Wanted) -> QuerySet[Letter]:
    rows = Letter.objects.all()
    if wanted.days:
        rows = rows.filter(created_at__gte=clock.now() - timedelta(days=wanted.days))
    if wanted.kind:
        rows = rows.filter(message_class=wanted.kind)
    if is_email(wanted.q):
        return rows.filter(address=normal_email(wanted.q))
    for word in wanted.q.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(subject__icontains=word) | Q(address__contains=word.lower()))
    return rows


def stops(q: str = "", reason: str = "") -> QuerySet[Suppression]:
    """The stop list, the newest first."""
    rows = Suppression.objects.filter(address__contains=q.strip().lower()) if q.strip() else Suppression.objects.all()
    return (rows.filter(reason=reason) if reason else rows).order_by("-created_at", "-pk")


def stop_counts(q: str = "") -> dict[str, int]:
    by_reason = dict(stops(q).order_by().values_list("reason").annotate(n=Count("pk")))
    return {"": sum(by_reason.values()), **{reason: by_reason.get(reason, 0) for reason in Suppression.Reason.values}}


def stops_of(letter: Letter) -> list[Suppression]:
    """What holds this letter's address back, as far as it concerns this letter."""
    return list(Suppression.objects.filter(address=letter.address, scope__in=scopes(letter)))


def refused_today() -> int:
    """Addresses that a server did not know, since midnight on the organisation's clock."""
    midnight = datetime.combine(clock.today(), datetime.min.time(), tzinfo=timezone.get_default_timezone())
    return Suppression.objects.filter(reason=Suppression.Reason.BOUNCE, created_at__gte=midnight).count()


def scopes(letter: Letter) -> set[str]:
    """The stops that would hold this letter back."""
    return {Suppression.ALL, f"class:{letter.message_class}", f"topic:{letter.topic}"}


def stopped(letters: Iterable[Letter]) -> set[tuple[str, str]]:
    """(address, scope) of every stop that concerns one of these addresses."""
    addresses = {letter.address for letter in letters}
    return set(Suppression.objects.filter(address__in=addresses).values_list("address", "scope"))


def is_stopped(letter: Letter) -> bool:
    return Suppression.objects.filter(address=letter.address, scope__in=scopes(letter)).exists()
