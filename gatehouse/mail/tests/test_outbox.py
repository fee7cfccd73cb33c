"""The protocol on the database that this pass uses; the kill proof is tests/services/test_outbox_survives_kill.py."""

import time
from datetime import timedelta

import pytest

from gatehouse.core import clock, sealing
from gatehouse.mail import rendering
from gatehouse.mail.delivery import Answer, Refused, SenderRefused, Unreachable, Unsure
from gatehouse.mail.models import Letter, Sending, Suppression, Worker
from gatehouse.mail.outbox import Outbox
from gatehouse.mail.tests.factories import LetterFactory, SuppressionFactory


@pytest.fixture
def outbox(ledger, told):
    return Outbox(ledger, told, sender="office@alder.example.org", now=clock.now, unseal=rendering.unseal)


def states(*letters: Letter) -> list[str]:
    for letter in letters:
        letter.refresh_from_db()
    return [letter.state for letter in letters]


def reap(ledger, *, at_least: int = 1) -> int:
    """PostgreSQL lets go of a closed connection's lock a moment later."""
    deadline, reaped = time.monotonic() + 5, 0
    while (reaped := reaped + ledger.reap(clock.now())) < at_least and time.monotonic() < deadline:
        time.sleep(0.01)
    return reaped


def test_letters_go_out_once_the_urgent_first(outbox, told):
    bulk = LetterFactory(urgency=Letter.Urgency.BULK)
    code = LetterFactory(urgency=Letter.Urgency.CREDENTIAL)

    tally = outbox.work(seconds=5)

    assert tally.accepted == 2
    assert [parcel.message_id for parcel in told.got] == [code.message_id, bulk.message_id]
    assert states(bulk, code) == ["sent", "sent"]
    assert code.settled_at
    assert str(Answer(code.answer_code, code.answer_enhanced, code.answer_text)) == "250 2.0.0 Ok"


def test_what_is_not_due_waits(outbox, told):
    LetterFactory(not_before=clock.now() + timedelta(minutes=1))
    LetterFactory(state="held")

    assert outbox.work(seconds=5).accepted == 0
    assert told.got == []


def test_each_letter_is_marked_before_it_is_offered_and_the_one_before_is_settled_with_it(outbox, told):
    letters = LetterFactory.create_batch(3)
    seen = []
    told.says = [lambda: seen.append(states(*letters))] * 3

    outbox.work(seconds=5)

    assert seen == [
        ["sending", "claimed", "claimed"],
        ["sent", "sending", "claimed"],
        ["sent", "sent", "sending"],
    ]


@pytest.mark.parametrize(
    ("answer", "suppresses"),
    [
        (Answer(550, "5.1.1", "nobody here"), True),
        (Answer(550, "5.7.1", "not from you"), False),
        (Answer(552, "5.2.3", "too long"), False),
        (Answer(550, "", "no"), False),
    ],
)
def test_a_no_for_good_fails_the_letter_and_only_a_missing_address_is_stopped(outbox, told, answer, suppresses):
    letter = LetterFactory()
    told.says = [Refused(answer)]

    outbox.work(seconds=5)

    assert states(letter) == ["failed"]
    assert (letter.answer_code, letter.answer_enhanced) == (answer.code, answer.enhanced)
    assert letter.tries.get().text == answer.text
    assert Suppression.objects.filter(address=letter.address, scope="all", reason="bounce").exists() is suppresses


def test_a_no_for_now_waits_longer_each_time_and_fails_after_two_days(outbox, told):
    letter = LetterFactory()
    waits = []
    for _ in range(6):
        told.says = [Refused(Answer(451, "4.3.0", "later"))]
        before = clock.now()
        outbox.work(seconds=5)
        letter.refresh_from_db()
        waits.append((letter.not_before - before).total_seconds() / 60)
        Letter.objects.update(not_before=before)
    Letter.objects.update(first_tried_at=clock.now() - timedelta(hours=49))
    told.says = [Refused(Answer(451, "4.3.0", "later"))]
    outbox.work(seconds=5)

    for expected, waited in zip((1, 5, 15, 60, 240, 240), waits, strict=True):
        assert expected <= waited <= expected * 1.1 + 0.1
    assert states(letter) == ["failed"]
    assert letter.attempts == letter.tries.count() == 7
    assert not Suppression.objects.exists()


def test_a_broken_connection_resends_under_the_same_message_id_and_says_so(outbox, told):
    letter = LetterFactory()
    told.says = [Unsure(Answer(0, "", "broke"))]

    outbox.work(seconds=5)
    assert states(letter) == ["queued"]
    Letter.objects.update(not_before=clock.now())
    outbox.work(seconds=5)

    assert states(letter) == ["sent"]
    assert letter.maybe_duplicate
    assert [parcel.message_id for parcel in told.got] == [letter.message_id] * 2


def test_where_a_class_may_never_come_twice_it_is_held(make_ledger, told, settings):
    settings.MAIL_HOLD_UNSURE = ["bulk"]
    letter = LetterFactory(message_class="bulk")
    told.says = [Unsure(Answer(0, "", "broke"))]

    Outbox(make_ledger(), told, sender="", now=clock.now).work(seconds=5)

    assert states(letter) == ["held"]
    assert letter.maybe_duplicate


@pytest.mark.parametrize(
    "error", [Unreachable(Answer(0, "", "no route")), SenderRefused(Answer(535, "5.7.8", "wrong"))]
)
def test_trouble_with_the_server_stops_and_harms_no_letter(outbox, told, error):
    letters = LetterFactory.create_batch(3)
    told.says = [error]

    tally = outbox.work(seconds=5)

    assert tally.trouble is error
    assert len(told.got) == 1
    assert states(*letters) == ["queued"] * 3
    assert [letter.attempts for letter in letters] == [0] * 3


def test_a_stop_between_claim_and_offer_holds_the_letter_back(outbox, told):
    first, second = LetterFactory.create_batch(2)
    told.says = [lambda: SuppressionFactory(address=second.address)]

    outbox.work(seconds=5)

    assert states(first, second) == ["sent", "suppressed"]
    assert second.settled_at
    assert len(told.got) == 1


@pytest.mark.parametrize(
    ("scope", "message_class", "state"),
    [
        ("all", "transactional", "suppressed"),
        ("class:bulk", "bulk", "suppressed"),
        ("class:bulk", "transactional", "sent"),
        ("class:bulk", "personal", "sent"),
        ("topic:news", "bulk", "suppressed"),
        ("topic:other", "bulk", "sent"),
    ],
)
def test_a_stop_reaches_as_far_as_its_scope(outbox, scope, message_class, state):
    letter = LetterFactory(message_class=message_class, topic="news")
    SuppressionFactory(address=letter.address, scope=scope)

    outbox.work(seconds=5)

    assert states(letter) == [state]


def test_a_letter_taken_from_a_worker_is_not_offered_by_it(outbox, told):
    first, second = LetterFactory.create_batch(2)
    told.says = [lambda: Letter.objects.filter(pk=second.pk).update(state="held", worker=None)]

    outbox.work(seconds=5)

    assert states(first, second) == ["sent", "held"]
    assert len(told.got) == 1


def test_the_reaper_leaves_the_living_alone_and_looks_after_the_dead(make_ledger):
    dead, reaper = make_ledger(), make_ledger()
    letters = LetterFactory.create_batch(3)
    claimed = dead.claim(100, clock.now())
    dead.begin(claimed[0], None, clock.now())

    assert reaper.reap(clock.now()) == 0
    dead.close()
    assert reap(reaper, at_least=3) == 3

    assert states(*letters) == ["queued"] * 3
    assert [(letter.attempts, letter.maybe_duplicate) for letter in letters] == [(1, True), (0, False), (0, False)]
    assert letters[0].tries.count() == 1
    assert Worker.objects.get(pk=dead.epoch).ended_at


def test_a_letter_that_kills_its_workers_is_held_in_the_end(make_ledger):
    letter = LetterFactory()
    for _ in range(5):
        doomed = make_ledger()
        doomed.begin(doomed.claim(1, clock.now())[0], None, clock.now())
        doomed.close()
        reap(make_ledger())

    assert states(letter) == ["held"]


def test_a_worker_taken_for_dead_is_fenced(make_ledger):
    paused, reaper = make_ledger(), make_ledger()
    letters = LetterFactory.create_batch(2)
    first, second = paused.claim(100, clock.now())
    paused.begin(first, None, clock.now())
    paused.unlock(paused.epoch)  # as when its connection was cut while it slept
    reaper.reap(clock.now())

    assert paused.begin(second, (first, Answer(250)), clock.now()) is None
    assert states(*letters) == ["queued", "queued"]


def test_a_pause_claims_nothing(ledger):
    LetterFactory()
    Sending.objects.update_or_create(pk=1, defaults={"paused_at": clock.now()})

    assert ledger.claim(100, clock.now()) == []


def test_a_credential_is_unsealed_for_the_server_alone_and_erased_with_its_fate(outbox, told):
    sealed = sealing.seal(b"Subject: x\r\n\r\n123456\r\n", purpose="letter")
    first, second = LetterFactory.create_batch(2, is_credential=True, rendered=sealed)
    told.says = [None, Refused(Answer(550, "5.7.1", "no"))]

    outbox.work(seconds=5)

    assert b"123456" in told.got[0].content
    assert states(first, second) == ["sent", "failed"]
    assert first.rendered is None
    assert second.rendered is None


def test_what_another_key_sealed_fails_alone(outbox, told):
    broken, good = LetterFactory(is_credential=True, rendered=b"x" * 60), LetterFactory()

    outbox.work(seconds=5)

    assert states(broken, good) == ["failed", "sent"]
    assert len(told.got) == 1
