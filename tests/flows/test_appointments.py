"""An appointment and its wallet card, which know nothing of each other but by way of flows.py."""

from datetime import timedelta

import pytest

from gatehouse import flows
from gatehouse.core import clock, ticker
from gatehouse.helpdesk import actions, ports, queries, tasks
from gatehouse.helpdesk.models import Appointment, BookingHours, Desk
from gatehouse.helpdesk.tests.factories import CourseFactory, a_tutor, an_appointment, bookable
from gatehouse.mail.models import Letter
from gatehouse.passes import actions as passes
from gatehouse.passes.beginnings import BEGINNINGS
from gatehouse.passes.models import Pass, Renewal
from gatehouse.passes.pkpass import pass_json
from gatehouse.passes.queries import live_card
from gatehouse.passes.tests.factories import a_design
from gatehouse.passes.tests.test_pkpass import IDENTITY
from gatehouse.people import actions as people
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
TICKET = BEGINNINGS["appointment"]


@pytest.fixture(autouse=True)
def connected():
    flows.connect()


@pytest.fixture
def design():
    made = a_design("Appointment", blueprint=TICKET.blueprint("Alder College"), subject=TICKET.subject)
    Desk.objects.update_or_create(pk=1, defaults={"appointment_card": made.pk})
    return made


@pytest.fixture
def ana():
    tutor = a_tutor(given_name="Ana", family_name="Silva")
    for weekday in range(7):
        bookable(tutor, weekday=weekday)
    return tutor


@pytest.fixture
def stat():
    return CourseFactory(number="1400")


def free(course, person, number=0):
    return queries.next_offers(course, clock.now() + timedelta(days=2), person=person)[number].starts_at


def booked(ana, stat, **person):
    maya = PersonFactory(**person)
    when = free(stat, maya)
    return actions.book_appointment(
        person=maya, course=stat, tutor=ana, starts_at=when, question="Which test?", actor=maya
    )


def said(card):
    return Pass.objects.get(pk=card.pk).content


def test_booked_there_is_a_card_that_says_what_when_where_and_with_whom(design, ana, stat):
    made = booked(ana, stat)

    card = Pass.objects.get()
    values = said(card)["values"]
    assert (values["course"], values["tutor"], values["name"]) == ("STAT 1400", "Ana Silva", made.person.name)
    assert values["starts"] == said(card)["relevant_at"] == made.starts_at.isoformat(timespec="seconds")
    assert said(card)["expires_at"] == made.ends_at.isoformat(timespec="seconds")
    assert b'"relevantDates":[{"date":"' + values["starts"].encode() in pass_json(card.face, IDENTITY)


def test_its_link_is_on_the_page_and_in_the_letter_of_whoever_booked(design, ana, stat, client):
    made = booked(ana, stat)
    client.force_login(made.person)

    address = ports.card_of(made.pk)

    assert "Add to wallet" in client.get(f"/help/appointments/{made.pk}").text
    assert client.get(f"/{address.split('/', 3)[3]}").status_code == 200
    sealed = {letter.person_id: letter.is_credential for letter in Letter.objects.all()}
    assert sealed == {made.person_id: True, ana.pk: False}


def test_its_code_tells_the_check_in_screen_who_is_here(design, ana, stat):
    made = booked(ana, stat)
    card = Pass.objects.get()

    assert ports.holder_of(card.content["code"]) == made.person
    actions.cancel_appointment(appointment=made, actor=made.person)
    assert ports.holder_of(card.content["code"]) is None


def test_moved_the_card_has_a_new_version(design, ana, stat):
    made = booked(ana, stat)
    card = Pass.objects.get()
    when = free(stat, made.person, 1)

    actions.move_appointment(appointment=made, tutor=ana, starts_at=when, actor=made.person)
    passes.renew_stale()

    assert (Pass.objects.get().pk, Renewal.objects.get().version) == (card.pk, 2)
    assert said(card)["values"]["starts"] == said(card)["relevant_at"] == when.isoformat(timespec="seconds")
    assert Renewal.objects.get().changed == ["starts", ".expires", ".relevant"]


def test_cancelled_the_card_is_void_and_nobody_finds_it(design, ana, stat):
    made = booked(ana, stat)
    card = Pass.objects.get()

    actions.cancel_appointment(appointment=made, actor=made.person)
    passes.renew_stale()

    assert said(card)["is_void"] is True
    assert Pass.objects.get().void_reason == "The appointment was cancelled."
    assert (ports.card_of(made.pk), live_card(card.serial)) == (None, None)


def test_without_a_design_there_is_an_appointment_and_no_card(ana, stat):
    made = booked(ana, stat)

    assert (Appointment.objects.get(), ports.card_of(made.pk), Pass.objects.count()) == (made, None, 0)


@pytest.mark.parametrize("unfit", [{"subject": "person"}, {"archived_at": "2026-01-01T00:00Z"}, {"published": None}])
def test_a_design_that_gives_no_cards_stands_in_nobodys_way(design, ana, stat, unfit):
    type(design).objects.update(**unfit)

    booked(ana, stat)

    assert (Appointment.objects.count(), Pass.objects.count()) == (1, 0)
    assert ports.card_designs() == []


def test_the_desk_chooses_among_designs_of_nobody(design):
    a_design("Garden card")

    assert ports.card_designs() == [(design.pk, "Appointment")]


def test_an_erased_person_is_on_no_card(design, ana, stat):
    made = booked(ana, stat, given_name="Maya", family_name="Okafor")
    card = Pass.objects.get()
    Letter.objects.all().delete()

    people.erase_person(person=made.person, actor=None)
    passes.renew_stale()

    assert Appointment.objects.count() == 0
    assert Pass.objects.get().own == {}
    assert (said(card)["is_void"], "Okafor" in str(said(card))) == (True, False)
    assert [letter.person_id for letter in Letter.objects.all()] == [ana.pk]


def test_who_left_meets_nobody_and_the_others_are_told(design, ana, stat):
    made = booked(ana, stat)
    Letter.objects.all().delete()

    people.end_person(person=ana, actor=None)

    made.refresh_from_db()
    assert made.cancelled_because == "They are here no more."
    assert [letter.person_id for letter in Letter.objects.all()] == [made.person_id]


def test_appointments_and_hours_of_merged_records_are_of_the_one_that_stays(ana):
    kept, gone = PersonFactory(), a_tutor()
    bookable(gone)
    three, five = (clock.now() + timedelta(days=number) for number in (3, 5))
    an_appointment(person=kept, starts_at=three)
    alone = an_appointment(person=gone)
    doubled = an_appointment(person=gone, starts_at=three + timedelta(minutes=10))
    same = an_appointment(tutor=gone, person=kept, starts_at=five)

    people.merge_people(kept=kept, gone=gone, actor=None)

    rows = dict(Appointment.objects.values_list("pk", "cancelled_at"))
    assert (rows[alone.pk], same.pk in rows) == (None, False)
    assert rows[doubled.pk] is not None
    assert set(Appointment.objects.filter(pk__in=[alone.pk, doubled.pk]).values_list("person", flat=True)) == {kept.pk}
    assert BookingHours.objects.filter(tutor=kept).count() == 1


def test_sweeps_of_appointments_have_their_times():
    due = ticker.recurring

    assert due[tasks.open_appointments.module_path].interval == timedelta(seconds=20)
    assert due[tasks.remind_of_appointments.module_path].interval == timedelta(minutes=1)
    assert [sweep.func() for sweep in (tasks.open_appointments, tasks.remind_of_appointments) * 2] == [0] * 4
