"""Reports as files, in pieces as they are read: CSV as spreadsheets know it, and workbooks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from gatehouse.core.sheets.books import Value, as_xlsx
from gatehouse.core.sheets.writing import as_csv
from gatehouse.helpdesk.queries import report_words, ticket_rows
from gatehouse.helpdesk.queries.reporting import Wanted, labels, report

Form = Literal["csv", "xlsx"]
TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def summary(wanted: Wanted, form: Form) -> Iterator[bytes]:
    """What may be told without names, a line for each group; the header leaves before the report is reckoned."""
    return as_file(form, "Report", report_words.HEADER, _summary(wanted), free=(1,))


def _summary(wanted: Wanted) -> Iterator[list[Value]]:
    shown = report(wanted)
    yield from report_words.lines(shown, labels(shown))


def tickets(wanted: Wanted, form: Form) -> Iterator[bytes]:
    """Every ticket with names."""
    return as_file(form, "Tickets", ticket_rows.HEADER, ticket_rows.ticket_rows(wanted), free=ticket_rows.FREE)


def as_file(
    form: Form, title: str, header: Sequence[str], rows: Iterable[list[Value]], *, free: Sequence[int]
) -> Iterator[bytes]:
    """`free` are the places of texts that somebody typed, which a spreadsheet could take for formulas."""
    return as_csv(header, rows, free=free) if form == "csv" else as_xlsx(title, header, rows)
