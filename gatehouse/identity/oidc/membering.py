"""Kernel: what a trusted service writes about a person, checked as a closed JSON object. No Django."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

LONGEST: Final = 65_536  # bytes of a body
TEXTS: Final[Mapping[str, int]] = {
    "display_name": 200, "given_name": 200, "family_name": 200, "preferred_name": 200, "username": 20, "email": 254,
    "phone": 40,
}  # fmt: skip
DATES: Final = ("join_date", "leave_date")
FIELDS: Final = (*TEXTS, *DATES)
Errors = dict[str, str]


class Unfit(ValueError):
    """`errors` maps a JSON pointer (RFC 6901) to what is wrong there."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("; ".join(f"{at}: {why}" for at, why in errors.items()))
        self.errors = errors


class Unreadable(ValueError):
    """Not one JSON object."""


def read(body: bytes) -> dict[str, Any]:
    """Texts, dates and None (which clears); what is not named stays. Raises `Unreadable` and `Unfit`."""
    said = _object(body)
    errors = {f"/{_pointed(name)}": "is not a field of a member" for name in said.keys() - set(FIELDS)}
    values: dict[str, Any] = {}
    for name in said.keys() & set(FIELDS):
        try:
            values[name] = _value(name, said[name])
        except ValueError as error:
            errors[f"/{name}"] = str(error)
    if errors:
        raise Unfit(errors)
    return values


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(said, dict):
        raise Unreadable
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError
    return said


def _value(name: str, value: Any) -> str | date | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("must be a text or null")  # noqa: TRY004  one kind of error for all that is wrong
    if name in DATES:
        return _date(value)
    if len(value) > TEXTS[name] or any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in value):
        raise ValueError(f"must be at most {TEXTS[name]} letters on one line")
    if name == "username" and value and not _is_username(value):
        raise ValueError("must be 3 to 20 letters, digits, _ or -")
    return value.strip()


def _date(value: str) -> date:
    if len(value) != 10:
        raise ValueError("must be a day like 2026-11-30")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("must be a day like 2026-11-30") from error


def _is_username(value: str) -> bool:
    return 3 <= len(value) <= 20 and all(letter.isalnum() or letter in "_-" for letter in value)


def _pointed(name: str) -> str:
    return name.encode("utf-8", "replace").decode()[:60].replace("~", "~0").replace("/", "~1")
