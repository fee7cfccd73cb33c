"""What forbids publishing is told at its place, and what is only unwise does not forbid."""

from dataclasses import replace

import pytest

from gatehouse.passes import checking, wording
from gatehouse.passes.blueprint import Barcode, Blueprint, Colours, Field, Place
from gatehouse.passes.differences import differences
from gatehouse.passes.queries import SOURCES
from gatehouse.passes.tests.factories import BLUEPRINT

GOOD = replace(BLUEPRINT, images={"icon": {"1x": "0" * 64}})
FACTS = dict(SOURCES)


def found(blueprint, facts=FACTS):
    return [(problem.path, problem.forbids) for problem in checking.problems(blueprint, facts)]


def with_field(**fields):
    """A fifth field, like a good one but for this."""
    field = Field(**{"key": "extra", "slot": "auxiliary", "label": "Extra", "says": "{person.name}", **fields})
    return replace(GOOD, fields=(*GOOD.fields, field))


def test_good_design_has_no_problem():
    assert found(GOOD) == []


def test_n27_a_field_key_used_twice_is_refused_at_both_places():
    assert found(with_field(key="number")) == [("fields.2.key", True), ("fields.4.key", True)]


FORBIDDEN = [
    ({"organisation": " "}, "organisation"),
    ({"description": ""}, "description"),
    ({"images": {}}, "images.icon"),
    ({"images": {"icon": {}}}, "images.icon"),
    ({"colours": Colours(ground="green")}, "colours.ground"),
    ({"colours": Colours(text="#fff")}, "colours.text"),
    ({"colours": Colours(ground="#777777", text="#ffffff", label="#ffffff")}, "colours.text"),
    ({"barcode": Barcode(says="  ")}, "barcode.says"),
    ({"barcode": Barcode(says="{membership.nothing}")}, "barcode.says"),
    ({"barcode": Barcode(below="{person name}")}, "barcode.below"),
    ({"barcode": Barcode("code128", "ł{membership.number}")}, "barcode.says"),
    ({"barcode": Barcode("code128", "x" * 120)}, "barcode.says"),
    ({"barcode": Barcode("pdf417", "x" * 3000)}, "barcode.says"),
    ({"places": (Place(91, 0),)}, "places.0.latitude"),
    ({"places": (Place(0, -181),)}, "places.0.longitude"),
    ({"places": (Place(float("nan"), 0),)}, "places.0.latitude"),
    ({"places": (Place(0, 0, "Hello {person.name}"),)}, "places.0.says"),
    ({"places": tuple(Place(n, n) for n in range(11))}, "places.10.latitude"),
    ({"relevant": ("tomorrow",)}, "relevant.0"),
    ({"relevant": ("2027-03-01T18:00",)}, "relevant.0"),
    ({"texts": {"de": {"Valid until %@": "Gültig"}}}, "texts.de"),
]


@pytest.mark.parametrize(("changed", "path"), FORBIDDEN)
def test_what_forbids_publishing_is_told_at_its_place(changed, path):
    assert (path, True) in found(replace(GOOD, **changed))


FIELDS = [
    ({"key": ""}, "key"),
    ({"key": ".void"}, "key"),
    ({"key": "two words"}, "key"),
    ({"key": "k" * 41}, "key"),
    ({"says": " "}, "says"),
    ({"says": "{person.shoe_size}"}, "says"),
    ({"says": "{Person.Name}"}, "says"),
    ({"says": "a } b"}, "says"),
    ({"says": "soon", "format": "date"}, "says"),
    ({"says": "until {membership.expires_on}", "format": "date"}, "says"),
    ({"says": "{membership.expires_on}", "format": "moment"}, "says"),
    ({"says": "{person.name}", "format": "number"}, "says"),
    ({"says": "{own.balance}", "format": "currency"}, "currency"),
    ({"says": "{own.balance}", "format": "currency", "currency": "euro"}, "currency"),
    ({"change": "It changed"}, "change"),
    ({"label": "{person.name}"}, "label"),
]


@pytest.mark.parametrize(("changed", "name"), FIELDS)
def test_what_is_wrong_with_a_field_is_told_at_the_field(changed, name):
    assert found(with_field(**changed)) == [(f"fields.4.{name}", True)]


@pytest.mark.parametrize(
    "changed",
    [
        {"says": "{own.seat}"},
        {"says": "{own.balance}", "format": "currency", "currency": "EUR", "change": "Now %@"},
        {"says": "{membership.expires_on}", "format": "date"},
        {"says": "2027-03-01T18:00:00+01:00", "format": "moment"},
        {"says": "Open every day, {host.name}"},
        {"says": "42.5", "format": "number"},
    ],
)
def test_field_that_is_right_is_no_problem(changed):
    assert found(with_field(**changed)) == []


def test_facts_that_such_a_pass_cannot_know_are_refused():
    of_nobody = {name: text for name, text in FACTS.items() if name.startswith(("host.", "pass."))}

    assert ("barcode.says", True) in found(GOOD, of_nobody)
    assert ("fields.1.says", True) in found(GOOD, of_nobody)
    assert ("fields.4.says", True) in found(with_field(says="{attributes.Locker}"), of_nobody)


def test_detail_that_nobody_has_is_only_said():
    assert found(with_field(says="{attributes.Locker number}")) == [("fields.4.says", False)]
    assert found(with_field(says="{attributes.Locker number}"), {**FACTS, "attributes.Locker number": "12"}) == []


def test_pale_labels_and_too_many_fields_are_unwise_but_not_forbidden():
    pale = replace(GOOD, colours=Colours("#1c4a40", "#ffffff", "#5f8a80"))
    headers = replace(GOOD, fields=tuple(Field(f"h{n}", "header", "", "x") for n in range(4)))
    many = tuple(Field(f"s{n}", "secondary" if n < 3 else "auxiliary", "", "x") for n in range(5))
    two_main = replace(GOOD, fields=tuple(Field(f"p{n}", "primary", "", "x") for n in range(2)))

    assert found(pale) == [("colours.label", False)]
    assert found(headers) == [("fields.3.slot", False), ("fields", False)]
    assert found(two_main) == [("fields.1.slot", False)]
    for style, barcode, is_tight in (
        ("storeCard", Barcode("pdf417"), True),
        ("coupon", Barcode("qr"), True),
        ("generic", Barcode("qr"), True),
        ("generic", Barcode("pdf417"), False),
        ("eventTicket", Barcode("qr"), False),
    ):
        main = Field("m", "primary", "", "x")
        design = replace(GOOD, style=style, barcode=barcode, fields=(main, *many))
        assert found(design) == ([("fields", False)] if is_tight else [])


@pytest.mark.parametrize(
    ("style", "roles", "unwise"),
    [
        ("generic", {"strip"}, ["images.strip"]),
        ("storeCard", {"thumbnail", "background"}, ["images.background", "images.thumbnail"]),
        ("coupon", {"strip"}, []),
        ("eventTicket", {"strip"}, []),
        ("eventTicket", {"background", "thumbnail"}, []),
        ("eventTicket", {"strip", "thumbnail"}, ["images.strip"]),
        ("eventTicket", {"footer"}, ["images.footer"]),
    ],
)
def test_pictures_that_a_style_does_not_show_are_told(style, roles, unwise):
    sizes = {"1x": "0" * 64}
    design = replace(GOOD, style=style, images=dict.fromkeys({"icon", *roles}, sizes))

    assert found(design) == [(path, False) for path in unwise]


def test_card_without_a_code_needs_none():
    assert found(replace(GOOD, barcode=None)) == []


def test_messages_are_sentences_with_their_parts():
    said = [str(problem.message) for problem in checking.problems(with_field(key="number", change="x"), FACTS)]

    assert said[0] == "The key “number” is used 2 times; each field needs its own."
    assert said[2] == "Write %@ where the new value is to stand, like “Your level is now %@”."


def test_differences_name_what_changed():
    after = replace(
        GOOD,
        style="storeCard",
        logo_text="Friends",
        fields=(
            GOOD.fields[1],
            GOOD.fields[0],
            replace(GOOD.fields[2], label="No."),
            Field("new", "back", "Hours", "x"),
        ),
        texts={"de": {}},
    )

    assert differences(GOOD, GOOD) == []
    assert [str(one) for one in differences(GOOD, after)] == [
        "Style: Plain card becomes Store card",
        "Title: “Linden Garden” becomes “Friends”",
        "Field changed: No.",
        "New field: Hours",
        "Field gone: Valid until",
        "Fields stand in another order",
        "Other translations",
    ]


def test_every_part_of_a_blueprint_is_looked_at_for_differences():
    other = Blueprint(
        style="coupon", organisation="x", description="x", logo_text="x", colours=Colours("#000000"),
        fields=(Field("x", "back"),), barcode=None, images={"icon": {"1x": "1"}}, texts={"de": {}},
        places=(Place(1, 1),), relevant=("2027-01-01T00:00:00+00:00",), expires=False, is_shareable=False,
    )  # fmt: skip

    for name, value in vars(other).items():
        assert differences(GOOD, replace(GOOD, **{name: value})), name


def test_translations_follow_their_texts():
    german = {"de": {"Level": "Stufe", "Member": "Mitglied", "Gone": "Fort"}, "fr": {}}
    before = wording.texts_of(GOOD)
    renamed = tuple(replace(field, label="Members") if field.key == "member" else field for field in GOOD.fields)
    turned = replace(GOOD, fields=tuple(reversed(renamed)))

    assert wording.carried(german, before, turned) == {"de": {"Level": "Stufe", "Members": "Mitglied"}, "fr": {}}
