"""Questions about roster imports: what a preview shows, and what the command line answers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from gatehouse.people.importing.undoing import done_by as done_by
from gatehouse.people.models import Membership, Person, RefusedLine, RosterChange, RosterImport, StagedLine

Kind, State = RosterChange.Kind, RosterImport.State


def imports() -> QuerySet[RosterImport]:
    """All there were, the newest first."""
    return RosterImport.objects.order_by("-created_at", "-pk")


def imports_that_wait() -> QuerySet[RosterImport]:
    """Those somebody has begun in the pages and not decided yet."""
    waiting = RosterImport.objects.filter(state__in=(State.UPLOADED, State.CHECKED), actor__isnull=False)
    return waiting.exclude(file="")


def last_applied() -> RosterImport | None:
    """The import that an undo would take back."""
    return RosterImport.objects.filter(applied_at__isnull=False, undone_at=None).order_by("-applied_at").first()


def refusals(roster_import: RosterImport) -> QuerySet[RefusedLine]:
    return RefusedLine.objects.filter(roster_import=roster_import).order_by("line")


def changes(roster_import: RosterImport, *, kind: str = "") -> QuerySet[RosterChange]:
    rows = RosterChange.objects.filter(roster_import=roster_import)
    return (rows.filter(kind=kind) if kind else rows.exclude(kind="missing")).order_by("line")


def doubtful(roster_import: RosterImport) -> QuerySet[RosterChange]:
    """Lines of which somebody says who they are, those decided already too."""
    return RosterChange.objects.filter(roster_import=roster_import).exclude(template="").order_by("line")


def unanswered(roster_import: RosterImport) -> int:
    """Lines in doubt of which nobody has said anything; asks nothing where none is."""
    return doubtful(roster_import).filter(decision="").count() if roster_import.undecided else 0


def level_changes(roster_import: RosterImport) -> QuerySet[RosterChange]:
    changed = changes(roster_import, kind=Kind.CHANGED)
    if "level" not in roster_import.mapped:
        return changed.none()
    line = StagedLine.objects.filter(roster_import=OuterRef("roster_import"), line=OuterRef("line"))
    named = changed.annotate(new_level=Subquery(line.values("level")[:1]), old_level=KT("before__level"))
    return named.exclude(new_level=F("old_level"))


def missing_memberships(roster_import: RosterImport) -> QuerySet[Membership]:
    """Those of this source that the checked file does not speak of; after the apply, those it ended or let expire."""
    missing = RosterChange.objects.filter(roster_import=roster_import, kind=Kind.MISSING)
    return _named(Membership.objects.filter(pk__in=missing.values("membership_id")))


def _named(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    return memberships.select_related("person").order_by("number")


def joined_people(roster_import: RosterImport) -> QuerySet[Person]:
    """Whom this import brought, and who are still there."""
    brought = RosterChange.objects.filter(roster_import=roster_import, kind=Kind.JOINED, is_new_person=True)
    return Person.objects.filter(pk__in=brought.values("person_id"))


def touched_by(import_id: int) -> QuerySet[RosterChange]:
    """What an import changed, and what its undo changed back: `person_id` and `membership_id` of each line.

    The rows of those whom the undo took away are no more; the changes still name them.
    """
    return done_by(RosterImport.objects.get(pk=import_id))


def to_be_invited(roster_import: RosterImport) -> QuerySet[Person]:
    """New people who have an address, did not leave, and were not invited before."""
    return joined_people(roster_import).filter(email__isnull=False, left_at=None, invitation=None)


@dataclass(frozen=True)
class Undoing:
    """What an undo would do: people who go, memberships that get their old cells, and what was worked on since."""

    going: int
    restored: int
    kept: int
    invited: int = 0
    """Of those who go: who was told already that they can sign in."""

    @property
    def touched(self) -> int:
        return self.going + self.restored


def undoing(roster_import: RosterImport) -> Undoing:
    """Reckoned as `importing.undoing` does it; each part is one question."""
    joined = joined_people(roster_import)
    brought = RosterChange.objects.filter(roster_import=roster_import, kind=Kind.JOINED).values("membership_id")
    others = Membership.objects.filter(person=OuterRef("pk")).exclude(pk__in=brought)
    attached = Q(Exists(others)) | Q(last_login__isnull=False) | Q(pk__in=joined.filter(grants__source="").values("pk"))
    staying = joined.filter(attached).count()
    invited = joined.exclude(pk__in=joined.filter(attached).values("pk")).filter(invitation__isnull=False).count()
    rest = done_by(roster_import).exclude(kind=Kind.JOINED)
    since = {"changed_at__gt": roster_import.applied_at}
    worked_on = rest.filter(
        Exists(Membership.objects.filter(pk=OuterRef("membership_id"), **since))
        | Exists(Person.objects.filter(pk=OuterRef("person_id"), **since))
    ).count()
    return Undoing(joined.count() - staying, rest.count() - worked_on, staying + worked_on, invited)


def import_answer(roster_import: RosterImport) -> dict[str, Any]:
    """What `import-roster --json` and the API say of an import."""
    answer: dict[str, Any] = {
        "id": roster_import.pk,
        "applied": roster_import.applied_at is not None,
        "joined": roster_import.joined,
        "changed": roster_import.changed,
        "unchanged": roster_import.unchanged,
        "missing": roster_import.missing,
        "errors": _errors(roster_import),
    }
    if roster_import.state == RosterImport.State.REFUSED:
        answer["error"] = roster_import.message
    return answer


def _errors(roster_import: RosterImport) -> list[dict[str, Any]]:
    refused = [(row.line, row.column, row.message) for row in refusals(roster_import).iterator()]
    doubtful = changes(roster_import, kind=RosterChange.Kind.UNDECIDED).iterator()
    undecided = [(row.line or 0, email_column(roster_import), row.message) for row in doubtful]
    both = sorted([*refused, *undecided])
    return [{"line": line, "column": column, "message": message} for line, column, message in both]


def email_column(roster_import: RosterImport) -> str:
    """What the file calls the column of addresses."""
    return next((header for header, name in roster_import.columns.items() if name == "email"), "email")
