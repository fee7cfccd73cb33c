"""What is kept of letters, how long, and what happens to them when people change."""

from datetime import timedelta

import pytest

from gatehouse.core import clock, events
from gatehouse.mail import actions, tasks
from gatehouse.mail.events import LettersPosted, RunExpanded
from gatehouse.mail.models import Letter
from gatehouse.mail.tests.factories import LetterFactory, PersonFactory
from gatehouse.people.events import PeopleMerged, PersonErased


def test_bytes_are_dropped_when_their_time_is_over_and_the_fate_stays(db, own_data, settings):
    settings.MAIL_KEEP_DAYS = 30
    old = LetterFactory(state="sent", settled_at=clock.now() - timedelta(days=31))
    young = LetterFactory(state="failed", settled_at=clock.now() - timedelta(days=29))
    waiting = LetterFactory(created_at=clock.now() - timedelta(days=400))

    assert tasks.erase_old_bytes.call() == 1
    assert tasks.erase_old_bytes.call() == 0

    kept = {letter.pk: letter.rendered is not None for letter in Letter.objects.all()}
    assert kept == {old.pk: False, young.pk: True, waiting.pk: True}
    assert Letter.objects.get(pk=old.pk).state == "sent"


def test_a_settled_credential_that_a_crash_left_is_erased(db, own_data):
    LetterFactory(state="sent", settled_at=clock.now(), is_credential=True)

    assert tasks.erase_old_bytes.call() == 1


def test_letters_follow_a_person_whose_records_are_merged(db):
    kept, gone = PersonFactory(), PersonFactory()
    letter = LetterFactory(person=gone)

    events.publish(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))

    letter.refresh_from_db()
    assert letter.person == kept


def test_letters_go_with_a_person_who_is_erased(db):
    person = PersonFactory()
    LetterFactory(person=person)
    other = LetterFactory()

    events.publish(PersonErased(person_id=person.pk))

    assert list(Letter.objects.all()) == [other]


@pytest.mark.parametrize(
    ("fact", "sweep"), [(LettersPosted(1), tasks.send_waiting), (RunExpanded(1), tasks.write_letters)]
)
def test_what_is_posted_wakes_its_sweep_after_the_commit(db, fact, sweep, django_capture_on_commit_callbacks):
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    with django_capture_on_commit_callbacks(execute=True):
        events.publish(fact)

    assert DBTaskResult.objects.get().task_path == sweep.module_path


def test_two_people_decide_about_one_letter_at_once(transactional_db, together):
    letter = LetterFactory(state="held")
    actor = PersonFactory()
    one = Letter.objects.filter(pk=letter.pk)

    outcomes = together(
        lambda: actions.release(letters=one.all(), actor=actor), lambda: actions.release(letters=one.all(), actor=actor)
    )

    assert sorted(outcomes) == [0, 1]
