"""The dashboard: its figures, its plots, its warnings, and what it never shows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, policies
from gatehouse.passes.models import Certificate, Device, DeviceReport, GoogleObject, Pass, Renewal
from gatehouse.passes.queries import dashboard
from gatehouse.passes.tests.desk import LIBRARY, PUSH_TOKEN, a_gift_card, a_held_card, on_a_phone
from gatehouse.passes.tests.factories import a_design, a_pass
from gatehouse.people import slots
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, an_owner, holder_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(holder_of(policies.VIEW))
    return client


def a_certificate(days: int, **fields) -> Certificate:
    now = clock.now()
    return Certificate.objects.create(
        pass_type_id="pass.org.example.garden", team_id="T", name="Garden", chain="", sealed_key=b"never-shown",
        fingerprint="f" * 64, starts_at=now, expires_at=now + timedelta(days=days, hours=1), **fields,
    )  # fmt: skip


def test_figures_count_what_is_issued_installed_sent_and_failed():
    design = a_design()
    held, gone, sent, plain, stopped, google = (a_pass(design, MembershipFactory()) for _ in range(6))
    on_a_phone(held)
    Device.objects.filter(pk=on_a_phone(gone).pk).update(push_token=None)  # Apple called it dead
    on_a_phone(sent, is_failed=True)
    Pass.objects.filter(pk__in=[held.pk, plain.pk]).update(sent_at=clock.now())
    Pass.objects.filter(pk=plain.pk).update(stale_since=clock.now())
    actions.void_pass(card=stopped, reason="", actor=None)
    Pass.objects.filter(pk=stopped.pk).update(stale_since=None)
    GoogleObject.objects.create(card=google, object_id="g", saved_at=clock.now())

    [(_design, figures)] = dashboard.figures_by_design()

    assert (figures.ever, figures.issued, figures.installed, figures.pending) == (6, 5, 3, 2)
    assert (figures.sent, figures.sent_only, figures.stale, figures.failed) == (2, 1, 1, 1)
    assert dashboard.in_all([figures, figures]).issued == 10


def test_a_card_taken_off_a_google_phone_is_on_none():
    card = a_pass()
    GoogleObject.objects.create(card=card, object_id="g", saved_at=clock.now(), removed_at=clock.now())

    [(_design, figures)] = dashboard.figures_by_design()

    assert figures.installed == 0


def test_updates_and_scans_are_counted_by_day_for_thirty_days():
    card, now = a_pass(), clock.now()
    for version, days in enumerate((0, 0, 5, 31), start=2):
        Renewal.objects.create(card=card, version=version, made_at=now - timedelta(days=days))
    for days in (0, 3, 40):
        Entry.objects.create(actor_name="Ana", verb="pass.scanned", subject="x", at=now - timedelta(days=days))

    renewals, scans = dashboard.renewals_by_day(), dashboard.scans_by_day()

    assert (renewals[clock.today()], renewals.total()) == (2, 3)
    assert (scans[clock.today()], scans.total()) == (1, 2)
    assert len(dashboard.last_days()) == 30


def test_the_page_shows_figures_charts_and_troubles(staff):
    card = a_held_card()
    on_a_phone(card, is_failed=True)
    Device.objects.update(push_since=clock.now() - timedelta(hours=1))
    Pass.objects.filter(pk=card.pk).update(fault="KeyError: <level>")

    text = staff.get(reverse("passes:dashboard")).text

    assert "410 Unregistered" in text
    assert "2 phones wait to be told" in text
    assert "KeyError: &lt;level&gt;" in text
    assert text.count('role="img"') == 2
    assert "?state=failed" in text


def test_lines_of_phones_are_escaped_and_the_newest_twenty(staff):
    for number in range(25):
        DeviceReport.objects.create(text=f"<script>alert({number})</script>")

    text = staff.get(reverse("passes:dashboard")).text

    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") == 20


@pytest.mark.parametrize(("days", "is_told"), [(59, True), (61, False), (5, True)])
def test_a_certificate_that_ends_is_told(days, is_told, staff):
    a_certificate(days)

    assert ("expires in" in staff.get(reverse("passes:dashboard")).text) is is_told


def test_cards_for_testing_say_so(staff):
    a_certificate(300, is_test=True)
    card = a_gift_card()

    for address in (reverse("passes:dashboard"), reverse("passes:card_page", args=[card.serial])):
        assert "for testing" in staff.get(address).text, address


def test_an_empty_portal_says_what_to_do(staff):
    text = staff.get(reverse("passes:dashboard")).text

    assert "No design yet" in text
    assert '<svg class="chart"' not in text


def test_whoever_may_do_all_is_told_the_steps_until_a_card_is_sent(client):
    client.force_login(an_owner())
    told = lambda: client.get(reverse("passes:dashboard")).context["steps"]  # noqa: E731
    assert [step.is_done for step in told()] == [False] * 6

    card = a_pass(a_design())
    assert [step.is_done for step in told()] == [True, True, True, False, False, False]

    card.sent_at = clock.now()
    card.save()
    assert told() == []


def test_others_are_not_told_what_they_may_not_do(staff):
    assert staff.get(reverse("passes:dashboard")).context["steps"] == []


def test_a_chart_stands_there_once_there_is_something_to_draw(staff):
    card = a_pass(a_design())
    assert "No card was updated or scanned" in staff.get(reverse("passes:dashboard")).text

    Renewal.objects.create(card=card, version=2, changed=["level"])

    assert staff.get(reverse("passes:dashboard")).text.count('<svg class="chart"') == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_much_for_three_as_for_one(rows, staff, django_assert_num_queries):
    for number in range(rows):
        card = a_pass(a_design(f"Card {number}"))
        on_a_phone(card, is_failed=True)
        DeviceReport.objects.create(text="x")
    staff.get(reverse("passes:dashboard"))

    with django_assert_num_queries(16):
        staff.get(reverse("passes:dashboard"))


def test_n1_the_dashboard_is_closed_to_strangers_and_members(client):
    assert client.get(reverse("passes:dashboard")).status_code == 302
    client.force_login(PersonFactory())
    assert client.get(reverse("passes:dashboard")).status_code == 403


def test_n7_the_dashboard_shows_no_secret(staff):
    card = a_held_card()
    on_a_phone(card, is_failed=True)
    a_certificate(10)

    text = staff.get(reverse("passes:dashboard")).text

    assert not any(secret in text for secret in (PUSH_TOKEN, LIBRARY, "never-shown", "f" * 64))


def test_an_import_says_that_cards_follow_once_there_are_some():
    assert slots.import_notes() == []

    a_pass()

    assert slots.import_notes() == ["Their cards are brought up to date by themselves, on phones within minutes."]
