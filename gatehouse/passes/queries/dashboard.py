"""Questions about all passes together: how many are issued and installed, what failed, what changed day by day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.passes.models import Design, Device, DeviceReport, Pass, Renewal
from gatehouse.passes.queries.cards import has_failed_push, on_phone
from gatehouse.passes.queries.google import google_failures
from gatehouse.passes.queries.pushing import waiting_to_be_pushed
from gatehouse.passes.queries.scanning import SCANNED

DAYS = 30
REPORTS = 20
PATIENCE = timedelta(minutes=15)
"""A phone that was not told for so long is trouble, not haste."""


@dataclass(frozen=True)
class Figures:
    """Passes of one design, or of all: those that are live, and of these on a phone, sent, sent and on no phone, marked."""

    ever: int = 0
    issued: int = 0
    installed: int = 0
    sent: int = 0
    sent_only: int = 0
    stale: int = 0
    faults: int = 0
    failed: int = 0

    @property
    def pending(self) -> int:
        """Issued and on no phone."""
        return self.issued - self.installed


@dataclass(frozen=True)
class Refusal:
    """What a push service answered, to how many, and when last."""

    answer: str
    count: int
    last: datetime | None


def figures_by_design() -> list[tuple[Design, Figures]]:
    """Of every design that has passes or can have some, by name; two queries."""
    live = Q(voided_at=None)
    asked = {
        "ever": Q(),
        "issued": live,
        "installed": live & on_phone(),
        "sent": live & Q(sent_at__isnull=False),
        "sent_only": live & Q(sent_at__isnull=False) & ~on_phone(),
        "stale": Q(stale_since__isnull=False),
        "faults": ~Q(fault=""),
        "failed": live & has_failed_push(),
    }
    counts = {name: Count("pk", filter=condition) for name, condition in asked.items()}
    rows = Pass.objects.order_by().values_list("design").annotate(**counts)
    told = {design: Figures(*numbers) for design, *numbers in rows}
    designs = Design.objects.filter(Q(archived_at=None) | Q(pk__in=told)).select_related("published")
    return [(design, told.get(design.pk, Figures())) for design in designs.order_by("name")]


def in_all(parts: list[Figures]) -> Figures:
    return Figures(**{name: sum(getattr(part, name) for part in parts) for name in Figures.__dataclass_fields__})


def last_days(days: int = DAYS) -> list[date]:
    today = clock.today()
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def renewals_by_day() -> Counter[date]:
    """How many new versions were made on each of the last days, by the organisation's clock."""
    zone = timezone.get_default_timezone()
    rows = Renewal.objects.filter(made_at__gte=_begin()).annotate(on=TruncDate("made_at", tzinfo=zone))
    return Counter(dict(rows.order_by().values_list("on").annotate(n=Count("pk"))))


def scans_by_day() -> Counter[date]:
    zone = timezone.get_default_timezone()
    rows = Entry.objects.filter(verb=SCANNED, at__gte=_begin()).annotate(on=TruncDate("at", tzinfo=zone))
    return Counter(dict(rows.order_by().values_list("on").annotate(n=Count("pk"))))


def refusals() -> list[Refusal]:
    """The answers of Apple and Google that were refusals, the most frequent first."""
    asked = {"n": Count("pk"), "last": Max("failed_at")}
    refused = [
        *Device.objects.filter(failed_at__isnull=False).order_by().values_list("answer").annotate(**asked),
        *google_failures().order_by().values_list("answer").annotate(**asked),
    ]
    return sorted((Refusal(*row) for row in refused), key=lambda refusal: -refusal.count)[:10]


def waiting_pushes() -> tuple[int, datetime | None]:
    """Phones that wait to be told for longer than is usual, and since when the first does."""
    waiting = waiting_to_be_pushed().filter(push_since__lt=clock.now() - PATIENCE)
    told = waiting.aggregate(n=Count("pk"), first=Min("push_since"))
    return told["n"], told["first"]


def faults() -> list[Pass]:
    """Passes that could not be renewed."""
    return list(Pass.objects.exclude(fault="").only("serial", "fault").order_by("-pk")[:5])


def reports() -> list[DeviceReport]:
    return list(DeviceReport.objects.order_by("-at", "-pk")[:REPORTS])


def number_live() -> int:
    return Pass.objects.filter(voided_at=None).count()


def _begin() -> datetime:
    return datetime.combine(last_days()[0], time(), tzinfo=timezone.get_default_timezone())
