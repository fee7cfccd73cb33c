"""Questions about Google Wallet: whether we are there, with what, and the way to a save link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from gatehouse.core import links
from gatehouse.passes.models import GoogleAccount, GoogleCallback, GoogleClass, GoogleObject, Pass

SAVE = "google-save"  # the purpose of the signed tokens in our own addresses
LINKS_LIVE = timedelta(days=30)


def google_account() -> GoogleAccount | None:
    return GoogleAccount.objects.first()


def can_google() -> bool:
    """Whether cards can be saved to Google Wallet at all."""
    return GoogleAccount.objects.exists()


def google_link(card: Pass) -> str:
    """Our address that leads to Google's page for saving this card; "" without an account, and for a card that is void.

    Google is asked when somebody follows the link, not here.
    """
    if card.voided_at or card.content.get("is_void") or not can_google():
        return ""
    return reverse("passes:google_save", args=[links.sign(SAVE, card.serial)])


def card_to_save(token: str) -> Pass | None:
    """The card of such an address; raises `links.LinkUnusable`. None for one that was deleted meanwhile."""
    serial = links.read(SAVE, token, within=LINKS_LIVE)
    return Pass.objects.select_related("design__published", "design_version").filter(serial=serial).first()


def classes_to_tell() -> QuerySet[GoogleClass]:
    return GoogleClass.objects.filter(tell_since__isnull=False, design__published__isnull=False)


def classes_outdated() -> QuerySet[GoogleClass]:
    """Designs with a newer published version than Google knows, that nobody marked; a refused version is not tried again."""
    is_new = Q(told_version=None) | Q(told_version__lt=F("design__published__number"))
    is_untried = Q(failed_at=None) | Q(failed_at__lt=F("design__published__published_at"))
    return GoogleClass.objects.filter(is_new, is_untried, tell_since=None)


def objects_to_tell() -> QuerySet[GoogleObject]:
    """Passes that Google is to hear of, once it knows the class of their design. No joins, for the rows get locked."""
    designs = GoogleClass.objects.filter(told_version__isnull=False).values("design")
    cards = Pass.objects.filter(design__in=designs).values("pk")
    return GoogleObject.objects.filter(tell_since__isnull=False, card__in=cards)


def has_to_tell() -> bool:
    return classes_to_tell().exists() or classes_outdated().exists() or objects_to_tell().exists()


def callbacks_over(now: datetime) -> QuerySet[GoogleCallback]:
    return GoogleCallback.objects.filter(expires_at__lte=now)


@dataclass(frozen=True)
class GoogleSums:
    """Passes at Google: there, on a phone, removed again, waiting to be told, and refused."""

    told: int
    saved: int
    removed: int
    waiting: int
    failed: int


def google_sums() -> GoogleSums:
    rows = GoogleObject.objects
    return GoogleSums(
        told=rows.filter(told_at__isnull=False).count(),
        saved=rows.filter(saved_at__isnull=False, removed_at=None).count(),
        removed=rows.filter(removed_at__isnull=False).count(),
        waiting=rows.filter(tell_since__isnull=False).count(),
        failed=google_failures().count(),
    )


def google_failures() -> QuerySet[GoogleObject]:
    return GoogleObject.objects.filter(failed_at__isnull=False, tell_since=None).order_by("-failed_at")


def classes_failed() -> QuerySet[GoogleClass]:
    return GoogleClass.objects.filter(failed_at__isnull=False, tell_since=None).order_by("-failed_at")
