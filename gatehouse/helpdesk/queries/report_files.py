"""Reports as files, in pieces as they are read: CSV as spreadsheets know it, and workbooks."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, Literal

from gatehouse.core.sheets import guarded
from gatehouse.core.sheets.books import Value, as_xlsx
from gatehouse.helpdesk.queries import report_words, ticket_rows
from gatehouse.helpdesk.queries.reporting import Wanted, labels, report

Form = Literal["csv", "xlsx"]
TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TOGETHER: Final = 500


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
    return as_csv(header, rows, free) if form == "csv" else as_xlsx(title, header, rows)


def as_csv(header: Sequence[str], rows: Iterable[list[Value]], free: Sequence[int]) -> Iterator[bytes]:
    yield "\ufeff".encode() + ",".join(header).encode() + b"\r\n"  # the mark by which spreadsheets know UTF-8
    source = iter(rows)
    while some := list(islice(source, TOGETHER)):
        piece = io.StringIO()
        csv.writer(piece).writerows(map(_plain, some, [free] * len(some)))
        yield piece.getvalue().encode("utf-8", "replace")


def _plain(row: list[Value], free: Sequence[int]) -> list[Value]:
    for place in free:
        if isinstance(text := row[place], str) and text:
            row[place] = guarded(text)
    return [value.isoformat(" ", "seconds") if isinstance(value, datetime) else value for value in row]
