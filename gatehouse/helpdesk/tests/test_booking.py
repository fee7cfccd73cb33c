"""Times of tutors are booked, moved and given back, and nobody is at two places at once."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk import actions, queries
from gatehouse.helpdesk.models import Appointment, BookingHours, Desk, Holiday, Room, Tutoring
from gatehouse.helpdesk.refusals import HoursUnfit, NotNow, Overlap, SlotGone, TooMany, WordMissing
from gatehouse.helpdesk.tests.factories import CourseFactory, a_tutor, an_appointment, bookable
from gatehouse.mail.models import Letter
from gatehouse.people.tests.factories import PersonFactory, an_owner

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WEDNESDAY = date(2026, 11, 18)
TEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    at(monkeypatch, MONDAY)


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def stat():
    return CourseFactory()


@pytest.fixture
def ana(stat):
    tutor = a_tutor(stat, given_name="Ana", family_name="Silva")
    bookable(tutor)
    return tutor


def book(tutor, course, person=None, when=TEN, **fields):
    person = person or PersonFactory()
    asked = {"question": "Which test fits?", "actor": person, **fields}
    return actions.book_appointment(person=person, course=course, tutor=tutor, starts_at=when, **asked)


def times(course, day=WEDNESDAY, **whose):
    return [f"{offer.starts_at:%H:%M}" for offer in queries.offers(course, [day], **{"person": None} | whose)]


def test_booked_and_both_are_written_to(ana, stat):
    maya = PersonFactory()

    made = book(ana, stat, maya)

    assert (made.starts_at, made.ends_at - made.starts_at) == (TEN, timedelta(minutes=30))
    assert times(stat) == ["10:30", "11:00", "11:30"]
    assert [letter.person for letter in Letter.objects.order_by("pk")] == [maya, ana]
    assert "Wednesday 18 November 2026, 10:00" in Letter.objects.earliest("pk").subject


def test_a_double_tap_is_one_appointment(ana, stat):
    maya = PersonFactory()

    assert book(ana, stat, maya).pk == book(ana, stat, maya).pk
    assert Letter.objects.count() == 2


def test_who_is_late_is_told_the_next_free_times(ana, stat):
    book(ana, stat)

    with pytest.raises(SlotGone, match="Somebody took this time a moment ago") as gone:
        book(ana, stat)

    assert [f"{offer.starts_at:%H:%M}" for offer in gone.value.instead] == ["10:30", "11:00", "11:30"]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_book_one_time_at_once_one_has_it(ana, stat, together):
    people = [PersonFactory() for _ in range(6)]

    outcomes = together(*(lambda who=who: book(ana, stat, who) for who in people))

    names = sorted(type(outcome).__name__ for outcome in outcomes)
    assert names == ["Appointment"] + ["SlotGone"] * 5
    assert Appointment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_times_that_overlap_are_not_both_booked_at_once(ana, stat, together):
    """Hours that were cut anew offer 10:15 to another, while somebody still takes 10:00."""
    ben = a_tutor(stat)
    bookable(ben, starts=time(10, 15), ends=time(10, 45))
    maya = PersonFactory()

    outcomes = together(lambda: book(ana, stat, maya), lambda: book(ben, stat, maya, TEN + timedelta(minutes=15)))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appointment", "Overlap"]


@pytest.mark.django_db(transaction=True)
def test_one_moves_where_another_books(ana, stat, together):
    held, half_past = book(ana, stat), TEN + timedelta(minutes=30)

    outcomes = together(
        lambda: actions.move_appointment(appointment=held, tutor=ana, starts_at=half_past, actor=held.person),
        lambda: book(ana, stat, when=half_past),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appointment", "SlotGone"]
    assert Appointment.objects.filter(starts_at=half_past).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_who_books_many_at_once_has_no_more_than_the_desk_allows(stat, together):
    Desk.objects.create(pk=1, book_most=2)
    maya = PersonFactory()
    tutors = [a_tutor(stat) for _ in range(4)]
    for number, tutor in enumerate(tutors):
        bookable(tutor, starts=time(10 + number), ends=time(11 + number), slot=60)

    outcomes = together(
        *(
            lambda tutor=tutor, number=number: book(tutor, stat, maya, TEN + timedelta(hours=number))
            for number, tutor in enumerate(tutors)
        )
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appointment"] * 2 + ["TooMany"] * 2


def test_only_tutors_of_the_course_who_may_help_are_offered(ana, stat):
    other, anywhere, gone, student = a_tutor(CourseFactory()), a_tutor(), a_tutor(stat), PersonFactory()
    gone.left_at = clock.now()
    gone.save()
    for tutor in (other, anywhere, gone, student):
        bookable(tutor)

    assert {tutor.pk for tutor in queries.tutors_for(stat)} == {ana.pk, anywhere.pk}
    assert {offer.tutor.pk for offer in queries.offers(stat, [WEDNESDAY], person=None)} == {ana.pk, anywhere.pk}


def test_one_is_not_offered_oneself_nor_what_meets_ones_own_appointments(ana, stat):
    ben, maya = a_tutor(stat), PersonFactory()
    bookable(ben)
    an_appointment(person=maya, starts_at=TEN + timedelta(minutes=15))

    assert {offer.tutor.pk for offer in queries.offers(stat, [WEDNESDAY], person=ana)} == {ben.pk}
    assert times(stat, person=maya) == ["11:00", "11:00", "11:30", "11:30"]
    with pytest.raises(Overlap, match="another appointment at that time"):
        book(ana, stat, maya, TEN + timedelta(minutes=30))


def test_at_one_time_whoever_has_least_to_do_comes_first(ana, stat):
    ben = a_tutor(stat)
    bookable(ben)
    an_appointment(tutor=ana, starts_at=TEN + timedelta(hours=6))

    assert queries.offers(stat, [WEDNESDAY], person=None)[0].tutor == ben


def test_notice_and_how_far_ahead_are_the_desks(ana, stat, monkeypatch):
    Desk.objects.create(pk=1, book_notice=90, book_ahead=9)
    at(monkeypatch, TEN - timedelta(minutes=60))

    assert times(stat) == ["10:30", "11:00", "11:30"]
    assert times(stat, WEDNESDAY + timedelta(days=7)) == ["10:00", "10:30", "11:00", "11:30"]
    assert times(stat, WEDNESDAY + timedelta(days=14)) == []
    with pytest.raises(SlotGone, match="can't be booked any more"):
        book(ana, stat)


def test_nobody_is_booked_on_a_holiday(ana, stat):
    Holiday.objects.create(date=WEDNESDAY)

    assert times(stat) == []
    with pytest.raises(SlotGone) as gone:
        book(ana, stat)
    assert gone.value.instead[0].starts_at == TEN + timedelta(days=7)


def test_hours_follow_the_wall_clock_over_the_night_in_which_it_changes(ana, stat, settings, monkeypatch):
    settings.TIME_ZONE = "America/Chicago"
    timezone.get_default_timezone.cache_clear()
    at(monkeypatch, datetime(2026, 10, 26, 9, 0, tzinfo=UTC))
    zone = ZoneInfo("America/Chicago")
    found = queries.offers(stat, [date(2026, 10, 28), date(2026, 11, 4)], person=None)
    timezone.get_default_timezone.cache_clear()

    firsts = [offer.starts_at for offer in found][::4]
    assert [at.astimezone(zone).hour for at in firsts] == [10, 10]
    assert [at.hour for at in firsts] == [15, 16]


def test_only_times_that_are_offered_can_be_booked(ana, stat):
    for odd in (TEN + timedelta(minutes=7), TEN - timedelta(hours=5), TEN - timedelta(days=7)):
        with pytest.raises(SlotGone):
            book(ana, stat, when=odd)
    with pytest.raises(SlotGone):
        book(PersonFactory(), stat)


def test_nobody_books_for_somebody_else(ana, stat):
    with pytest.raises(PermissionDenied):
        book(ana, stat, actor=PersonFactory())


def test_more_than_the_desk_allows_are_refused(ana, stat):
    Desk.objects.create(pk=1, book_most=1)
    maya = PersonFactory()
    book(ana, stat, maya)

    with pytest.raises(TooMany, match="You have 1 appointments ahead"):
        book(ana, stat, maya, TEN + timedelta(minutes=30))


def test_moved_the_old_time_is_free_and_calendars_hear_of_it(ana, stat):
    held, half_past = book(ana, stat), TEN + timedelta(minutes=30)
    Letter.objects.all().delete()

    moved = actions.move_appointment(appointment=held, tutor=ana, starts_at=half_past, actor=held.person)

    assert (moved.starts_at, moved.sequence, moved.uid) == (half_past, 1, held.uid)
    assert times(stat) == ["10:00", "11:00", "11:30"]
    assert {letter.template for letter in Letter.objects.all()} == {"helpdesk/letters/appointment_moved"}


def test_moved_to_another_tutor_the_former_is_told_that_there_is_none(ana, stat):
    ben = a_tutor(stat)
    bookable(ben, starts=time(15), ends=time(16))
    held = book(ana, stat)
    Letter.objects.all().delete()

    actions.move_appointment(appointment=held, tutor=ben, starts_at=TEN + timedelta(hours=5), actor=held.person)

    told = {letter.person_id: letter.template.rpartition("_")[2] for letter in Letter.objects.all()}
    assert told == {held.person_id: "moved", ben.pk: "booked", ana.pk: "cancelled"}


def test_an_appointment_can_move_within_its_own_time(ana, stat):
    """Its own time does not stand in its way: cut anew in hours of 20 minutes, 10:20 meets the old 10:00 to 10:30."""
    held = book(ana, stat)
    BookingHours.objects.update(slot=20)

    moved = actions.move_appointment(
        appointment=held, tutor=ana, starts_at=TEN + timedelta(minutes=20), actor=held.person
    )

    assert moved.ends_at == TEN + timedelta(minutes=40)


def test_only_who_booked_moves_and_only_until_it_begins(ana, stat, monkeypatch):
    held = book(ana, stat)
    later = {"tutor": ana, "starts_at": TEN + timedelta(minutes=30)}

    for stranger in (ana, PersonFactory(), an_owner()):
        with pytest.raises(PermissionDenied):
            actions.move_appointment(appointment=held, actor=stranger, **later)
    at(monkeypatch, TEN)
    with pytest.raises(NotNow, match="begun already"):
        actions.move_appointment(appointment=held, actor=held.person, **later)
    with pytest.raises(NotNow, match="begun already"):
        actions.cancel_appointment(appointment=held, actor=held.person)


def test_cancelled_the_time_is_free_and_the_tutor_is_told(ana, stat):
    held = book(ana, stat)
    Letter.objects.all().delete()

    gone = actions.cancel_appointment(appointment=held, actor=held.person)
    again = actions.cancel_appointment(appointment=held, actor=held.person)

    assert (gone.sequence, again.sequence) == (1, 1)
    assert times(stat)[0] == "10:00"
    assert {letter.person_id for letter in Letter.objects.all()} == {held.person_id, ana.pk}
    assert book(ana, stat).pk != held.pk


def test_a_tutor_cancels_with_a_word(ana, stat):
    held = book(ana, stat)
    Letter.objects.all().delete()

    with pytest.raises(WordMissing):
        actions.cancel_appointment(appointment=held, actor=ana, because="  ")
    actions.cancel_appointment(appointment=held, actor=ana, because="I am ill, sorry.")

    [letter] = Letter.objects.all()
    assert letter.person_id == held.person_id
    assert letter.values["because"] == "I am ill, sorry."


def test_a_stranger_cancels_nothing(ana, stat):
    held = book(ana, stat)

    for stranger in (PersonFactory(), a_tutor(stat)):
        with pytest.raises(PermissionDenied):
            actions.cancel_appointment(appointment=held, actor=stranger, because="Why not")


def test_what_is_cancelled_cannot_be_moved(ana, stat):
    held = book(ana, stat)
    actions.cancel_appointment(appointment=held, actor=held.person)

    with pytest.raises(NotNow, match="was cancelled"):
        actions.move_appointment(appointment=held, tutor=ana, starts_at=TEN + timedelta(minutes=30), actor=held.person)


def test_too_many_bookings_a_day_are_refused_before_anything_is_done(ana, stat):
    maya = PersonFactory()
    for _ in range(10):
        made = book(ana, stat, maya)
        actions.move_appointment(appointment=made, tutor=ana, starts_at=TEN + timedelta(minutes=30), actor=maya)
        actions.cancel_appointment(appointment=made, actor=maya)

    with pytest.raises(TooMany):
        book(ana, stat, maya)


# --- hours ---------------------------------------------------------------------------------------


def block(**fields):
    return {"weekday": 2, "starts": time(10), "ends": time(12), "slot": 30, "mode": "campus"} | fields


def test_a_tutor_keeps_own_hours_and_whoever_runs_the_desk_all(ana):
    owner = an_owner()
    made = actions.add_hours(tutor=ana, actor=ana, **block(weekday=3))
    actions.edit_hours(hours=made, actor=owner, **block(weekday=4))
    actions.remove_hours(hours=made, actor=ana)

    assert [hours.weekday for hours in queries.hours_of(ana)] == [2]
    for stranger in (a_tutor(), PersonFactory()):
        with pytest.raises(PermissionDenied):
            actions.add_hours(tutor=ana, actor=stranger, **block(weekday=3))
        with pytest.raises(PermissionDenied):
            actions.remove_hours(hours=queries.hours_of(ana)[0], actor=stranger)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends": time(10)}, "ends"),
        ({"weekday": 3, "ends": time(10, 20)}, "ends"),
        ({"weekday": 3, "slot": 0}, "slot"),
        ({"weekday": 3, "slot": 241}, "slot"),
        ({"weekday": 3, "first_on": date(2026, 2, 2), "last_on": date(2026, 2, 1)}, "last_on"),
        ({"starts": time(11, 30), "ends": time(13)}, "starts"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_field(ana, fields, field):
    with pytest.raises(HoursUnfit) as refused:
        actions.add_hours(tutor=ana, actor=ana, **block(**fields))

    assert refused.value.field == field


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_hours_at_once_add_them_once(ana, together):
    deeds = [lambda: actions.add_hours(tutor=ana, actor=None, **block(weekday=4)) for _ in range(2)]

    assert sorted(type(outcome).__name__ for outcome in together(*deeds)) == ["BookingHours", "HoursUnfit"]


def test_hours_online_have_no_room(ana):
    made = actions.add_hours(
        tutor=ana, actor=ana, **block(weekday=3, mode="online", room=Room.objects.create(name="B"))
    )

    assert made.room is None


def test_what_is_booked_stays_when_the_hours_go(ana, stat):
    held = book(ana, stat)

    actions.remove_hours(hours=queries.hours_of(ana)[0], actor=ana)

    held.refresh_from_db()
    assert held.cancelled_at is None
    assert Tutoring.objects.filter(person=ana).exists()


@pytest.mark.parametrize("tutors", [1, 3])
def test_offers_ask_as_much_for_three_tutors_as_for_one(tutors, stat, django_assert_num_queries):
    for _ in range(tutors):
        bookable(a_tutor(stat))
    queries.desk()

    with django_assert_num_queries(7):
        assert len(queries.offers(stat, [WEDNESDAY], person=PersonFactory.build())) == 4 * tutors
