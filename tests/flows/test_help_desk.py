"""What the help desk does by itself, and what it does when others say something."""

from datetime import time, timedelta

import pytest

from gatehouse import flows
from gatehouse.core import clock, ticker
from gatehouse.core.tasks import DBTaskResult
from gatehouse.helpdesk import ports, tasks
from gatehouse.helpdesk.actions import claim_ticket, join_help
from gatehouse.helpdesk.models import Attachment, Help, Message, SavedReport, Shift, Ticket, Tutoring
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor
from gatehouse.passes.actions import void_pass
from gatehouse.passes.tests.factories import a_pass
from gatehouse.people.actions import end_person, erase_person, merge_people
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import PersonFactory


@pytest.mark.django_db(transaction=True)
def test_every_move_of_the_queue_wakes_those_who_write_letters():
    flows.connect()
    DBTaskResult.objects.all().delete()

    a_ticket()

    assert DBTaskResult.objects.ready().filter(task_path=tasks.tell_the_waiting.module_path).count() == 1


def test_sweeps_of_the_desk_have_their_times():
    flows.connect()
    due = ticker.recurring

    assert due[tasks.tell_the_waiting.module_path].interval == timedelta(seconds=20)
    assert due[tasks.ask_ratings.module_path].interval == timedelta(minutes=1)
    assert due[tasks.forget_guests.module_path].at == time(3, 30)


@pytest.mark.django_db
def test_sweeps_run_twice_without_harm():
    a_ticket()

    assert [sweep.func() for sweep in (tasks.tell_the_waiting,) * 2] == [1, 0]
    assert [sweep.func() for sweep in (tasks.ask_ratings, tasks.forget_guests) * 2] == [0] * 4


@pytest.mark.django_db
def test_questions_and_courses_of_merged_records_are_of_the_one_that_stays():
    flows.connect()
    stat, chem = CourseFactory(), CourseFactory()
    kept, gone = a_tutor(stat), a_tutor(stat, chem)
    ticket = a_ticket(gone)
    Shift.objects.create(tutor=kept)
    Shift.objects.create(tutor=gone)

    merge_people(kept=kept, gone=gone, actor=None)

    ticket.refresh_from_db()
    assert ticket.person == kept
    assert set(Tutoring.objects.values_list("person", "course")) == {(kept.pk, stat.pk), (kept.pk, chem.pk)}
    assert Shift.objects.filter(tutor=kept, ended_at=None).count() == 1
    assert Shift.objects.filter(tutor=kept).count() == 2


@pytest.mark.django_db
def test_work_reports_and_the_better_part_of_merged_records_are_kept():
    flows.connect()
    stat, chem = CourseFactory(), CourseFactory()
    kept, gone = a_tutor(stat, chem), a_tutor(stat, chem)
    Tutoring.objects.filter(person=kept, course=stat).update(archived_at=clock.now())
    Tutoring.objects.filter(person=gone, course=chem).update(part=Tutoring.Part.LEAD)
    alone, both = a_ticket(), a_ticket()
    claim_ticket(ticket=alone, tutor=gone)
    claim_ticket(ticket=both, tutor=gone)
    join_help(ticket=both, tutor=kept, actor=kept)
    SavedReport.objects.create(owner=gone, name="Chemistry")
    SavedReport.objects.create(owner=gone, name="Mine", filters={"mode": "online"})
    SavedReport.objects.create(owner=kept, name="Mine")

    merge_people(kept=kept, gone=gone, actor=None)

    going_on = Help.objects.filter(ended_at=None).values_list("ticket", "tutor")
    assert set(going_on) == {(alone.pk, kept.pk), (both.pk, kept.pk)}
    assert set(SavedReport.objects.values_list("owner", "name")) == {(kept.pk, "Chemistry"), (kept.pk, "Mine")}
    assert set(Tutoring.objects.values_list("course", "part", "archived_at")) == {
        (stat.pk, "tutor", None),
        (chem.pk, "lead", None),
    }


@pytest.mark.django_db
def test_whom_an_erased_tutor_helped_waits_again():
    flows.connect()
    tutor, other = a_tutor(), a_tutor()
    alone, both = a_ticket(), a_ticket()
    claim_ticket(ticket=alone, tutor=tutor)
    claim_ticket(ticket=both, tutor=tutor)
    join_help(ticket=both, tutor=other, actor=other)

    erase_person(person=tutor, actor=None)

    alone.refresh_from_db()
    both.refresh_from_db()
    assert (alone.state, both.state) == (Ticket.State.WAITING, Ticket.State.HELPED)
    assert list(Help.objects.filter(ended_at=None).values_list("ticket", "tutor")) == [(both.pk, other.pk)]


@pytest.mark.django_db
def test_erased_person_leaves_a_question_without_words():
    flows.connect()
    maya = PersonFactory()
    ticket = a_ticket(maya)
    Message.objects.create(ticket=ticket, author_name=maya.name, text="It is I")
    Attachment.objects.create(ticket=ticket, name="me.png", media_type="image/png", size=1)

    erase_person(person=maya, actor=None)

    ticket.refresh_from_db()
    assert (ticket.person, ticket.question, ticket.state) == (None, "", Ticket.State.WITHDRAWN)
    assert Message.objects.count() == Attachment.objects.count() == 0


@pytest.mark.django_db
def test_the_desk_knows_whose_card_it_is_shown():
    flows.connect()
    card = a_pass()

    assert ports.holder_of(card.serial) == card.membership.person

    void_pass(card=card, actor=None, reason="lost")
    assert ports.holder_of(card.serial) is None


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"expires_on": clock.today() - timedelta(days=1)}, {"status": "suspended"}])
def test_a_card_that_opens_no_door_checks_nobody_in(fields):
    flows.connect()
    card = a_pass()
    Membership.objects.update(**fields)

    assert ports.holder_of(card.serial) is None
    assert ports.holder_of(card.membership.number) is None


@pytest.mark.django_db
def test_a_tutor_who_leaves_is_at_the_desk_no_more():
    flows.connect()
    tutor, waits = a_tutor(), a_ticket()
    shift = Shift.objects.create(tutor=tutor)
    claim_ticket(ticket=waits, tutor=tutor)

    end_person(person=tutor, actor=None)

    shift.refresh_from_db()
    waits.refresh_from_db()
    assert shift.ended_at is not None
    assert waits.state == Ticket.State.WAITING
