"""Who is signed in, and who came in or was turned away lately."""

from typing import Final

from django.db.models import Q, QuerySet

from gatehouse.core import clock
from gatehouse.identity.models import BrowserSession
from gatehouse.journal.models import Entry

VERBS: Final = (
    "session.began", "session.ended", "sessions.ended", "session.proved", "sign-in.refused", "sign-in.code-reused",
    "sign-in.token-reused", "link.issued", "factors.reset", "password.set", "password.removed", "passkey.added",
    "passkey.removed", "totp.added", "totp.removed", "second-step.began", "second-step.ended", "address.changed",
)  # fmt: skip


def open_sessions(q: str = "") -> QuerySet[BrowserSession]:
    """Of everybody, the one seen last first; `q` is part of a name, an address or a network."""
    here = BrowserSession.objects.filter(ends_at__gt=clock.now()).exclude(person=None)
    for word in q.split()[:5]:
        named = Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word)
        called = Q(person__preferred_name__icontains=word) | Q(person__email__icontains=word)
        here = here.filter(named | called | Q(network__startswith=word))
    return here.select_related("person").order_by("-seen_at", "pk")


def sign_in_entries() -> QuerySet[Entry]:
    """What the journal keeps of signing in, the latest first."""
    return Entry.objects.filter(verb__in=VERBS).order_by("-at", "-pk")
