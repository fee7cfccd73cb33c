"""Which of our columns a file has, by the mapping it is read with."""

from collections.abc import Mapping

from gatehouse.core.said import Said
from gatehouse.people import roster
from gatehouse.people.importing.setwise import STAGED

KERNEL_NAMES = {"listed_groups": "groups", "listed_role": "role"}
_COME_FROM = {
    "name": ("given_name", "family_name"),
    "add_on": ("add_ons",),
    "groups": ("listed_groups",),
    "role": ("listed_role",),
    "expires_on": ("expires_on", "status"),
    "left_on": ("left_on", "status"),
}


def mapped(mapping: roster.Mapping, header: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of a staged line that this file speaks of, in the order of `STAGED`; source and number always are.

    A last day tells the status too; a role that a blank cell means is said by a file that has no such column.
    """
    found = {*roster.columns_of(mapping, header), *({"role"} & mapping.blanks.keys())}
    ours = {ours for name in found for ours in _COME_FROM.get(name, (name,))}
    if any(name.startswith("attr:") for name in found):
        ours.add("attributes")
    return tuple(name for name in STAGED if name in ours and name not in {"source", "number"})


_READ_FROM = {
    "name": ("name", "family_name", "given_name"),
    "given_name": ("given_name", "name"),
    "family_name": ("family_name", "name"),
    "add_ons": ("add_ons", "quantity", "add_on"),
    "groups": ("section", "groups"),
}


def in_the_files_words(refused: roster.Refused, columns: Mapping[str, str]) -> roster.Refused:
    """With the file's own headers where the kernel says a field of ours; `columns` is header → field."""
    headers = {field: header for header, field in columns.items()}
    field = refused.message.params.get("field")
    if field is None and refused.column not in roster.AT:
        return refused
    own = str(field or refused.column)
    header = next((headers[name] for name in _READ_FROM.get(own, (own,)) if name in headers), own)
    params = refused.message.params | ({"field": header} if field else {})
    return refused._replace(column=header, message=Said(refused.message.template, **params))
