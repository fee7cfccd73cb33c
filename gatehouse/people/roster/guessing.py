"""Guessing what a file's columns mean, for somebody to confirm."""

from collections.abc import Mapping as Columns, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gatehouse.people.roster.mappings import MAPPINGS, Mapping
from gatehouse.people.roster.names import folded

_SYNONYMS = {
    "number": "number, membership id, membership number, member number, member id, member no, membership no, card number, "
    "student id, student number, student no, person id, id, no, nr, nummer, mitgliedsnummer, mitglieds-nr, mitgliednr, "
    "matrikelnummer, matrikel-nr, personalnummer, kartennummer, employee id, staff id, customer number, kundennummer",
    "name": "name, full name, member name, student name, display name, vollständiger name, anzeigename, person",
    "given_name": "given name, first name, firstname, forename, vorname, rufname, givenname",
    "family_name": "family name, last name, lastname, surname, nachname, familienname, zuname, household name",
    "preferred_name": "preferred name, nickname, known as, goes by, chosen name, spitzname, gewünschter name",
    "email": "email, e-mail, email address, e-mail address, mail, e-mail-adresse, mailadresse, primary email",
    "level": "level, membership level, membership type, type, category, tier, stufe, mitgliedschaft, beitragsart, tarif",
    "status": "status, membership status, state of membership, zustand, mitgliedsstatus",
    "valid_from": "valid from, start, start date, begins, gültig ab, gültig von, beginn",
    "expires_on": "expires on, expires, expiration date, expiry, expiry date, valid until, valid to, end date, gültig bis, "
    "ablaufdatum, läuft ab, ende",
    "card_names": "card names, names on card, other names, associates, weitere namen, namen auf der karte",
    "add_ons": "add-ons, addons, extras, zusätze, zusatzleistungen",
    "quantity": "quantity, qty, anzahl, menge",
    "address_1": "address, address 1, address line 1, street, street address, adresse, straße, strasse, anschrift",
    "address_2": "address 2, address line 2, apartment, adresszusatz, adresse 2",
    "city": "city, town, ort, stadt, wohnort",
    "region": "region, state, province, county, state abbreviation, bundesland, kanton",
    "postcode": "postcode, zip, zip code, postal code, plz, postleitzahl",
    "country": "country, land, staat",
    "groups": "groups, group, course, courses, class, committee, gruppe, gruppen, kurs, kurse, lehrveranstaltung",
    "section": "section, sec, course section, kursgruppe, parallelgruppe",
    "role": "role, rolle, funktion",
    "joined_on": "joined on, joined, member since, join date, mitglied seit, eintritt, eintrittsdatum, beitritt",
    "left_on": "left on, left, leave date, austritt, austrittsdatum",
    "source": "source, quelle",
}
_FIELD_OF = {folded(word): field for field, words in _SYNONYMS.items() for word in words.split(",")}


class Match(NamedTuple):
    header: str
    field: str
    """"" for a column that is not read."""
    guessed: bool
    """From a likely word, not from a mapping's own header: ask somebody."""


@dataclass(frozen=True)
class Guess:
    name: str
    """The ready-made or saved mapping that fits, or "" when every column was guessed on its own."""
    columns: tuple[Match, ...]
    missing: tuple[str, ...]
    """Headers of that mapping which the file lacks; of none, “number” when no column could be it."""
    mapping: Mapping
    """What to read with: the one that fits with the guessed columns added, or a new one."""


def guess(header: Sequence[str], *, mappings: Columns[str, Mapping] = MAPPINGS) -> Guess:
    """Find the mapping with the largest share of its headers in the file, its number among them; guess the rest."""
    known = max(mappings.values(), key=lambda mapping: _share(mapping, header), default=None)
    base = known if known and _share(known, header) >= 0.5 else None
    columns = _matches(base, header)
    chosen = {match.header: match.field for match in columns if match.field}
    mapping = Mapping(
        name=base.name if base else "",
        source=base.source if base else "roster",
        columns=chosen,
        date_order=base.date_order if base else "auto",
        blanks=base.blanks if base else {"status": "active"},
    )
    return Guess(mapping.name, columns, _missing(base, header, mapping), mapping)


def _share(mapping: Mapping, header: Sequence[str]) -> float:
    there = {folded(name) for name in header}
    key = next((name for name, field in mapping.columns.items() if field == "number"), "")
    hits = [field for name, field in mapping.columns.items() if folded(name) in there]
    return len(hits) / min(len(mapping.columns), max(len(header), 1)) if folded(key) in there else 0.0


def _matches(base: Mapping | None, header: Sequence[str]) -> tuple[Match, ...]:
    own = {folded(name): field for name, field in base.columns.items()} if base else {}
    sure = {folded(name): own[folded(name)] for name in header if folded(name) in own}
    taken, matches = set(sure.values()), []
    for name in header:
        field = sure.pop(folded(name), "")
        is_guessed = not field
        if is_guessed and (likely := _FIELD_OF.get(folded(name), "")) not in taken:
            field = likely
        taken.add(field)
        matches.append(Match(name, field, guessed=is_guessed and bool(field)))
    return tuple(matches)


def _missing(base: Mapping | None, header: Sequence[str], mapping: Mapping) -> tuple[str, ...]:
    if base is None:
        return () if "number" in mapping.columns.values() else ("number",)
    there = {folded(name) for name in header}
    found = set(mapping.columns.values())
    spare = {"name"} if "family_name" in found else {"given_name", "family_name"} if "name" in found else set()
    return tuple(name for name, field in base.columns.items() if folded(name) not in there and field not in spare)
