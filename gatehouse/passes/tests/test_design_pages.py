"""The designer's pages: every button works without a script, and every refusal stands beside its field."""

import io
import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from gatehouse.passes import actions, demo, policies
from gatehouse.passes.models import Design, DesignImage
from gatehouse.passes.tests.factories import PASS_TYPE, a_pass
from gatehouse.people.models import Group
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer(client):
    client.force_login(holder_of(policies.DESIGN, given_name="Ana", family_name=""))
    return client


@pytest.fixture
def design():
    return actions.make_design(name="Friends", pass_type_id=PASS_TYPE, actor=None)


def address(design, end=""):
    return f"/manage/passes/designs/{design.pk}{end}"


def typed(page):
    """What a browser would send of the designer's form, as it stands in the page."""
    form = BeautifulSoup(page.text, "html.parser").select_one("form.designer")
    sent: dict[str, list[str]] = {}
    for field in form.select("input, select, textarea"):
        if field.get("type") == "file" or (
            field.get("type") in {"checkbox", "radio"} and not field.has_attr("checked")
        ):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            value = chosen["value"]
        else:
            value = (
                field.text.lstrip("\n")
                if field.name == "textarea"
                else field.get("value", "on" if field.get("type") == "checkbox" else "")
            )
        sent.setdefault(field["name"], []).append(value)
    return sent


def press(client, design, button, **changed):
    sent = typed(client.get(address(design)))
    return client.post(address(design), {**sent, **changed, "do": button})


def blueprint_of(design):
    return Design.objects.get(pk=design.pk).blueprint


def keys(page):
    rows = BeautifulSoup(page.text, "html.parser").select("[name^=fields-][name$=-key]")
    return [row["value"] for row in rows]


def errors_at(page, field):
    found = BeautifulSoup(page.text, "html.parser").select_one(f"#{field}_error")
    return found.get_text(" ", strip=True) if found else ""


def picture(width=400, height=400):
    out = io.BytesIO()
    Image.new("RGB", (width, height), (90, 20, 40)).save(out, "PNG")
    return SimpleUploadedFile("x.png", out.getvalue(), content_type="image/png")


def test_first_design_is_published_in_four_steps_without_a_script(designer):
    assert "No designs yet" in designer.get("/manage/passes/designs").text
    begun = designer.post(
        "/manage/passes/designs/add",
        {"beginning": "membership", "name": "Friends", "pass_type_id": PASS_TYPE},
        follow=True,
    )
    design = Design.objects.get()
    assert begun.redirect_chain == [(address(design), 302)]

    asked = press(designer, design, "publish", logo_text="Garden Friends")
    assert asked.url == address(design, "/publish")
    page = designer.get(asked.url)
    assert "next you say who" in page.text
    seen = BeautifulSoup(page.text, "html.parser").select_one("[name=seen]")["value"]
    done = designer.post(asked.url, {"seen": seen}, follow=True)

    assert done.redirect_chain == [(address(design, "/audience"), 302)]
    assert "Now say who gets one." in done.text
    assert Design.objects.get().published.blueprint.logo_text == "Garden Friends"


def test_page_that_is_sent_back_as_it_came_changes_nothing(designer, design):
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    before = blueprint_of(design)

    saved = press(designer, design, "save")

    assert saved.url == address(design)
    assert blueprint_of(design) == before
    assert "which is this draft" in designer.get(address(design)).text


def test_demo_design_survives_the_form(designer, design, settings):

    demo.load(settings.DEMO_DIR / "garden-card", source="altru", progress=print)
    garden = Design.objects.get(name="Linden Garden")
    before = garden.blueprint

    press(designer, garden, "save")

    assert blueprint_of(garden) == before
    assert len(before.texts["de"]) == 19


def test_fields_are_added_moved_and_removed_by_buttons_and_nothing_is_saved(designer, design):
    before = blueprint_of(design)

    assert keys(press(designer, design, "add-auxiliary"))[4:7] == ["names", "since", "auxiliary1"]
    assert keys(press(designer, design, "down-2"))[2:4] == ["until", "number"]
    assert keys(press(designer, design, "up-3"))[2:4] == ["until", "number"]
    assert keys(press(designer, design, "up-2"))[2:4] == ["number", "until"], "not out of its place"
    assert "number" not in keys(press(designer, design, "remove-2"))
    moved = press(designer, design, "down-2")
    assert "Not saved" in moved.text
    assert blueprint_of(design) == before

    designer.post(address(design), {**typed(moved), "do": "save"})
    assert [field.key for field in blueprint_of(design).fields][2:4] == ["until", "number"]


def test_what_is_typed_is_saved(designer, design):
    press(
        designer, design, "save",
        **{
            "style": "eventTicket", "organisation": "Garden", "description": "Ticket", "ground": "#112233",
            "fields-0-label": "Row", "fields-0-fact": "", "fields-0-words": "Row {own.row}",
            "fields-1-slot": "back", "fields-3-change": "Until %@ now",
            "kind": "pdf417", "holds": "words", "code_words": "T-{pass.code}", "below": "words", "below_words": "Hello",
            "moments-0-at": "2027-03-01T18:00", "places-0-latitude": "40.5", "places-0-longitude": "-79.9",
            "places-0-place_says": "Welcome",
        },
    )  # fmt: skip

    saved = blueprint_of(design)
    assert (saved.style, saved.organisation, saved.colours.ground) == ("eventTicket", "Garden", "#112233")
    assert saved.fields[0].says == "Row {own.row}"
    assert [field.key for field in saved.fields if field.slot == "back"] == ["member", "extras", "lost"]
    assert [field.change for field in saved.fields if field.key == "until"] == ["Until %@ now"]
    assert (saved.barcode.kind, saved.barcode.says, saved.barcode.below) == ("pdf417", "T-{pass.code}", "Hello")
    assert [text[:16] for text in saved.relevant] == ["2027-03-01T18:00"]
    assert [(place.latitude, place.longitude, place.says) for place in saved.places] == [(40.5, -79.9, "Welcome")]


def test_switches_that_are_off_are_saved_and_a_code_can_be_left_out(designer, design):
    sent = typed(designer.get(address(design)))
    del sent["expires"], sent["is_shareable"]
    designer.post(address(design), {**sent, "kind": "none", "do": "save"})

    saved = blueprint_of(design)
    assert (saved.expires, saved.is_shareable, saved.barcode) == (False, False, None)


def test_places_and_times_are_taken_away_by_buttons(designer, design):
    place = {"places-0-latitude": "1", "places-0-longitude": "2", "moments-0-at": "2027-03-01T18:00"}
    press(designer, design, "save", **place)

    page = press(designer, design, "remove-place-0")
    page = designer.post(address(design), {**typed(page), "do": "remove-moment-0"})
    designer.post(address(design), {**typed(page), "do": "save"})

    assert (blueprint_of(design).places, blueprint_of(design).relevant) == ((), ())


def test_languages_are_added_filled_and_removed(designer, design):
    page = press(designer, design, "language-add", new_language="de")
    row = BeautifulSoup(page.text, "html.parser").find("input", {"value": "Member", "type": "hidden"})["name"]
    sent = {**typed(page), f"{row}-de": "Mitglied", "fields-1-label": "Members", "do": "save"}
    designer.post(address(design), sent)
    assert blueprint_of(design).texts == {"de": {"Members": "Mitglied"}}

    shown = press(designer, design, "show", **{"as-language": "de"})
    assert "<dt>Mitglied</dt>" in shown.text

    removed = press(designer, design, "remove-language-de")
    designer.post(address(design), {**typed(removed), "do": "save"})
    assert blueprint_of(design).texts == {}


def test_pictures_are_taken_shown_and_taken_away(designer, design):
    page = press(designer, design, "show", **{"image-strip": picture(1125, 369)})
    assert 'class="strip"' in page.text
    designer.post(address(design), {**typed(page), "do": "save"})
    assert blueprint_of(design).images["strip"].keys() == {"1x", "2x", "3x"}

    without = press(designer, design, "drop-strip")
    designer.post(address(design), {**typed(without), "do": "save"})
    assert "strip" not in blueprint_of(design).images


def test_strip_is_cut_anew_for_another_style(designer, design):
    page = press(designer, design, "save", **{"image-strip": picture(1125, 432)})
    assert page.status_code == 302

    press(designer, design, "save", style="eventTicket")

    sizes = blueprint_of(design).images["strip"]
    assert [(one.width, one.height) for one in DesignImage.objects.filter(pk=sizes["2x"])] == [(750, 196)]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: picture(57, 57), "It needs at least 58 × 58."),
        (lambda: SimpleUploadedFile("x.png", b"<svg/>", content_type="image/png"), "no PNG, JPEG or WebP"),
        (lambda: SimpleUploadedFile("x.png", b"<html><script>", content_type="image/png"), "no PNG, JPEG or WebP"),
        (lambda: SimpleUploadedFile("x.png", picture().read()[:90], content_type="image/png"), "broken"),
        (lambda: SimpleUploadedFile("x.png", bytes(5_000_001), content_type="image/png"), "more than 5 MB"),
    ],
)
def test_picture_that_is_none_is_refused_beside_its_field_and_the_old_one_stays(designer, design, file, said):
    before = blueprint_of(design)

    page = press(designer, design, "save", **{"image-icon": file()})

    assert page.status_code == 422
    assert said in errors_at(page, "id_image-icon")
    assert blueprint_of(design) == before


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"organisation": ""}, "id_organisation", "Say whose card it is"),
        ({"description": " "}, "id_description", "Say what it is"),
        ({"ground": "green"}, "id_ground", "six digits"),
        ({"text": "#1c4a41"}, "id_text", "4.5 is the least"),
        ({"kept-icon": ""}, "id_image-icon", "An icon is needed"),
        ({"fields-1-key": "level"}, "id_fields-0-key", "is used 2 times"),
        ({"fields-1-key": "level"}, "id_fields-1-key", "is used 2 times"),
        ({"fields-1-key": ""}, "id_fields-1-key", "needs a key"),
        ({"fields-1-fact": ""}, "id_fields-1-words", "says nothing yet"),
        ({"fields-1-fact": "", "fields-1-words": "{shoe.size}"}, "id_fields-1-words", "is not known"),
        ({"fields-1-format": "currency"}, "id_fields-1-fact", "not of the format"),
        ({"fields-1-format": "currency"}, "id_fields-1-currency", "three letters"),
        ({"fields-1-change": "changed"}, "id_fields-1-change", "Write %@"),
        ({"fields-0-slot": "back", "fields-1-key": "level"}, "id_fields-0-key", "is used 2 times"),
        ({"kind": "code128", "holds": "words", "code_words": "ł"}, "id_code_words", "can't hold it"),
        ({"holds": "words"}, "id_code_words", "Say what the code is to hold"),
        ({"below": "words", "below_words": "{x.y}"}, "id_below", "is not known"),
        ({"places-0-latitude": "95", "places-0-longitude": "0"}, "id_places-0-latitude", "Degrees go from -90 to 90"),
    ],
)
def test_what_forbids_publishing_stands_beside_its_field(designer, design, changed, field, said):
    page = press(designer, design, "publish", **changed)

    assert page.status_code == 422
    assert said in errors_at(page, field)
    assert f'href="#{field}"' in page.text
    assert Design.objects.get().published is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"places-0-latitude": "north", "places-0-longitude": "1"}, "id_places-0-latitude"),
        ({"places-0-latitude": "1"}, "id_places-0-longitude"),
        ({"places-0-latitude": "nan", "places-0-longitude": "1"}, "id_places-0-latitude"),
        ({"moments-0-at": "soon"}, "id_moments-0-at"),
        ({"style": "boardingPass"}, "id_style"),
        ({"fields-0-slot": "nowhere"}, "id_fields-0-slot"),
        ({"fields-0-fact": "{settings.SECRET_KEY}"}, "id_fields-0-fact"),
        ({"logo_text": "x" * 81}, "id_logo_text"),
        ({"kind": "ean13"}, "id_kind"),
    ],
)
def test_n2_what_can_not_be_understood_is_refused_beside_its_field_and_not_saved(designer, design, changed, field):
    before = blueprint_of(design)

    page = press(designer, design, "save", **changed)

    assert page.status_code == 422
    assert errors_at(page, field)
    assert blueprint_of(design) == before


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "__import__('os').system('x')"},
        {"do": "publish; drop"},
        {"do": "save", "seen": "yesterday"},
        {"do": "save", "seen": "2027-01-01T00:00:00"},
        {"do": "save", "seen": ""},
    ],
)
def test_n2_hostile_buttons_are_400_without_effect(designer, design, sent):
    before = blueprint_of(design)
    page = {**typed(designer.get(address(design))), **sent}

    assert designer.post(address(design), page).status_code == 400
    assert blueprint_of(design) == before


@pytest.mark.parametrize("count", ["-1", "x", "99999999999999999999", ""])
def test_n2_counts_of_rows_that_lie_are_refused(designer, design, count):
    before = blueprint_of(design)

    page = press(designer, design, "save", **{"fields-TOTAL_FORMS": count})

    assert page.status_code == 422
    assert blueprint_of(design) == before


def test_rows_that_claim_to_be_new_and_empty_are_left_out(designer, design):
    sent = typed(designer.get(address(design)))
    blank = {name: "" for name in sent if name.startswith("fields-0-")}

    page = designer.post(address(design), {**sent, **blank, "fields-INITIAL_FORMS": "0", "do": "save"})

    assert page.status_code == 302
    assert "level" not in [field.key for field in blueprint_of(design).fields]


NAMES = [
    "style", "organisation", "ground", "text", "fields-0-label", "fields-0-fact", "fields-0-words", "fields-0-key",
    "fields-1-slot", "fields-1-format", "fields-2-currency", "fields-3-change", "kind", "holds", "code_words", "below",
    "below_words", "moments-0-at", "places-0-latitude", "places-0-longitude", "places-0-place_says", "kept-icon",
    "languages", "w-0", "w-0-at", "w-0-de", "new_language", "as-who", "as-number", "as-language", "fields-TOTAL_FORMS",
    "fields-INITIAL_FORMS", "moments-TOTAL_FORMS", "places-INITIAL_FORMS", "expires",
]  # fmt: skip
BUTTONS = ["show", "save", "publish", "add-back", "add-x", "up-0", "down-99", "remove-0", "remove-x-1", "remove-place-7",
           "remove-language-de", "language-add", "drop-icon", "drop-x"]  # fmt: skip
ODD = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["{person.name}", "{{person.name}}", "{person.}", "%@%s%n", "NaN", "1e999", "de", "\0", "{own.\u202e}"]
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=st.dictionaries(st.sampled_from(NAMES), ODD, max_size=6), button=st.sampled_from(BUTTONS))
def test_no_odd_input_makes_the_designer_fall(designer, design, changed, button):
    sent = typed(designer.get(address(design)))

    answer = designer.post(address(design), {**sent, **changed, "do": button})
    preview = designer.post(address(design, "/preview"), {**sent, **changed})

    assert answer.status_code in {200, 302, 409, 422}
    assert preview.status_code == 200
    assert designer.get(address(design)).status_code == 200
    assert designer.get("/manage/passes/designs").status_code == 200
    assert designer.get(address(design, "/publish")).status_code == 200


def test_draft_with_colours_that_are_none_is_kept_and_every_page_shows_it(designer, design):
    assert press(designer, design, "save", ground="green", label="gdqæ").status_code == 302

    for path in (address(design), address(design, "/publish"), "/manage/passes/designs"):
        assert designer.get(path).status_code == 200


def test_second_who_saves_is_told_and_keeps_what_was_typed(designer, design):
    mine = typed(designer.get(address(design)))
    ben = holder_of(policies.DESIGN, given_name="Ben", family_name="")
    other = Design.objects.get(pk=design.pk)
    actions.save_draft(design=other, blueprint=other.blueprint, seen=other.changed_at, actor=ben)

    refused = designer.post(address(design), {**mine, "logo_text": "Mine", "do": "save"})

    assert refused.status_code == 409
    assert "Ben saved this design a moment ago" in refused.text
    assert typed(refused)["logo_text"] == ["Mine"]
    knowing = designer.post(address(design), {**typed(refused), "do": "save"})
    assert knowing.status_code == 302
    assert blueprint_of(design).logo_text == "Mine"


def test_publishing_names_how_many_cards_change_and_what(designer, design):
    design.published = actions.publish_design(design=design, seen=design.changed_at, actor=None)
    for _number in range(2):
        a_pass(design)
    assert "The draft is what phones show already" in designer.get(address(design, "/publish")).text

    page = designer.get(press(designer, design, "publish", logo_text="Other").url)

    assert "2 cards get the new look on their phones." in page.text
    assert "Title: “Gatehouse” becomes “Other”" in page.text
    assert "Publish version 2" in page.text


def test_publishing_what_changed_meanwhile_is_refused(designer, design):
    seen = design.changed_at.isoformat()
    actions.save_draft(design=design, blueprint=design.blueprint, seen=design.changed_at, actor=None)

    page = designer.post(address(design, "/publish"), {"seen": seen})

    assert page.status_code == 409
    assert Design.objects.get().published is None


def test_versions_are_listed_shown_and_taken_back(designer, design):
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    press(designer, design, "save", logo_text="Second")
    design.refresh_from_db()
    actions.publish_design(design=design, seen=design.changed_at, actor=None)

    listed = designer.get(address(design, "/versions"))
    assert [one.get_text(strip=True) for one in BeautifulSoup(listed.text, "html.parser").select(".ledger .m")] == [
        "2",
        "1",
    ]
    assert "The first version" in listed.text
    page = designer.get(address(design, "/versions/1"))
    assert "How the draft differs" in page.text
    seen = BeautifulSoup(page.text, "html.parser").select_one("[name=seen]")["value"]
    assert designer.post(address(design, "/versions/1/take-back"), {"seen": seen}).url == address(design)

    assert blueprint_of(design).logo_text == "Gatehouse"
    assert designer.post(address(design, "/versions/1/take-back"), {"seen": seen}).status_code == 409
    assert designer.get(address(design, "/versions/3")).status_code == 404


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("", "Maya Okafor"),
        ("long", "Konstantinopoulou-Featherstonehaugh"),
        ("lapsed", "Not valid"),
    ],
)
def test_card_is_looked_at_as_others(designer, design, who, said):
    sent = typed(designer.get(address(design)))

    assert said in designer.post(address(design, "/preview"), {**sent, "as-who": who}).text


def test_card_of_a_true_member_is_for_those_who_may_see_whose_cards_there_are(client, design):
    membership = MembershipFactory(person__given_name="Thandiwe", person__family_name="Wang", number="8-77")
    asked = {"as-who": "member", "as-number": " 8-77 "}

    client.force_login(holder_of(policies.DESIGN))
    sent = typed(client.get(address(design)))
    hidden = client.post(address(design, "/preview"), {**sent, **asked})
    assert "Thandiwe" not in hidden.text
    assert "have the right" in hidden.text
    client.force_login(holder_of(policies.DESIGN, policies.VIEW))
    assert "Thandiwe Wang" in client.post(address(design, "/preview"), {**sent, **asked}).text
    assert (
        "Nobody has this number" in client.post(address(design, "/preview"), {**sent, **asked, "as-number": "8"}).text
    )
    assert not membership.passes.exists(), "looking makes no pass"


def test_preview_saves_nothing_and_shows_what_is_typed(designer, design):
    before = blueprint_of(design)
    sent = typed(designer.get(address(design)))

    page = designer.post(address(design, "/preview"), {**sent, "logo_text": "<b>Bold</b>", "as-is_dark": "on"})

    assert "&lt;b&gt;Bold&lt;/b&gt;" in page.text
    assert re.findall(r' id="([a-z-]+)"', page.text)[:1] == ["shown-card"]
    assert {"shown-card", "contrasts", "open-points"} <= set(re.findall(r' id="([a-z-]+)"', page.text))
    assert 'class="room dark"' in page.text
    assert blueprint_of(design) == before


def test_audience_is_chosen_and_counted(designer, design):
    group = Group.objects.create(name="Committee")
    MembershipFactory(level="Friend")
    page = designer.get(address(design, "/audience"))
    assert "Have none yet" in page.text
    sent = {"name": "Friends", "subject": "membership", "source": "altru", "levels": ["Friend"], "is_automatic": "on"}

    assert designer.post(address(design, "/audience"), {**sent, "pass_type_id": PASS_TYPE}).status_code == 302

    design.refresh_from_db()
    assert (design.source, design.levels, design.is_automatic) == ("altru", ["Friend"], True)
    people = {**sent, "subject": "person", "group": group.pk, "pass_type_id": PASS_TYPE}
    assert designer.post(address(design, "/audience"), people).status_code == 302
    assert Design.objects.get().group == group
    for wrong in (
        {"levels": ["Nobody"]},
        {"pass_type_id": "card"},
        {"name": " "},
        {"subject": "everybody"},
        {"group": "x"},
    ):
        assert designer.post(address(design, "/audience"), {**people, **wrong}).status_code == 422


def test_pass_type_of_a_used_design_can_not_be_typed_over(designer, design):
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    design.refresh_from_db()
    a_pass(design)

    sent = {"name": "Renamed", "subject": "nobody", "pass_type_id": "pass.org.example.other"}
    assert designer.post(address(design, "/audience"), sent).status_code == 302

    kept = Design.objects.get()
    assert (kept.name, kept.subject, kept.pass_type_id) == ("Renamed", "membership", PASS_TYPE)


def test_name_that_is_taken_is_said_beside_the_name(designer, design):
    sent = {"beginning": "gift", "name": "Friends", "pass_type_id": PASS_TYPE}

    page = designer.post("/manage/passes/designs/add", sent)

    assert page.status_code == 422
    assert "There is a design called “Friends” already." in errors_at(page, "id_name")


def test_design_is_copied_archived_brought_back_and_deleted(designer, design):
    copied = designer.post(address(design, "/duplicate"))
    designer.post(address(design, "/duplicate"))
    assert [one.name for one in Design.objects.order_by("pk")] == ["Friends", "Friends, copy", "Friends, copy 2"]
    twin = Design.objects.get(name="Friends, copy")
    assert copied.url == address(twin)

    designer.post(address(twin, "/archive"))
    assert "Friends, copy<" not in designer.get("/manage/passes/designs").text
    assert "Friends, copy<" in designer.get("/manage/passes/designs?state=archived").text
    designer.post(address(twin, "/restore"))
    assert "Delete 1 design" in designer.get(address(twin, "/delete")).text
    designer.post(address(twin, "/delete"))

    assert Design.objects.count() == 2


def test_used_design_is_not_deleted(designer, design):
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    design.refresh_from_db()
    a_pass(design)

    page = designer.post(address(design, "/delete"))

    assert page.status_code == 409
    assert "Archive it instead" in page.text
    assert Design.objects.exists()


PAGES = ["", "/audience", "/publish", "/versions", "/delete"]
POSTS = [
    "",
    "/preview",
    "/audience",
    "/publish",
    "/archive",
    "/restore",
    "/duplicate",
    "/delete",
    "/versions/1/take-back",
]


def test_n1_pages_and_deeds_are_for_designers_only(client, design):
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    everywhere = ["/manage/passes/designs", "/manage/passes/designs/add", *(address(design, end) for end in PAGES)]
    for path in everywhere:
        assert client.get(path).url.startswith("/sign-in?next=")
    for person in (PersonFactory(), holder_of(policies.VIEW, policies.SEND, policies.SCAN)):
        client.force_login(person)
        assert {client.get(path).status_code for path in everywhere} == {403}
        assert {client.post(address(design, end)).status_code for end in POSTS} == {403}

    assert [one.name for one in Design.objects.all()] == ["Friends"]


def test_n1_forms_need_their_token(design):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(holder_of(policies.DESIGN))

    assert {strict.post(address(design, end)).status_code for end in POSTS} == {403}


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_much_for_three_as_for_one(designer, django_assert_num_queries, count):
    for number in range(count):
        made = actions.make_design(name=f"Design {number}", pass_type_id=PASS_TYPE, actor=None)
        actions.publish_design(design=made, seen=made.changed_at, actor=None)

    designer.get("/manage/passes/designs")
    with django_assert_num_queries(6):
        designer.get("/manage/passes/designs")


@pytest.mark.parametrize("count", [1, 3])
def test_versions_ask_as_much_for_three_as_for_one(designer, design, django_assert_num_queries, count):
    for number in range(count):
        press(designer, design, "save", logo_text=f"Title {number}")
        design.refresh_from_db()
        actions.publish_design(design=design, seen=design.changed_at, actor=None)

    with django_assert_num_queries(8):
        designer.get(address(design, "/versions"))


@pytest.mark.parametrize("fields", [1, 12])
def test_designer_asks_as_much_for_many_fields_as_for_one(designer, design, django_assert_num_queries, fields):
    page = designer.get(address(design))
    for _number in range(fields):
        page = designer.post(address(design), {**typed(page), "do": "add-back"})
    designer.post(address(design), {**typed(page), "do": "save"})

    with django_assert_num_queries(8):
        designer.get(address(design))
