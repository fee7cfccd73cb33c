"""What the buttons within the designer's page do to a draft: rows are added, moved and taken away."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from gatehouse.passes.blueprint import Blueprint, Field
from gatehouse.passes.forms.languages import MOST_LANGUAGES, OFFERED
from gatehouse.passes.forms.parts import SLOTS

MOST_FIELDS: Final = 40


def edited(draft: Blueprint, deed: str, data: Mapping[str, Any]) -> Blueprint:
    """The draft after `add-secondary`, `up-3`, `remove-place-1`, `language-add` …; as it was for what it has not."""
    verb, _dash, what = deed.partition("-")
    return _DEEDS[verb](draft, what, data)


def _add(draft: Blueprint, slot: str, data: Mapping[str, Any]) -> Blueprint:
    if slot not in dict(SLOTS) or len(draft.fields) >= MOST_FIELDS:
        return draft
    taken = {field.key for field in draft.fields}
    key = next(f"{slot}{number}" for number in range(1, MOST_FIELDS + 2) if f"{slot}{number}" not in taken)
    field = Field(key, slot)  # type: ignore[arg-type]  # one of the slots
    order = [name for name, _label in SLOTS]
    fields = sorted((*draft.fields, field), key=lambda one: order.index(one.slot))
    return replace(draft, fields=tuple(fields))


def _remove(draft: Blueprint, what: str, data: Mapping[str, Any]) -> Blueprint:
    """`3` a field, `place-0` a place, `moment-0` a time, `language-de` a language."""
    kind, _dash, which = what.rpartition("-")
    if what.startswith("language-"):
        gone = what.removeprefix("language-")
        return replace(draft, texts={code: said for code, said in draft.texts.items() if code != gone})
    if not which.isdecimal() or kind not in _LISTS:
        return draft
    name = _LISTS[kind]
    kept = [one for number, one in enumerate(getattr(draft, name)) if number != int(which)]
    changed: dict[str, Any] = {name: tuple(kept)}
    return replace(draft, **changed)


_LISTS: Final = {"": "fields", "place": "places", "moment": "relevant"}


def _move(draft: Blueprint, which: str, by: int) -> Blueprint:
    """Within its slot, past the field that stands next there."""
    fields = list(draft.fields)
    if not which.isdecimal() or int(which) >= len(fields):
        return draft
    at, to = int(which), int(which) + by
    if 0 <= to < len(fields) and fields[at].slot == fields[to].slot:
        fields[at], fields[to] = fields[to], fields[at]
    return replace(draft, fields=tuple(fields))


def _language(draft: Blueprint, what: str, data: Mapping[str, Any]) -> Blueprint:
    code = str(data.get("new_language", ""))
    if code not in OFFERED or code in draft.texts or len(draft.texts) >= MOST_LANGUAGES:
        return draft
    return replace(draft, texts={**draft.texts, code: {}})


_DEEDS: Final[dict[str, Callable[[Blueprint, str, Mapping[str, Any]], Blueprint]]] = {
    "add": _add,
    "remove": _remove,
    "up": lambda draft, which, _data: _move(draft, which, -1),
    "down": lambda draft, which, _data: _move(draft, which, 1),
    "language": _language,
    "drop": lambda draft, _role, _data: draft,  # a picture: it was left out when the form was read
}
