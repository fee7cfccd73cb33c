import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from gatehouse.core.sheets import guarded, open_sheet
from gatehouse.people import roster
from gatehouse.people.roster import AT, COLUMNS, MAPPINGS, Refused, RosterUnreadable
from gatehouse.people.roster.days import order_of
from gatehouse.people.roster.fields import DAYS

TODAY = date(2026, 11, 21)
ALTRU, GATEHOUSE, CLASSLIST = MAPPINGS["altru"], MAPPINGS["gatehouse"], MAPPINGS["classlist"]
MEMBER = ["8-20260001", "Household", "12/31/2026", "Active", "Ben Okafor", "Okafor", "Maya", "4 Linden Walk", "Apt 2"]
MEMBER += ["Alderford", "PA", "00501", "Maya.Okafor@Example.org ", "Parking", "2"]
DEMO = Path(__file__).parents[3] / "demo"


def read(mapping=GATEHOUSE, line=7, **cells):
    """Parse one line that has just these columns."""
    cells = {"number": "1", **cells}
    names = {field: name for name, field in mapping.columns.items()}
    header = [names.get(field, field) for field in cells]
    return roster.compile(mapping, header, today=TODAY).parse(line, list(cells.values()))


def told(line):
    return {name: value for name, value in zip(COLUMNS, line, strict=True) if value}


def value(field, cell, mapping=GATEHOUSE):
    line = read(mapping, **{field: cell})
    assert not isinstance(line, Refused), line
    return line[AT[field]]


def refusal(mapping=GATEHOUSE, **cells):
    refused = read(mapping, **cells)
    assert isinstance(refused, Refused), refused
    assert str(refused.message) == refused.message.template % refused.message.params
    return refused


def altru(*rows):
    parser = roster.compile(ALTRU, list(ALTRU.columns), today=TODAY)
    return [parser.parse(number, list(row)) for number, row in enumerate(rows, start=2)]


# whole lines


def test_an_altru_line():
    (line,) = altru(MEMBER)

    assert told(line) == {
        "line": 2,
        "source": "altru",
        "number": "8-20260001",
        "given_name": "Maya",
        "family_name": "Okafor",
        "email": "maya.okafor@example.org",
        "level": "Household",
        "status": "active",
        "expires_on": "2026-12-31",
        "card_names": "Ben Okafor",
        "add_ons": '[{"name":"Parking","quantity":2}]',
        "address_1": "4 Linden Walk",
        "address_2": "Apt 2",
        "city": "Alderford",
        "region": "PA",
        "postcode": "00501",
    }


def test_altru_columns_are_found_by_name_in_any_order():
    header, row = list(ALTRU.columns)[::-1], MEMBER[::-1]

    assert roster.compile(ALTRU, header, today=TODAY).parse(2, row) == altru(MEMBER)[0]


def test_a_classlist_line():
    header = ["STUDENT ID", "Name", "Course", "Section", "e-mail", "Room"]
    parser = roster.compile(CLASSLIST, header, today=TODAY)

    line = parser.parse(3, ["0042", "Okafor, Maya", "MATH 101", "02", "maya@example.org", "B1"])

    assert told(line) == {
        "line": 3,
        "source": "classlist",
        "number": "0042",
        "given_name": "Maya",
        "family_name": "Okafor",
        "email": "maya@example.org",
        "status": "active",
        "groups": '[{"name":"MATH 101","section":"02"}]',
        "role": "student",
    }


def test_further_details_are_kept_as_text():
    mapping = roster.Mapping("own", "own", {"No": "number", "Shoe": "attr:shoe size", "Hat": "attr:hat"})
    parser = roster.compile(mapping, ["No", "Shoe", "Hat"], today=TODAY)

    assert json.loads(parser.parse(2, ["1", "07", ""])[AT["attributes"]]) == {"shoe size": "07"}
    assert parser.parse(3, ["2", "", ""])[AT["attributes"]] == ""


# cells


@pytest.mark.parametrize(
    "name",
    ["McDonald", "O'Brien", "O’Brien", "Nguyễn", "van der Berg", "bell hooks", "Groß", "李", "'t Hooft", "Ana-María"],
)
def test_names_survive_as_they_are(name):
    assert value("family_name", name) == name


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("  Maya \u00a0 Ann\u200b ", "Maya Ann"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("-", ""),
        ("\ufeffMaya", "Maya"),
    ],
)
def test_names_are_tidied(cell, kept):
    assert value("given_name", cell) == kept


@pytest.mark.parametrize(
    ("field", "cell"), [("number", "00042"), ("postcode", "00501"), ("postcode", "15210"), ("level", "10")]
)
def test_leading_and_trailing_zeros_survive(field, cell):
    assert value(field, cell) == cell


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Okafor, Maya", ("Maya", "Okafor")),
        ("Maya Okafor", ("Maya", "Okafor")),
        ("Marieke van der Berg", ("Marieke", "van der Berg")),
        ("Sam Lee Jr.", ("Sam", "Lee Jr.")),
        ("Madonna", ("Madonna", "")),
        ("Ana María Núñez", ("Ana María", "Núñez")),
    ],
)
def test_full_names_are_split(name, parts):
    line = read(CLASSLIST, name=name)

    assert (line[AT["given_name"]], line[AT["family_name"]]) == parts


def test_a_full_name_beside_its_parts_is_not_split():
    line = read(CLASSLIST, name="Maya Okafor", given_name="", family_name="Adeyemi")

    assert (line[AT["given_name"]], line[AT["family_name"]]) == ("", "Adeyemi")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-04", "2026-03-04"),
        ("2026-03-04 00:00:00", "2026-03-04"),
        ("3/4/2026", "2026-03-04"),
        ("03/04/26", "2026-03-04"),
        ("12/31/99", "1999-12-31"),
        ("4.3.2026", "2026-03-04"),
        ("31.12.26", "2026-12-31"),
        ("20260304", "2026-03-04"),
        ("4 Mar 2026", "2026-03-04"),
        ("4. März 2026", "2026-03-04"),
        ("March 4, 2026", "2026-03-04"),
        ("04-Mar-26", "2026-03-04"),
        ("", None),
    ],
)
def test_days(cell, day):
    assert value("expires_on", cell) == day


@pytest.mark.parametrize(
    "cell", ["31/02/2026", "2/30/2026", "soon", "2026-13-01", "1/1/1899", "1/1/2201", "46000", "1/2", "٣"]
)
def test_what_is_no_day_names_its_column(cell):
    refused = refusal(expires_on=cell)

    assert (refused.line, refused.column) == (7, "expires_on")
    assert cell in refused.message


def test_day_or_month_first_as_the_file_shows():
    header = ["Student ID", "left_on"]
    own = roster.Mapping("own", "own", {"Student ID": "number", "left_on": "left_on"})
    settled = roster.with_date_order(own, header, [["1", "3/4/2026"], ["2", "31/12/2026"]])

    assert settled.date_order == "dmy"
    assert roster.compile(settled, header, today=TODAY).parse(2, ["1", "3/4/2026"])[AT["left_on"]] == "2026-04-03"
    assert "two days" in roster.compile(own, header, today=TODAY).parse(2, ["1", "3/4/2026"]).message
    assert order_of(["3/4/2026", "1.2.2026"]) == "auto"
    assert order_of(["3/4/2026", "12/31/2026"]) == "mdy"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Active", "active"), ("ACTIVE", "active"), ("aktiv", "active"), ("Lapsed", "lapsed"), ("Expired", "lapsed"),
        ("Cancelled", "ended"), ("Dropped", "ended"), ("Pending", "suspended"), ("On hold", "suspended"), ("", "active"),
    ],
)  # fmt: skip
def test_states(cell, kept):
    assert value("status", cell) == kept


def test_altru_without_a_status_is_not_active():
    assert altru([*MEMBER[:3], "", *MEMBER[4:]])[0][AT["status"]] == "lapsed"


def test_unknown_states_are_told_the_allowed_ones():
    assert "active, lapsed, suspended or ended" in refusal(status="Galactic").message


@pytest.mark.parametrize("role", ["admin", "owner", "Owner ", "superuser"])
def test_a_file_grants_no_rights(role):
    refused = refusal(role=role)

    assert refused.column == "role"
    assert "member, student, tutor or instructor" in refused.message


@pytest.mark.parametrize(
    "cell",
    [
        "maya",
        "a@b",
        "a b@example.org",
        "a@@example.org",
        "a@example..org",
        "=1@example.org",
        "a@example.org, b@example.org",
    ],
)
def test_bad_addresses_are_refused(cell):
    assert refusal(email=cell).column == "email"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        (" Maya@Example.ORG", "maya@example.org"),
        ("maya+garden@example.org", "maya+garden@example.org"),
        ("n/a", ""),
        ("-", ""),
        ("jürgen@exämple.org", "jürgen@exämple.org"),
    ],
)
def test_addresses(cell, kept):
    assert value("email", cell) == kept


@pytest.mark.parametrize("field", ["number", "given_name", "family_name", "email", "card_names"])
@pytest.mark.parametrize("cell", ['=HYPERLINK("https://example.org")', "+1", "@SUM(A1)", "-2+3", "'=1"])
def test_formulas_are_refused_in_what_identifies(field, cell):
    assert refusal(**{"number": "1", field: cell}).column == field


def test_formulas_are_texts_elsewhere_and_survive_an_export():
    formula = '=HYPERLINK("https://example.org")'

    assert value("address_1", formula) == formula
    assert value("address_1", guarded(formula)) == formula


@pytest.mark.parametrize("cell", ["Ma\0ya", "Ma\x07ya", "Maya\nOkafor", "Maya\x85Okafor", "\ud800"])
def test_control_characters_are_refused(cell):
    assert refusal(given_name=cell).column == "given_name"


def test_a_line_end_in_an_address_is_a_blank():
    assert value("address_1", "4 Linden Walk\r\nApt 2") == "4 Linden Walk Apt 2"


@pytest.mark.parametrize(
    ("field", "most"),
    [("number", 64), ("given_name", 200), ("email", 254), ("level", 100), ("postcode", 20), ("card_names", 400)],
)
@pytest.mark.parametrize("letter", ["x", "ü"])
def test_lengths(field, most, letter):
    text = letter * most if field != "email" else letter * (most - 12) + "@example.org"

    assert value(field, text) == text
    assert refusal(**{field: "x" + text}).column == field


def test_a_line_without_a_number_is_refused():
    assert refusal(number="", given_name="Maya").column == "number"
    assert refusal(number="-", given_name="Maya").column == "number"


@pytest.mark.parametrize(
    ("quantity", "kept"),
    [("", 1), ("1", 1), ("10", 10), ("1.0", 1), ("0", None), ("1.5", False), ("x", False), ("nan", False)],
)
def test_quantities(quantity, kept):
    (line,) = altru([*MEMBER[:-1], quantity])
    if kept is False:
        assert line.column == list(ALTRU.columns)[-1]
    else:
        assert line[AT["add_ons"]] == (f'[{{"name":"Parking","quantity":{kept}}}]' if kept else "")


def test_lists_in_one_cell():
    assert json.loads(value("add_ons", "Parking x2; Guest pass ; Box × 10")) == [
        {"name": "Parking", "quantity": 2},
        {"name": "Guest pass", "quantity": 1},
        {"name": "Box", "quantity": 10},
    ]
    assert json.loads(value("groups", "MATH 101 [02]; Garden committee")) == [
        {"name": "MATH 101", "section": "02"},
        {"name": "Garden committee", "section": ""},
    ]


NAME = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(st.dictionaries(NAME | st.just("Locker x2"), st.integers(1, 9999), min_size=1, max_size=4))
def test_add_ons_come_back_from_an_export(counts):
    items = [{"name": name, "quantity": count} for name, count in counts.items()]

    again = json.loads(roster.values.add_ons(roster.add_ons_text(items)))

    assert again == items


# columns


@pytest.mark.parametrize("name", MAPPINGS)
def test_each_mapping_knows_its_own_template(name):
    header = next(csv.reader(io.StringIO(roster.template_csv(MAPPINGS[name]).removeprefix("\ufeff"))))
    guess = roster.guess(header)

    assert (guess.name, guess.missing) == (name, ())
    assert not any(match.guessed for match in guess.columns)
    roster.compile(guess.mapping, header, today=TODAY)


def test_altru_headers_are_the_exports_own():
    assert list(ALTRU.columns)[5] == "Members\\Constituent\\Last/Organization/Group/Household name"
    assert len(ALTRU.columns) == 15


def test_german_headers_are_guessed_and_marked():
    guess = roster.guess(
        ["Mitglieds-Nr.", "Nachname", "VORNAME", "E-Mail-Adresse", "PLZ", "Straße", "Gültig bis", "Hut"]
    )

    assert [match.field for match in guess.columns] == [
        "number", "family_name", "given_name", "email", "postcode", "address_1", "expires_on", "",
    ]  # fmt: skip
    assert all(match.guessed for match in guess.columns[:-1])
    assert (guess.name, guess.missing) == ("", ())


def test_a_file_without_numbers_is_told_what_it_has():
    assert roster.guess(["Hut", "Schuh"]).missing == ("number",)
    with pytest.raises(RosterUnreadable, match=r"Membership ID.*“Hut”, “Schuh”"):
        roster.compile(ALTRU, ["Hut", "Schuh"], today=TODAY)


def test_two_columns_for_one_field_are_refused():
    with pytest.raises(RosterUnreadable, match="“E-Mail” and “email”"):
        roster.compile(CLASSLIST, ["Student ID", "E-Mail", "email"], today=TODAY)


def test_a_field_that_does_not_exist_is_refused():
    own = roster.Mapping("own", "own", {"No": "number", "Hat": "hat"})

    with pytest.raises(RosterUnreadable, match="hat"):
        roster.compile(own, ["No", "Hat"], today=TODAY)


# several lines of one number


def test_add_on_lines_become_one_membership():
    other = [*MEMBER[:-2], "Guest pass", "1"]
    lines = altru(MEMBER, other, ["8-2", *MEMBER[1:]])

    first, second = roster.merged(lines)

    assert json.loads(first[AT["add_ons"]]) == [
        {"name": "Parking", "quantity": 2},
        {"name": "Guest pass", "quantity": 1},
    ]
    assert (first[AT["line"]], second[AT["line"]]) == (2, 4)


def test_a_later_line_fills_what_was_blank():
    base, refused = roster.merge(altru([*MEMBER[:4], "", *MEMBER[5:]], MEMBER))

    assert (base[AT["card_names"]], refused) == ("Ben Okafor", [])


@pytest.mark.parametrize(
    ("place", "field"), [(5, "name"), (12, "email"), (1, "level"), (2, "expires_on"), (14, "add_ons")]
)
def test_contradicting_lines_name_both(place, field):
    other = list(MEMBER)
    other[place] = {2: "1/1/2027", 12: "b@example.org", 14: "3"}.get(place, "Other")
    base, (refused,) = roster.merge(altru(MEMBER, other))

    assert base == altru(MEMBER)[0]
    assert (refused.line, refused.column) == (3, field)
    assert "line 2" in refused.message


def test_a_doubled_line_is_refused():
    _base, (refused,) = roster.merge(altru(MEMBER, MEMBER))

    assert (refused.line, refused.column) == (3, "number")


def test_spelling_is_no_contradiction():
    other = [*MEMBER[:5], "OKAFOR", "maya", *MEMBER[7:13], "Guest pass", "1"]

    assert roster.merge(altru(MEMBER, other))[1] == []


def test_refused_lines_pass_through():
    bad = Refused(3, "x", "y")

    assert list(roster.merged([altru(MEMBER)[0], bad])) == [bad, altru(MEMBER)[0]]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Maya Okafor", "OKAFOR, MAYA", True),
        ("Thảo Nguyễn", "Thao Nguyen", True),
        ("Séan O'Brien", "Sean O’Brien", True),
        ("Ana-María Groß", "ana maria gross", True),
        ("Søren Müller", "Soren Muller", True),
        ("Maya Okafor", "Ben Okafor", False),
        ("李", "王", False),
    ],
)
def test_names_agree(one, other, agree):
    assert roster.names_agree(one, other) is agree


# hostile and generated input


@settings(max_examples=400, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=30), min_size=15, max_size=15))
def test_any_line_is_read_or_refused(cells):
    (line,) = altru(cells)

    assert isinstance(line, Refused) or len(line) == len(COLUMNS)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(DAYS)), st.text(st.sampled_from("0123456789/.- TJanMär²٣"), max_size=14))
def test_any_day_is_read_or_refused(field, cell):
    line = read(**{field: cell})

    assert isinstance(line, Refused) or line[AT[field]] is None or date.fromisoformat(line[AT[field]])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=20))
def test_any_header_is_guessed(header):
    guess = roster.guess(header)

    assert [match.header for match in guess.columns] == header


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), st.text(" =+-@'|x\u00a0é", max_size=6))
def test_the_quick_look_and_the_thorough_one_agree(text, odd):
    """A line with an é in another alphabet's form is looked at thoroughly; its cells must come out the same."""
    for cell in (text, odd):
        quick = read(address_1=cell, city="plain")
        thorough = read(address_1=cell, city="plain  ")

        assert quick == thorough


# the demo's files


@pytest.mark.parametrize(
    ("file", "mapping", "lines"),
    [("garden-members", "altru", 181), ("students", "classlist", 111), ("staff", "gatehouse", 20)],
)
def test_demo_files_are_read_whole(file, mapping, lines):
    sheet = open_sheet(DEMO / f"{file}.csv")
    guess = roster.guess(sheet.header)
    parser = roster.compile(guess.mapping, sheet.header, today=TODAY)

    read_lines = list(roster.merged(parser.parse(*row) for row in sheet.rows()))

    assert guess.name == mapping
    assert [line for line in read_lines if isinstance(line, Refused)] == []
    assert len(read_lines) == lines
