"""What the desk keeps stands on live pages too: whoever writes it raises the version of the queue."""

import pytest

from gatehouse.helpdesk import queries
from gatehouse.helpdesk.actions import desk as desk_actions, entries, imports, tutors
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import Course, Holiday, Room, Tutoring
from gatehouse.helpdesk.tests.catalogue import ORDER, applied
from gatehouse.helpdesk.tests.factories import CourseFactory
from gatehouse.people.tests.factories import RoleFactory, holder_of


@pytest.fixture
def manager(db):
    for slug in ("tutor", "admin"):
        RoleFactory.built_in(slug)
    return holder_of("help.manage")


def moved(act, *args, **how):
    """By how many versions this moved the queue."""
    before = queries.version()
    act(*args, **how)
    return queries.version() - before


def test_how_the_desk_works_and_who_tutors_what(manager):
    course, tutor = CourseFactory(), holder_of("help.tickets")
    tutoring = {"person": tutor, "course": course, "actor": manager}
    closed = {"values": {"is_closed_now": True}, "actor": manager}

    assert moved(desk_actions.save_desk, **closed) == 1
    assert moved(desk_actions.save_desk, **closed) == 0
    assert moved(tutors.set_tutoring, part=Tutoring.Part.TUTOR, **tutoring) == 1
    assert moved(tutors.set_tutoring, part=Tutoring.Part.TUTOR, **tutoring) == 0
    assert moved(tutors.end_tutoring, **tutoring) == 1
    assert moved(tutors.end_tutoring, **tutoring) == 0


def test_a_room_is_added_edited_put_away_and_brought_back(manager):
    act = {"kind": KINDS["rooms"], "actor": manager}

    assert moved(entries.save_entry, row=None, values={"name": "B12", "building": ""}, **act) == 1
    room = Room.objects.get()
    assert moved(entries.save_entry, row=room, values={"name": "B12", "building": ""}, **act) == 0
    assert moved(entries.save_entry, row=room, values={"name": "B13", "building": ""}, **act) == 1
    assert moved(entries.archive_entry, row=room, **act) == 1
    assert moved(entries.archive_entry, row=room, **act) == 0
    assert moved(entries.restore_entry, row=room, **act) == 1
    assert Room.objects.get().name == "B13"


def test_a_holiday_is_taken_away_and_returned(manager):
    applied("holidays")
    act = {"kind": KINDS["holidays"], "actor": manager}
    row = Holiday.objects.first()
    texts = KINDS["holidays"].texts(KINDS["holidays"].cells_of(row.pk))

    assert moved(entries.remove_entry, row=row, **act) == 1
    assert moved(entries.return_entry, cells=texts, **act) == 1


def test_a_course_that_is_put_away(manager):
    course = CourseFactory()

    assert moved(entries.archive_entry, kind=KINDS["courses"], row=course, actor=manager) == 1
    assert Course.objects.get().archived_at


@pytest.mark.parametrize("slug", ORDER)
def test_a_file_is_applied_and_taken_back(manager, slug):
    for before in {"sections": ORDER[:3], "staff": ["courses"], "answers": ["courses"]}.get(slug, []):
        applied(before)
    known = queries.version()

    done, _plan = applied(slug)

    assert queries.version() == known + 1
    assert moved(imports.undo_import, catalogue_import=done, actor=None) == 1
