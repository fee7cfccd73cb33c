"""Several lines of one number: one membership with all its add-ons and groups, or a contradiction to report."""

import json
from collections.abc import Iterable, Iterator, Sequence

from gatehouse.core.said import Said, noop as _
from gatehouse.people.roster.errors import Refused
from gatehouse.people.roster.fields import AT, COLUMNS, Line
from gatehouse.people.roster.names import names_agree
from gatehouse.people.roster.values import to_json

_DIFFERS = _(
    "Number %(number)s is already in line %(first)s, with another %(field)s: “%(one)s” there, “%(other)s” here."
)
_DOUBLED = _("Number %(number)s is already in line %(first)s, and this line adds nothing to it.")
_NUMBER, _SOURCE, _LINE = AT["number"], AT["source"], AT["line"]
_GIVEN, _FAMILY = AT["given_name"], AT["family_name"]
_LISTS = {AT["add_ons"]: "quantity", AT["groups"]: "section"}
_PLAIN = [index for index in range(len(COLUMNS)) if index not in {_LINE, _GIVEN, _FAMILY, *_LISTS}]


def merged(lines: Iterable[Line | Refused]) -> Iterator[Line | Refused]:
    """Merge neighbours of one (source, number) while streaming; lines of one number that stand apart stay apart.

    Those are few: find them in the staging table and give them to `merge`.
    """
    held: list[Line] = []
    for line in lines:
        if isinstance(line, Refused):
            yield line
        elif held and line[_NUMBER] == held[0][_NUMBER] and line[_SOURCE] == held[0][_SOURCE]:
            held.append(line)
        else:
            yield from _settled(held)
            held = [line]
    yield from _settled(held)


def merge(lines: Sequence[Line]) -> tuple[Line, list[Refused]]:
    """The membership that these lines of one (source, number) tell of together; the first line is right.

    A later line may bring add-ons, groups, and what was blank before. One that contradicts, or adds nothing, is
    refused as a whole; its message names both lines.
    """
    base, refused = lines[0], []
    for line in lines[1:]:
        clash = _clash(base, line)
        joint = base if clash else _joint(base, line)
        if clash or joint == base:
            refused.append(clash or _refusal(_DOUBLED, base, line, "number"))
        base = joint
    return base, refused


def _settled(held: list[Line]) -> Iterator[Line | Refused]:
    if len(held) > 1:
        line, refused = merge(held)
        yield line
        yield from refused
    else:
        yield from held


def _clash(base: Line, line: Line) -> Refused | None:
    """The first thing of which the two lines say different things."""
    if not _agree(base, line):
        return _refusal(_DIFFERS, base, line, "name", one=_name(base), other=_name(line))
    for index in _PLAIN:
        if base[index] and line[index] and base[index] != line[index]:
            return _refusal(_DIFFERS, base, line, COLUMNS[index], one=base[index], other=line[index])
    for index, key in _LISTS.items():
        there, here = _listed(base[index], key), _listed(line[index], key)
        for name in there.keys() & here.keys():
            if there[name] != here[name]:
                return _refusal(_DIFFERS, base, line, COLUMNS[index], one=there[name], other=here[name])
    return None


def _joint(base: Line, line: Line) -> Line:
    joint = [one or other for one, other in zip(base, line, strict=True)]
    for index in _LISTS:
        if base[index] and line[index]:
            joint[index] = _together(str(base[index]), str(line[index]))
    return tuple(joint)


def _together(one: str, other: str) -> str:
    items = {item["name"].casefold(): item for item in json.loads(other) + json.loads(one)}
    first = [item["name"].casefold() for item in json.loads(one)]
    return to_json([items[name] for name in dict.fromkeys([*first, *items])])


def _listed(text: object, key: str) -> dict[str, object]:
    return {item["name"].casefold(): item[key] for item in json.loads(str(text))} if text else {}


def _agree(base: Line, line: Line) -> bool:
    one, other = _name(base), _name(line)
    return one == other or not one or not other or names_agree(one, other)


def _name(line: Line) -> str:
    return f"{line[_GIVEN]} {line[_FAMILY]}".strip()


def _refusal(template: str, base: Line, line: Line, field: str, **params: object) -> Refused:
    number, first = line[_LINE], base[_LINE]
    assert isinstance(number, int)
    return Refused(number, field, Said(template, number=line[_NUMBER], first=first, field=field, **params))
