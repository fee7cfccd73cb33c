"""The least of each that is valid."""

from datetime import time, timedelta
from typing import Any

import factory

from gatehouse.core import clock
from gatehouse.helpdesk.actions import Guest, queue_moved, submit_ticket
from gatehouse.helpdesk.models import Appointment, BookingHours, Course, Shift, Ticket, Tutoring
from gatehouse.people.models import Person
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory

MAYA = Guest("Maya Okafor", "maya@example.org")


class CourseFactory(factory.django.DjangoModelFactory):
    department = "STAT"
    number = factory.Sequence(lambda n: str(1100 + n))
    name = "Introduction to statistics"

    class Meta:
        model = Course


def a_ticket(asker: Person | Guest | None = None, course: Course | None = None, **fields: Any) -> Ticket:
    """In the queue, asked by somebody we know, unless a guest is named."""
    asker = asker or PersonFactory()
    actor = asker if isinstance(asker, Person) else None
    question = fields.pop("question", "Which of the two tests fits question 4?")
    return submit_ticket(asker=asker, actor=actor, course=course or CourseFactory(), question=question, **fields)


def a_tutor(*courses: Course, **fields: Any) -> Person:
    """Somebody with the role, who helps in these courses; in all of them when none is named."""
    tutor = RoleGrantFactory(role=RoleFactory.built_in("tutor"), person=PersonFactory(**fields)).person
    for course in courses:
        Tutoring.objects.create(person=tutor, course=course)
    return tutor


def on_shift(*courses: Course, **fields: Any) -> Shift:
    shift = Shift.objects.create(tutor=a_tutor(*courses), **fields)
    queue_moved()
    return shift


def bookable(tutor: Person, **fields: Any) -> BookingHours:
    """Wednesdays from 10 to 12 in half hours, unless something else matters."""
    usual: dict[str, Any] = {"weekday": 2, "starts": time(10), "ends": time(12), "slot": 30}
    return BookingHours.objects.create(tutor=tutor, **usual | fields)


def an_appointment(**fields: Any) -> Appointment:
    """With a tutor, ahead by two days, half an hour long; booked long ago, and nobody was written to."""
    starts_at = fields.pop("starts_at", None) or clock.now().replace(second=0, microsecond=0) + timedelta(days=2)
    long_ago = clock.now() - timedelta(days=7)
    usual: dict[str, Any] = {
        "ends_at": starts_at + timedelta(minutes=30),
        "booked_at": long_ago,
        "changed_at": long_ago,
    }
    usual |= {"question": "Which test fits question 4?"}
    for name, make in (("person", PersonFactory), ("tutor", a_tutor), ("course", CourseFactory)):
        fields[name] = fields.get(name) or make()
    return Appointment.objects.create(starts_at=starts_at, **usual | fields)
