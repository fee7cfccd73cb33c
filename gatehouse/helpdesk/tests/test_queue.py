import pytest

from gatehouse.helpdesk import queries
from gatehouse.helpdesk.actions import queue_moved
from gatehouse.helpdesk.models import QuestionGroup
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, on_shift

pytestmark = pytest.mark.django_db


def test_every_move_raises_the_version():
    before = queries.version()

    queue_moved()
    queue_moved()

    assert queries.version() == before + 2


def test_places_count_from_one_in_the_order_of_asking():
    first, second = a_ticket(), a_ticket()

    assert (queries.place_of(first).place, queries.place_of(second).place) == (1, 2)


def test_a_group_stands_where_its_first_stands_and_waits_one_turn():
    course = CourseFactory()
    on_shift()
    group = QuestionGroup.objects.create(course=course, topic="paired tests")
    first, other, joined = a_ticket(course=course, group=group), a_ticket(), a_ticket(course=course, group=group)
    last = a_ticket()

    assert [queries.place_of(each).place for each in (first, joined, other, last)] == [1, 1, 3, 4]
    assert queries.place_of(joined).wait == queries.place_of(first).wait


def test_nobody_on_duty_for_the_course_means_no_estimate():
    on_shift(CourseFactory())

    assert queries.place_of(a_ticket()).wait is None
