"""Saved reports: one's own, under a name, mailed once a month and never with names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions import reporting
from gatehouse.helpdesk.models import SavedReport, Term, Tutoring
from gatehouse.helpdesk.tests.visiting import a_course, a_visit, visits
from gatehouse.mail.models import Letter
from gatehouse.people.models import RoleGrant
from gatehouse.people.tests.factories import PersonFactory, holder_of

pytestmark = pytest.mark.django_db
PAGE = "/manage/help/reports/saved"


@pytest.fixture
def ruth():
    return holder_of(policies.REPORT, email="ruth@example.org")


@pytest.fixture
def client(ruth):
    client = Client()
    client.force_login(ruth)
    return client


@pytest.fixture
def month(monkeypatch):
    """`month(12)` makes it the third of December."""
    return lambda number: monkeypatch.setattr(clock, "now", lambda: datetime(2026, number, 3, 12, tzinfo=UTC))


def test_report_is_saved_and_found_again(client, ruth):
    answer = client.post(f"{PAGE}/save", {"name": "Chemistry", "is_monthly": "on", "mode": "online", "names": "1"})

    saved = SavedReport.objects.get()
    assert answer["Location"] == PAGE
    assert (saved.owner, saved.name, saved.filters, saved.is_monthly) == (ruth, "Chemistry", {"mode": "online"}, True)
    assert "mode=online" in client.get(PAGE).content.decode()


def test_the_same_name_replaces(client):
    client.post(f"{PAGE}/save", {"name": "Mine", "mode": "online"})
    client.post(f"{PAGE}/save", {"name": "Mine", "mode": "campus"})

    assert SavedReport.objects.get().filters == {"mode": "campus"}


def test_without_a_name_the_filters_stay(client):
    answer = client.post(f"{PAGE}/save", {"name": "", "mode": "online"})

    assert answer.status_code == 422
    assert 'name="mode" value="online"' in answer.content.decode()
    assert not SavedReport.objects.exists()


def test_nobody_keeps_more_than_fifty(client, ruth):
    SavedReport.objects.bulk_create([SavedReport(owner=ruth, name=str(n)) for n in range(50)])

    assert client.post(f"{PAGE}/save", {"name": "One more"}).status_code == 422
    assert client.post(f"{PAGE}/save", {"name": "7", "mode": "online"}).status_code == 302


def test_r15_others_reports_are_neither_seen_nor_changed(client):
    theirs = SavedReport.objects.create(owner=PersonFactory(), name="Theirs", is_monthly=True)

    assert "Theirs" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}/{theirs.pk}/delete").status_code == 404
    assert client.post(f"{PAGE}/{theirs.pk}/monthly").status_code == 404
    assert SavedReport.objects.get(pk=theirs.pk).is_monthly


def test_it_is_switched_and_deleted_by_its_owner(client, ruth):
    saved = SavedReport.objects.create(owner=ruth, name="Mine")

    client.post(f"{PAGE}/{saved.pk}/monthly")
    assert SavedReport.objects.get().is_monthly
    client.post(f"{PAGE}/{saved.pk}/delete")

    assert not SavedReport.objects.exists()


def test_saving_needs_the_right_to_read():
    with pytest.raises(PermissionDenied):
        reporting.save_report(actor=PersonFactory(), name="x", filters={}, is_monthly=False)


def test_letter_comes_once_a_month_without_names(ruth, month):
    month(11)
    course = a_course(department="STAT", number="1100", name="Statistics")
    visits(9, at=clock.now() - timedelta(days=1), course=course)
    a_visit(at=clock.now() - timedelta(days=1), course=course, person=PersonFactory(family_name="Featherstone"))
    reporting.save_report(actor=ruth, name="All", filters={"period": "p2026-11-01"}, is_monthly=True)
    assert reporting.send_monthly() == 0  # saved this month

    month(12)
    assert (reporting.send_monthly(), reporting.send_monthly()) == (1, 0)

    letter = Letter.objects.get()
    told = bytes(letter.rendered).decode()
    assert letter.address == "ruth@example.org"
    assert "10 visits" in told
    assert "STAT 1100, Statistics: 10" in told
    assert "Featherstone" not in told


def test_whoever_lost_the_right_or_left_gets_none(ruth, month):
    month(11)
    reporting.save_report(actor=ruth, name="All", filters={}, is_monthly=True)
    RoleGrant.objects.all().delete()

    month(12)

    assert reporting.send_monthly() == 0
    assert not Letter.objects.exists()


@pytest.mark.parametrize("spelt", ["{:010}", "\uff11{}"])
def test_who_leads_a_course_saves_no_report_of_the_whole_desk_by_another_spelling(spelt):
    course = a_course(pk=7) if spelt == "{:010}" else a_course(pk=17)
    lead = PersonFactory()
    Tutoring.objects.create(person=lead, course=course, part=Tutoring.Part.LEAD)

    with pytest.raises(PermissionDenied):
        reporting.save_report(actor=lead, name="All", filters={"course": spelt.format(7)}, is_monthly=True)


def test_a_month_across_a_term_is_told_only_to_whoever_may_see_names(client, ruth, month):
    month(11)
    visits(9, at=clock.now(), course=a_course())
    Term.objects.create(season="Fall", year=2026, starts_on=date(2026, 8, 31), ends_on=date(2026, 12, 18))
    client.post(f"{PAGE}/save", {"name": "Month", "is_monthly": "on", "period": "month"})

    month(12)
    reporting.send_monthly()

    told = bytes(Letter.objects.get().rendered).decode()
    assert "November 2026" not in told
    assert "Fall 2026" in told


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_letter(together, month):
    month(12)
    ruth = holder_of(policies.REPORT, email="ruth@example.org")
    SavedReport.objects.create(owner=ruth, name="All", is_monthly=True)

    outcomes = together(reporting.send_monthly, reporting.send_monthly)

    assert sorted(outcomes) == [0, 1]
    assert Letter.objects.count() == 1
