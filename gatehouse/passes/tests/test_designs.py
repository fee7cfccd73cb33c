"""Designs are drafted, checked, published, taken back and put away."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.core import events
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.blueprint import Field
from gatehouse.passes.events import PassesStale
from gatehouse.passes.models import Design, DesignImage, DesignVersion
from gatehouse.passes.refusals import DraftMoved, NotPublishable, Refused
from gatehouse.passes.tests.factories import PASS_TYPE, a_design, a_pass
from gatehouse.people.models import Group
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

pytestmark = pytest.mark.django_db


def begun(name="Friends", **fields):
    return actions.make_design(name=name, pass_type_id=PASS_TYPE, actor=None, **fields)


@pytest.fixture
def heard(monkeypatch):
    told = []
    monkeypatch.setattr(events, "_subscribers", {PassesStale: [told.append]})
    return told


@pytest.mark.parametrize("beginning", ["membership", "gift", "ticket", "coupon"])
def test_every_beginning_can_be_published_as_it_is(beginning):
    design = begun(beginning=beginning)

    version = actions.publish_design(design=design, seen=design.changed_at, actor=None)

    assert version.number == 1
    assert version.blueprint.images["icon"].keys() == {"1x", "2x", "3x"}


def test_publishing_marks_every_live_pass_of_the_design_and_no_other(heard):
    design = a_design()
    live, stopped, other = a_pass(design), a_pass(design), a_pass(a_design("Another"))
    stopped.voided_at = stopped.issued_at
    stopped.save()
    blueprint = replace(design.blueprint, description="Card", images={"icon": {"1x": "0" * 64}})
    design = actions.save_draft(design=design, blueprint=blueprint, seen=design.changed_at, actor=None)

    version = actions.publish_design(design=design, seen=design.changed_at, actor=None)

    for card in (live, stopped, other):
        card.refresh_from_db()
    assert (version.number, design.versions.count()) == (2, 2)
    assert live.stale_since == version.published_at
    assert stopped.stale_since is other.stale_since is None
    assert live.design_version.number == 1, "a pass takes on the new version when it is renewed, not before"
    assert heard == [PassesStale(1)]
    assert Entry.objects.filter(verb="design.published", subject="Garden card").count() == 1


def test_published_look_reaches_every_pass_of_the_design():
    design = begun()
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    design.refresh_from_db()
    card, tag = (made := a_pass(design)), made.tag
    other = replace(design.blueprint, logo_text="Other")
    design = actions.save_draft(design=design, blueprint=other, seen=design.changed_at, actor=None)

    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    actions.renew_stale()

    card.refresh_from_db()
    assert (card.design_version.number, card.version, card.stale_since) == (2, 2, None)
    assert card.tag > tag
    assert card.face.blueprint.logo_text == "Other"


def test_what_forbids_publishing_is_told_and_nothing_changes():
    design = begun()
    blueprint = design.blueprint
    doubled = (*blueprint.fields, Field("number", "back", "Again", "x"))
    worse = replace(blueprint, images={}, fields=doubled)
    design = actions.save_draft(design=design, blueprint=worse, seen=design.changed_at, actor=None)

    with pytest.raises(NotPublishable) as refused:
        actions.publish_design(design=design, seen=design.changed_at, actor=None)

    assert [problem.path for problem in refused.value.problems] == ["images.icon", "fields.2.key", "fields.8.key"]
    assert not DesignVersion.objects.exists()


def test_the_same_twice_is_not_published():
    design = begun()
    actions.publish_design(design=design, seen=design.changed_at, actor=None)

    with pytest.raises(Refused, match="Nothing has changed since version 1"):
        actions.publish_design(design=design, seen=design.changed_at, actor=None)


def test_archived_design_is_not_published():
    design = begun()
    actions.archive_design(design=design, actor=None)

    with pytest.raises(Refused, match="archived"):
        actions.publish_design(design=design, seen=design.changed_at, actor=None)


def test_second_who_saves_is_told_who_was_first():
    ana, ben = holder_of(policies.DESIGN, given_name="Ana", family_name=""), holder_of(policies.DESIGN)
    design = begun()
    anas, bens = Design.objects.get(pk=design.pk), Design.objects.get(pk=design.pk)
    seen = design.changed_at
    actions.save_draft(design=anas, blueprint=replace(design.blueprint, logo_text="Ana's"), seen=seen, actor=ana)

    with pytest.raises(DraftMoved, match="Ana saved this design"):
        actions.save_draft(design=bens, blueprint=replace(design.blueprint, logo_text="Ben's"), seen=seen, actor=ben)

    with pytest.raises(DraftMoved):
        actions.publish_design(design=bens, seen=seen, actor=ben)
    assert Design.objects.get().blueprint.logo_text == "Ana's"


@pytest.mark.django_db(transaction=True)
def test_two_save_at_the_same_moment_and_one_wins(together):
    design = begun()

    def save(title):
        blueprint = replace(design.blueprint, logo_text=title)
        return actions.save_draft(
            design=Design.objects.get(pk=design.pk), blueprint=blueprint, seen=design.changed_at, actor=None
        )

    outcomes = together(lambda: save("One"), lambda: save("Other"))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Design", "DraftMoved"]


@pytest.mark.django_db(transaction=True)
def test_two_publish_at_the_same_moment_and_one_wins(together):
    design = begun()

    def publish():
        return actions.publish_design(design=design, seen=design.changed_at, actor=None)

    outcomes = together(publish, publish)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DesignVersion", "Refused"]
    assert design.versions.count() == 1


def test_older_version_becomes_the_draft_and_phones_wait_for_publishing():
    design = begun()
    first = actions.publish_design(design=design, seen=design.changed_at, actor=None)
    other = replace(design.blueprint, logo_text="Other")
    design = actions.save_draft(design=design, blueprint=other, seen=design.changed_at, actor=None)
    design.published = actions.publish_design(design=design, seen=design.changed_at, actor=None)

    design = actions.take_back(version=first, seen=design.changed_at, actor=None)

    assert design.blueprint == first.blueprint
    assert design.published.number == 2
    assert design.is_pending


def test_design_is_deleted_only_when_it_was_never_used():
    used, unused = a_design("Used"), a_design("Unused")
    a_pass(used)

    actions.delete_design(design=unused, actor=None)
    with pytest.raises(Refused, match="Archive it instead"):
        actions.delete_design(design=used, actor=None)

    assert [design.published.number for design in Design.objects.all()] == [1]


def test_archived_design_leaves_the_list_and_comes_back():
    design = begun()

    assert actions.archive_design(design=design, actor=None)
    assert not actions.archive_design(design=design, actor=None)
    assert (queries.designs().count(), queries.designs(archived=True).count()) == (0, 1)
    assert actions.restore_design(design=design, actor=None)
    assert queries.designs().count() == 1


def test_duplicate_is_a_draft_of_its_own():
    design = a_design(is_automatic=True)

    twin = actions.duplicate_design(design=design, name="Garden card, second", actor=None)

    assert twin.blueprint == design.blueprint
    assert (twin.published, twin.is_automatic) == (None, False)


def test_name_is_needed_and_unique_and_pass_type_is_one():
    begun("Friends")
    refused = []
    for name, pass_type in (
        ("Friends", PASS_TYPE),
        (" \0 ", PASS_TYPE),
        ("Other", "org.example.card"),
        ("Other", "pass."),
    ):
        with pytest.raises(Refused) as error:
            actions.make_design(name=name, pass_type_id=pass_type, actor=None)
        refused.append(error.value.field)

    assert refused == ["name", "name", "pass_type_id", "pass_type_id"]


def given(design, **fields):
    about = {"name": design.name, "pass_type_id": design.pass_type_id, "subject": design.subject}
    return actions.set_audience(design=design, actor=None, **{**about, **fields})


def test_audience_keeps_what_belongs_to_its_subject():
    group = Group.objects.create(name="Committee")
    design = begun()

    of_members = given(design, source="altru", levels=["Friend", "Donor"], group=group, is_automatic=True)
    assert (of_members.levels, of_members.group, of_members.is_automatic) == (["Donor", "Friend"], None, True)
    of_people = given(design, subject="person", source="altru", levels=["Friend"], group=group, is_automatic=True)
    assert (of_people.source, of_people.levels, of_people.group) == ("", [], group)
    of_nobody = given(design, subject="nobody", group=group, is_automatic=True)
    assert (of_nobody.group, of_nobody.is_automatic) == (None, False)


def test_kind_and_type_stay_once_there_are_passes():
    design = a_design()
    a_pass(design)

    with pytest.raises(Refused, match="their kind and type stay"):
        given(design, pass_type_id="pass.org.example.other")

    assert given(design, name="Renamed").name == "Renamed"


def test_audience_counts_whom_it_is_for_and_who_has_one():
    design = a_design(source="altru", levels=["Friend"])
    friend = MembershipFactory(level="Friend")
    MembershipFactory(level="Friend")
    MembershipFactory(level="Donor")
    MembershipFactory(level="Friend", status="lapsed")
    MembershipFactory(level="Friend", source="other")
    MembershipFactory(level="Friend", person__left_at=friend.created_at)
    a_pass(design, friend)

    counted = queries.audience(design)

    assert (counted.people, counted.having, counted.missing) == (2, 1, 1)


@pytest.mark.parametrize("permissions", [(), ("passes.view", "passes.send", "passes.scan", "passes.certificates")])
def test_deeds_are_for_designers(permissions):
    person = holder_of(*permissions) if permissions else PersonFactory()
    design = a_design()
    deeds = [
        lambda: actions.make_design(name="x", pass_type_id=PASS_TYPE, actor=person),
        lambda: actions.save_draft(design=design, blueprint=design.blueprint, seen=design.changed_at, actor=person),
        lambda: actions.publish_design(design=design, seen=design.changed_at, actor=person),
        lambda: actions.take_back(version=design.published, seen=design.changed_at, actor=person),
        lambda: actions.archive_design(design=design, actor=person),
        lambda: actions.restore_design(design=design, actor=person),
        lambda: actions.duplicate_design(design=design, name="y", actor=person),
        lambda: actions.delete_design(design=design, actor=person),
        lambda: actions.set_audience(
            design=design, name="z", pass_type_id=PASS_TYPE, subject="membership", actor=person
        ),
    ]

    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()

    assert [str(one) for one in Design.objects.all()] == ["Garden card"]
    assert not Entry.objects.filter(verb__startswith="design.").exists()


def test_pictures_nobody_names_are_forgotten_after_some_days():
    design = begun()
    old = design.created_at.replace(year=design.created_at.year - 1)
    actions.keep_image("icon", "generic", (actions.images.pictures.arch("#000000", "#ffffff")))
    DesignImage.objects.update(added_at=old)
    actions.keep_image("icon", "generic", (actions.images.pictures.arch("#111111", "#ffffff")))
    named = set(design.blueprint.images["icon"].values())

    forgotten = actions.forget_unused_images()

    assert forgotten == 3
    assert DesignImage.objects.count() == 6
    assert named <= set(DesignImage.objects.values_list("pk", flat=True))
