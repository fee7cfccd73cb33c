import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from gatehouse.core import clock
from gatehouse.core.sheets import unguarded
from gatehouse.people import actions, roster
from gatehouse.people.models import Membership
from gatehouse.people.queries import export
from gatehouse.people.tests.factories import (
    ExternalIdFactory,
    GroupPlaceFactory,
    MembershipFactory,
    PersonFactory,
    RoleFactory,
    RoleGrantFactory,
)


def everything():
    return json.loads("".join(export.as_json()))


def rows(people=None):
    return list(csv.DictReader(io.StringIO("".join(export.as_csv(people)), newline="")))


@pytest.fixture
def maya(db):
    person = PersonFactory(
        given_name="Maya", family_name="Okafor", preferred_name="May", email="maya@example.org",
        joined_on=date(2020, 1, 2), attributes={"Locker": "12"},
    )  # fmt: skip
    MembershipFactory(
        person=person, source="altru", number="8-00000042", level="Friend", expires_on=date(2027, 3, 31),
        add_ons=[{"name": "Guest pass", "quantity": 1}, {"name": "Parking", "quantity": 2}],
        card_names="Ben Okafor", address_1="1 Elm St", city="Pittsburgh", region="PA", postcode="00501", country="USA",
    )  # fmt: skip
    return person


def test_json_says_everything_in_the_agreed_form(maya):
    ExternalIdFactory(person=maya, source="registry", value="77")
    RoleGrantFactory(person=maya, role=RoleFactory.built_in("tutor"))
    GroupPlaceFactory(person=maya, group__name="Garden")
    membership = maya.memberships.get()

    said = everything()

    said["people"][0]["external_ids"].sort(key=lambda known: known["source"])
    assert said == {
        "people": [
            {
                "id": str(maya.pk),
                "email": "maya@example.org",
                "name": "May Okafor",
                "given_name": "Maya",
                "family_name": "Okafor",
                "preferred_name": "May",
                "language": "",
                "source": "",
                "joined_on": "2020-01-02",
                "left_at": None,
                "attributes": {"Locker": "12"},
                "external_ids": [
                    {"source": "altru", "value": "8-00000042"},
                    {"source": "registry", "value": "77"},
                ],
                "groups": ["Garden"],
                "roles": ["tutor"],
            }
        ],
        "memberships": [
            {
                "id": str(membership.pk),
                "source": "altru",
                "number": "8-00000042",
                "level": "Friend",
                "status": "active",
                "valid_from": None,
                "expires_on": "2027-03-31",
                "card_names": "Ben Okafor",
                "add_ons": [{"name": "Guest pass", "quantity": 1}, {"name": "Parking", "quantity": 2}],
                "person": str(maya.pk),
                "address": {
                    "address_1": "1 Elm St", "address_2": "", "city": "Pittsburgh", "region": "PA",
                    "postcode": "00501", "country": "USA",
                },
            }
        ],
    }  # fmt: skip


def test_nobody_is_two_empty_lists(db):
    assert everything() == {"people": [], "memberships": []}


def test_csv_is_a_roster_of_the_gatehouse_mapping(maya):
    listed = {"listed_groups": [{"name": "MATH 101", "section": "02"}], "listed_role": "student"}
    maya.memberships.update(**listed)
    GroupPlaceFactory(person=maya, group__name="Made by hand")
    RoleGrantFactory(person=maya, role=RoleFactory.built_in("owner"))
    PersonFactory(left_at=clock.now())

    assert rows() == [
        {
            "source": "altru", "number": "8-00000042", "given_name": "Maya", "family_name": "Okafor",
            "preferred_name": "May", "email": "maya@example.org", "level": "Friend", "status": "active",
            "valid_from": "", "expires_on": "2027-03-31", "card_names": "Ben Okafor",
            "add_ons": "Guest pass; Parking x2", "address_1": "1 Elm St", "address_2": "", "city": "Pittsburgh",
            "region": "PA", "postcode": "00501", "country": "USA", "groups": "MATH 101 [02]", "role": "student",
            "joined_on": "2020-01-02", "attr:Locker": "12",
        }
    ]  # fmt: skip


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50))
def test_no_cell_is_a_formula_and_every_cell_comes_back(maya, text):
    membership = maya.memberships.get()
    membership.card_names = text
    membership.save()

    cell = rows()[0]["card_names"]

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(cell) == text


def test_the_roster_kernel_reads_back_what_was_written(maya):
    hard = PersonFactory(given_name="'t", family_name="Nguyễn-McDonald O'Brien", attributes={"Phone": "+49 351 1"})
    MembershipFactory(
        person=hard, source="desk", number="00042", status="suspended", valid_from=date(2026, 3, 4),
        card_names="'=1+1", address_1="=HYPERLINK(1)", city="-", add_ons=[{"name": "Bay x2", "quantity": 1}],
        person__left_at=clock.now(),
    )  # fmt: skip
    header, *lines = csv.reader(io.StringIO("".join(export.as_csv()), newline=""))

    parser = roster.compile(roster.guess(header).mapping, header, today=clock.today())
    read = [dict(zip(roster.COLUMNS, parser.parse(n, cells), strict=True)) for n, cells in enumerate(lines, 2)]

    for line, membership in zip(read, Membership.objects.order_by("source", "number"), strict=True):
        person = membership.person
        assert [line[name] for name in ("source", "number", "level", "status", "card_names", "address_1", "city")] == [
            membership.source, membership.number, membership.level, membership.status, membership.card_names,
            membership.address_1, membership.city,
        ]  # fmt: skip
        assert [line[name] or None for name in ("valid_from", "expires_on", "joined_on")] == [
            str(day) if day else None for day in (membership.valid_from, membership.expires_on, person.joined_on)
        ]
        assert json.loads(line["add_ons"] or "[]") == membership.add_ons
        assert json.loads(line["attributes"] or "{}") == person.attributes
        assert [line["given_name"], line["family_name"]] == [person.given_name, person.family_name]


def test_an_export_comes_back_as_all_unchanged(maya, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    listed = {"listed_groups": [{"name": "Choir", "section": ""}, {"name": "MATH 101", "section": "02"}]}
    MembershipFactory(person=maya, source="classlist", number="77", listed_role="student", **listed)
    MembershipFactory(source="desk", number="'=1", status="ended", person__left_at=clock.now())
    MembershipFactory(source="desk", number="2", status="lapsed", expires_on=date(2020, 1, 1), person__email=None)
    MembershipFactory(person__source="altru", person__given_name="O'Brien", person__attributes={"Phone": "+49 351"})
    out = tmp_path / "people.csv"
    out.write_text("".join(export.as_csv()), encoding="utf-8", newline="")

    begun = actions.begin_import(path=out, filename=out.name, mapping=roster.MAPPINGS["gatehouse"], actor=None)
    read = actions.read_import(roster_import=begun)

    assert (read.joined, read.changed, read.missing, read.refused, read.undecided) == (0, 0, 0, 0, 0)
    assert read.unchanged == 5


def test_long_lists_come_in_steps_and_nobody_is_lost_or_doubled(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(export, "STEP", 3)
    for n in range(7):
        MembershipFactory(source="altru" if n % 2 else "desk", number=str(n))

    with django_assert_num_queries(3 * 4 + 3):
        said = everything()
    listed = rows()

    assert len({person["id"] for person in said["people"]}) == 7
    assert len({membership["id"] for membership in said["memberships"]}) == 7
    assert [(row["source"], row["number"]) for row in listed] == [
        ("altru", "1"), ("altru", "3"), ("altru", "5"), ("desk", "0"), ("desk", "2"), ("desk", "4"), ("desk", "6"),
    ]  # fmt: skip


def test_the_command_answers_with_the_export_itself(maya, capsys):
    call_command("export_people", "--json")

    assert json.loads(capsys.readouterr().out) == everything()


@pytest.mark.parametrize(("name", "form"), [("people.csv", "csv"), ("people.json", "json"), ("people.txt", "json")])
def test_the_command_writes_a_file_and_says_how_much(maya, capsys, tmp_path, name, form):
    out = tmp_path / name
    PersonFactory()

    call_command("export_people", "--out", str(out), "--json")

    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"file": str(out), "format": form, "people": 2, "memberships": 1}
    assert ("1 people have no membership" in printed.err) == (form == "csv")
    text = "".join(export.as_csv()) if form == "csv" else "".join(export.as_json()) + "\n"
    assert out.read_bytes() == text.encode()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_that_is_not_there_is_refused_in_one_line(db, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("export_people", "--out", str(Path("/nowhere/people.json")), "--json")

    assert ended.value.code == 1
    assert "error" in json.loads(capsys.readouterr().out)


def test_csv_with_json_on_stdout_is_wrong_usage(db):
    with pytest.raises(SystemExit) as refused:
        call_command("export_people", "--json", "--format", "csv")

    assert refused.value.code == 2
