"""Questions about letters."""

from collections.abc import Iterable

from django.db.models import QuerySet

from gatehouse.core import clock
from gatehouse.mail.models import Letter, Sending, Suppression


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


def in_hand() -> QuerySet[Letter]:
    """Claimed or being sent: by a worker that lives, or by one that died."""
    return Letter.objects.filter(state__in=[Letter.State.CLAIMED, Letter.State.SENDING])


def scopes(letter: Letter) -> set[str]:
    """The stops that would hold this letter back."""
    return {Suppression.ALL, f"class:{letter.message_class}", f"topic:{letter.topic}"}


def stopped(letters: Iterable[Letter]) -> set[tuple[str, str]]:
    """(address, scope) of every stop that concerns one of these addresses."""
    addresses = {letter.address for letter in letters}
    return set(Suppression.objects.filter(address__in=addresses).values_list("address", "scope"))


def is_stopped(letter: Letter) -> bool:
    return Suppression.objects.filter(address=letter.address, scope__in=scopes(letter)).exists()
