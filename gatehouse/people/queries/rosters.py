"""Questions about roster imports: what a preview shows, and what the command line answers."""

from typing import Any

from django.db.models import QuerySet

from gatehouse.people.importing.undoing import done_by as done_by
from gatehouse.people.models import RefusedLine, RosterChange, RosterImport


def refusals(roster_import: RosterImport) -> QuerySet[RefusedLine]:
    return RefusedLine.objects.filter(roster_import=roster_import).order_by("line")


def changes(roster_import: RosterImport, *, kind: str = "") -> QuerySet[RosterChange]:
    rows = RosterChange.objects.filter(roster_import=roster_import)
    return (rows.filter(kind=kind) if kind else rows.exclude(kind="missing")).order_by("line")


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
