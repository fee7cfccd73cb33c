"""What the tests of rosters share: files, whole imports, and what the portal knows."""

import csv
import io
import json

from gatehouse.people import actions, roster
from gatehouse.people.queries import export

ALTRU = list(roster.MAPPINGS["altru"].columns)
NUMBER, LEVEL, EXPIRES, STATUS, CARD, FAMILY, GIVEN, STREET, _SECOND, CITY, REGION, ZIP, EMAIL, ADD_ON, QUANTITY = ALTRU


def csv_of(rows, header=None, separator=","):
    """Rows are dicts by header; what a row does not say is blank."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header or list(rows[0]), restval="", delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def member(number, given="Maya", family="Okafor", **cells):
    """A line as Altru writes it."""
    usual = {NUMBER: number, LEVEL: "Friend", EXPIRES: "3/31/2099", STATUS: "Active", GIVEN: given, FAMILY: family}
    return dict.fromkeys(ALTRU, "") | usual | cells


def begun(folder, rows, *, mapping="altru", actor=None, name="roster.csv", source=""):
    """A file kept and its columns known; `rows` are dicts, or a text."""
    text = rows if isinstance(rows, str) else csv_of(rows)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    chosen = actions.mappings().get(mapping)
    return actions.begin_import(path=path, filename=name, mapping=chosen, actor=actor, source=source)


def checked(folder, rows, **options):
    return actions.read_import(roster_import=begun(folder, rows, **options))


def applied(folder, rows, *, missing="leave", **options):
    done = checked(folder, rows, **options)
    assert done.state == "checked", done.message
    done.missing_choice = missing
    return actions.apply_import(roster_import=done, actor=options.get("actor"))


def sums(done):
    return {name: getattr(done, name) for name in ("joined", "changed", "unchanged", "missing", "refused", "undecided")}


def unchanged(count, **rest):
    return dict.fromkeys(("joined", "changed", "missing", "refused", "undecided"), 0) | {"unchanged": count} | rest


def known():
    """Everybody and everything an export tells, in an order of its own."""
    told = json.loads("".join(export.as_json()))
    return {name: sorted(rows, key=lambda row: row["id"]) for name, rows in told.items()}
