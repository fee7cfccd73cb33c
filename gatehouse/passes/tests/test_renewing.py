"""A mark becomes a new version only where what the pass says really differs, and everybody who holds it hears of it."""

import datetime as dt
import threading
import time
from collections import Counter

import pytest
from django.db import transaction

from gatehouse.core import clock, events
from gatehouse.passes import actions
from gatehouse.passes.actions import renewing
from gatehouse.passes.blueprint import Blueprint, Field
from gatehouse.passes.events import PassesRenewed
from gatehouse.passes.models import DesignVersion, Device, GoogleObject, Pass, Registration, Renewal
from gatehouse.passes.queries import updates_for
from gatehouse.passes.tests.factories import BLUEPRINT, PASS_TYPE, a_design, a_pass
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


def a_device(card, name="phone", **fields):
    device = Device.objects.create(library_id=name, pass_type_id=PASS_TYPE, push_token=f"token-of-{name}", **fields)
    Registration.objects.create(device=device, card=card)
    return device


def with_level(card, level):
    Membership.objects.filter(pk=card.membership_id).update(level=level)
    return actions.mark_stale(Pass.objects.filter(pk=card.pk))


def again(card):
    return Pass.objects.get(pk=card.pk)


def test_changed_pass_has_a_new_version_with_a_higher_tag_and_the_keys_that_changed():
    card = a_pass(membership=MembershipFactory(level="Friend"))
    with_level(card, "Patron")

    assert actions.renew_stale() == 1

    renewed = again(card)
    assert (renewed.version, renewed.content["values"]["level"], renewed.stale_since) == (2, "Patron", None)
    assert renewed.tag > card.tag
    assert list(Renewal.objects.values_list("card", "version", "changed")) == [(card.pk, 2, ["level"])]
    assert actions.renew_stale() == 0


def test_n26_no_real_change_makes_no_version_no_tag_and_no_push():
    card = a_pass()
    device = a_device(card)
    actions.mark_stale(Pass.objects.all())

    actions.renew_stale()

    same = again(card)
    assert (same.version, same.tag, same.modified_at, same.stale_since) == (1, card.tag, card.modified_at, None)
    assert not Renewal.objects.exists()
    assert Device.objects.get(pk=device.pk).push_since is None


def test_n14_a_membership_that_lapsed_voids_its_card_and_is_pushed():
    card = a_pass()
    device = a_device(card)
    Membership.objects.update(status="lapsed")
    actions.mark_stale(Pass.objects.all())

    actions.renew_stale()

    assert again(card).content["is_void"] is True
    assert again(card).voided_at is None
    assert Device.objects.get(pk=device.pk).push_since is not None


def test_wallets_and_google_are_marked_and_a_claim_under_way_is_void():
    card, other = a_pass(), a_pass(design=a_design("Other"))
    phone = a_device(card, attempts=3, claim="00000000-0000-4000-8000-000000000000")
    deaf, elsewhere = a_device(card, "deaf"), a_device(other, "elsewhere")
    Device.objects.filter(pk=deaf.pk).update(push_token=None)
    google = GoogleObject.objects.create(card=card, object_id="1.a", attempts=2)
    with_level(card, "Patron")

    actions.renew_stale()

    phone.refresh_from_db()
    google.refresh_from_db()
    assert (phone.attempts, phone.claim) == (0, None)
    assert phone.push_since
    assert google.tell_since
    assert google.attempts == 0
    assert not Device.objects.filter(pk__in=[deaf.pk, elsewhere.pk], push_since__isnull=False).exists()


def test_two_versions_never_share_a_second(monkeypatch):
    card = a_pass()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)

    moments = []
    for level in ("One", "Two", "Three"):
        with_level(card, level)
        actions.renew_stale()
        moments.append(again(card).modified_at)

    assert len(set(moments)) == 3
    assert moments == sorted(moments)
    assert {moment.microsecond for moment in moments} == {0}
    assert moments[-1] - now < dt.timedelta(seconds=4)


def test_a_new_version_of_the_design_renews_its_passes_even_where_their_words_are_the_same():
    design = a_design()
    card = a_pass(design)
    repainted = BLUEPRINT.as_json() | {"logo_text": "The Garden"}
    design.published = DesignVersion.objects.create(design=design, number=2, content=repainted)
    design.save()
    actions.mark_stale(Pass.objects.all())

    actions.renew_stale()

    assert again(card).design_version == design.published
    assert Renewal.objects.get().changed == [".design"]


def test_a_version_of_the_design_that_says_the_same_renews_nothing():
    design = a_design()
    card = a_pass(design)
    design.published = DesignVersion.objects.create(design=design, number=2, content=BLUEPRINT.as_json())
    design.save()
    actions.mark_stale(Pass.objects.all())

    actions.renew_stale()

    assert again(card).version == 1


def test_a_pass_that_cannot_be_filled_says_why_and_keeps_nobody_waiting():
    broken = a_pass(membership=MembershipFactory(add_ons=[{"name": "Guest"}]))
    fine = a_pass(broken.design)
    Membership.objects.filter(pk=broken.membership_id).update(add_ons=["no add-on"])
    with_level(broken, "Patron")
    with_level(fine, "Patron")

    actions.renew_stale()

    assert (again(fine).version, again(broken).version) == (2, 1)
    assert "AttributeError" in again(broken).fault
    assert again(broken).stale_since is None
    Membership.objects.filter(pk=broken.membership_id).update(add_ons=[])
    actions.mark_stale(Pass.objects.all())
    actions.renew_stale()
    assert (again(broken).version, again(broken).fault) == (2, "")


def test_renewals_are_announced_once_a_batch(monkeypatch):
    told = []
    monkeypatch.setitem(events._subscribers, PassesRenewed, [told.append])
    design = a_design()
    for _ in range(3):
        with_level(a_pass(design), "Patron")

    assert (actions.renew_stale(at_most=2), actions.renew_stale(at_most=2)) == (2, 1)

    assert told == [PassesRenewed(2), PassesRenewed(1)]


@pytest.mark.parametrize("cards", [1, 30])
def test_thirty_cost_as_many_questions_as_one(cards, django_assert_num_queries):
    design = a_design()
    for number in range(cards):
        a_device(a_pass(design), f"phone-{number}")
    Membership.objects.update(level="Patron")
    actions.mark_stale(Pass.objects.all())

    with django_assert_num_queries(18):
        actions.renew_stale()

    assert Pass.objects.filter(version=2).count() == cards


def test_one_parse_of_a_blueprint_serves_all_its_passes(monkeypatch):
    parsed = Counter()
    design = a_design()
    for _ in range(4):
        with_level(a_pass(design), "Patron")
    from_json = Blueprint.from_json
    monkeypatch.setattr(Blueprint, "from_json", lambda said: parsed.update(["parsed"]) or from_json(said))

    actions.renew_stale()

    assert parsed["parsed"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_mark_made_during_a_renewal_is_not_lost(together, monkeypatch):
    card = a_pass(membership=MembershipFactory(level="Friend"))
    with_level(card, "Patron")
    has_read = threading.Event()
    change = renewing._change

    def slow(one, host):
        found = change(one, host)
        has_read.set()
        time.sleep(0.5)
        return found

    monkeypatch.setattr(renewing, "_change", slow)

    def roster():
        assert has_read.wait(10)
        with transaction.atomic():
            with_level(card, "Benefactor")

    together(actions.renew_stale, roster)

    assert again(card).content["values"]["level"] == "Patron"
    assert again(card).stale_since is not None, "the roster's mark came after what was read"
    actions.renew_stale()
    assert again(card).content["values"]["level"] == "Benefactor"
    assert again(card).version == 3


@pytest.mark.django_db(transaction=True)
def test_two_renewals_at_once_renew_each_pass_once(together):
    design = a_design()
    cards = [a_pass(design) for _ in range(40)]
    Membership.objects.update(level="Patron")
    actions.mark_stale(Pass.objects.all())

    outcomes = together(*[lambda: sum(iter(lambda: actions.renew_stale(at_most=5), 0))] * 3)

    assert sum(outcomes) == 40
    assert Pass.objects.filter(version=2).count() == len(cards)
    assert Renewal.objects.count() == len(cards)


@pytest.mark.django_db(transaction=True)
def test_tags_commit_in_order_so_a_lister_misses_nothing(together):
    """Renewers write batches while a phone lists with the tag it was given; at the end it has seen every pass."""
    design = a_design()
    cards = [a_pass(design) for _ in range(60)]
    device = Device.objects.create(library_id="phone", pass_type_id=PASS_TYPE, push_token="t")
    Registration.objects.bulk_create(Registration(device=device, card=card) for card in cards)
    Membership.objects.update(level="Patron")
    actions.mark_stale(Pass.objects.all())
    start = str(max(card.tag for card in cards))

    def renew():
        return sum(iter(lambda: actions.renew_stale(at_most=3), 0))

    def listen():
        seen, tag = Counter(), start
        while Pass.objects.filter(stale_since__isnull=False).exists():
            found = updates_for(library_id="phone", pass_type_id=PASS_TYPE, since=tag)
            seen.update(found.serials)
            tag = found.tag
        last = updates_for(library_id="phone", pass_type_id=PASS_TYPE, since=tag)
        seen.update(last.serials)
        return seen

    *renewed, seen = together(renew, renew, listen)

    assert sum(renewed) == 60
    assert seen == Counter(card.serial for card in cards), "each once: none missed, none twice"


def test_what_a_field_no_longer_says_is_a_change_too():
    card = a_pass(membership=MembershipFactory(level="Friend"))
    with_level(card, "")

    actions.renew_stale()

    assert "level" not in again(card).content["values"]


def test_a_person_has_a_pass_of_their_own():
    person = PersonFactory(given_name="Maya", family_name="Okafor")
    blueprint = Blueprint(fields=(Field("name", "primary", "Name", "{person.name}"),), barcode=None)
    card = actions.issue_pass(
        design=a_design("Badge", blueprint=blueprint, subject="person"), person=person, actor=None
    )
    person.given_name = "May"
    person.save()
    actions.mark_stale(Pass.objects.all())

    actions.renew_stale()

    assert again(card).content["values"] == {"name": "May Okafor"}
