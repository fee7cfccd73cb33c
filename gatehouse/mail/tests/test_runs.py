"""Sending to many: each recipient once, written in batches, one's fault its own, and no faster than the rate."""

import itertools
from datetime import timedelta

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.mail import actions, rendering, tasks, worker
from gatehouse.mail.models import Letter, Run
from gatehouse.mail.tests.factories import LetterFactory, PersonFactory, SuppressionFactory


def readers(count: int) -> list[actions.Recipient]:
    return [actions.Recipient(f"row:{n}", f"reader{n}@example.org", name=f"Reader {n}") for n in range(count)]


def post(to, **fields) -> Run:
    return actions.post_many(name="Garden news", to=to, template="mail/letters/test", **fields)


def test_a_run_is_expanded_at_once_written_in_batches_and_sent(transactional_db, own_data):
    run = post(readers(3), topic="garden-news")
    assert set(run.letters.values_list("state", "rendered")) == {("expanded", None)}

    assert tasks.write_letters.call() == 3
    assert tasks.write_letters.call() == 0
    assert tasks.send_waiting.call() == 3

    assert set(run.letters.values_list("state", flat=True)) == {"sent"}
    assert len(list((own_data / "mail").glob("*.eml"))) == 3
    assert Entry.objects.get().details == {"letters": 3, "held": False}


def test_the_same_recipient_gets_one_letter_of_a_run_however_often_it_is_posted(db):
    run = post([*readers(2), *readers(2)])
    first = set(run.letters.values_list("message_id", flat=True))

    post(readers(3), run=run)

    assert run.letters.count() == 3
    assert first < set(run.letters.values_list("message_id", flat=True))


def test_every_recipient_has_a_letter_and_a_fate(db):
    SuppressionFactory(address="reader0@example.org", scope="topic:news")
    SuppressionFactory(address="reader1@example.org", scope="topic:other")

    run = post([*readers(2), actions.Recipient("row:9", "no address")], topic="news")
    actions.write_some()

    fates = dict(run.letters.values_list("recipient", "state"))
    assert fates == {"row:0": "suppressed", "row:1": "queued", "row:9": "failed"}


def test_unsubscribing_between_expansion_and_sending_stops_the_letter(transactional_db, own_data):
    run = post(readers(2), topic="news")
    actions.write_some()
    actions.unsubscribe(letter=run.letters.get(recipient="row:1"), evidence="")

    assert tasks.send_waiting.call() == 1
    assert run.letters.get(recipient="row:1").state == "suppressed"


def test_a_letter_that_cannot_be_written_fails_alone(db):
    run = post(readers(1))
    broken = LetterFactory(run=run, recipient="row:7", template="mail/letters/none", state="expanded", rendered=None)

    assert actions.write_some() == 2

    broken.refresh_from_db()
    assert (broken.state, broken.rendered) == ("failed", None)
    assert "TemplateDoesNotExist" in broken.answer_text
    assert run.letters.get(recipient="row:0").state == "queued"


def test_a_held_run_waits_for_a_person(transactional_db, own_data):
    run = post(readers(2), held=True)
    tasks.write_letters.call()
    assert tasks.send_waiting.call() == 0

    assert actions.release(letters=run.letters.all(), actor=PersonFactory()) == 2

    assert tasks.send_waiting.call() == 2


def test_a_letter_stopped_while_it_is_written_stays_stopped(db, monkeypatch):
    run = post(readers(1))
    write = actions.runs.rendering.write

    def stop_meanwhile(*args):
        actions.hold(letters=run.letters.all(), actor=None)
        write(*args)

    monkeypatch.setattr(actions.runs.rendering, "write", stop_meanwhile)
    actions.write_some()

    assert run.letters.get().state == "held"


def test_a_rate_makes_letters_due_one_after_another_and_runs_queue_up(db, settings):
    settings.MAIL_RATE = 60
    began = clock.now()
    for _ in range(2):
        post(readers(3))
        actions.write_some()
    notice = actions.post(to="ana@example.org", template="mail/letters/test", context={})

    due = list(Letter.objects.exclude(run=None).order_by("pk").values_list("not_before", flat=True))

    assert [later - earlier for earlier, later in itertools.pairwise(due)] == [timedelta(seconds=1)] * 5
    assert due[0] >= began
    assert notice.not_before <= clock.now()


def test_who_came_first_connects_where_connections_are_limited(make_ledger, own_data, settings):
    settings.MAIL_CONNECTIONS = 1
    LetterFactory()
    elder = make_ledger()
    assert worker.work(seconds=1).offered == 0

    elder.leave(clock.now())
    elder.close()

    assert worker.work(seconds=1).accepted == 1


def test_the_dead_take_no_connection(make_ledger, own_data, settings):
    settings.MAIL_CONNECTIONS = 1
    LetterFactory()
    make_ledger().close()

    for _ in range(50):  # PostgreSQL lets go of a lost connection's lock a moment later
        if tally := worker.work(seconds=1).accepted:
            break

    assert tally == 1


def test_two_writers_race_and_each_letter_is_written_once(transactional_db, together):
    run = post(readers(40))

    together(actions.write_some, actions.write_some)

    assert set(run.letters.values_list("state", flat=True)) == {"queued"}
    assert all(letter.message_id.encode() in bytes(letter.rendered) for letter in run.letters.all())


def test_two_runs_of_one_post_race_and_nobody_gets_two_letters(transactional_db, together):
    run = Run.objects.create(name="Garden news", message_class="bulk")

    outcomes = together(lambda: post(readers(30), run=run), lambda: post(readers(30), run=run))

    assert [type(outcome).__name__ for outcome in outcomes] == ["Run", "Run"]
    assert run.letters.count() == 30


def test_letters_of_a_run_with_a_link_in_them_are_sealed_and_lose_their_words(transactional_db, own_data):
    run = post(readers(1), credential=True)
    actions.write_some()
    sealed = bytes(run.letters.get().rendered)
    assert b"A test letter" not in sealed
    assert b"A test letter" in rendering.unseal(sealed)

    assert tasks.send_waiting.call() == 1

    assert (run.letters.get().rendered, run.letters.get().values) == (None, {})
    assert len(list((own_data / "mail").glob("*.eml"))) == 1
