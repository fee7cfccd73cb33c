"""Lines of one number that stand apart in a file: merged in the staging table, by the kernel's rules."""

import json
from collections.abc import Iterable
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Q

from gatehouse.people import roster
from gatehouse.people.importing.columns import KERNEL_NAMES, in_the_files_words
from gatehouse.people.importing.ordering import by_name
from gatehouse.people.importing.setwise import JSON
from gatehouse.people.models import RefusedLine, RosterImport, StagedLine

AT_ONCE = 200
OURS = {kernel: ours for ours, kernel in KERNEL_NAMES.items()}


def merge(roster_import: RosterImport, numbers: Iterable[tuple[str, str]]) -> None:
    waiting = iter(sorted(numbers))
    while some := list(islice(waiting, AT_ONCE)):
        _merge_some(roster_import, some)


@transaction.atomic
def _merge_some(roster_import: RosterImport, numbers: list[tuple[str, str]]) -> None:
    these = Q()
    for source, number in numbers:
        these |= Q(source=source, number=number)
    staged = StagedLine.objects.filter(these, roster_import=roster_import).order_by("source", "number", "line")
    for _key, lines in groupby(staged, key=attrgetter("source", "number")):
        _merge_number(roster_import, list(lines))


def _merge_number(roster_import: RosterImport, lines: list[StagedLine]) -> None:
    first, *others = lines
    first.read_as = None
    joint, refused = roster.merge([_as_line(line) for line in lines])
    for name, value in zip(roster.COLUMNS, joint, strict=True):
        ours = OURS.get(name, name)
        if ours in JSON:
            setattr(first, ours, json.loads(str(value)) if value else getattr(first, ours))
        elif name != "line":
            setattr(first, ours, value)
    first.add_ons, first.listed_groups = by_name(first.add_ons), by_name(first.listed_groups)
    first.save()
    StagedLine.objects.filter(pk__in=[line.pk for line in others]).delete()
    RefusedLine.objects.bulk_create(
        RefusedLine(
            roster_import=roster_import,
            line=refusal.line,
            column=refusal.column,
            template=refusal.message.template,
            params=refusal.message.params,
        )
        for refusal in (in_the_files_words(one, roster_import.columns) for one in refused)
    )


def _as_line(staged: StagedLine) -> roster.Line:
    return tuple(_as_cell(OURS.get(name, name), staged) for name in roster.COLUMNS)


def _as_cell(name: str, staged: StagedLine) -> Any:
    value = getattr(staged, name)
    if name in JSON:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""
    return value.isoformat() if hasattr(value, "isoformat") else value
