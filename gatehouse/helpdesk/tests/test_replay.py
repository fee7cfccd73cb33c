"""How good the estimate is on the made-up desk, and how the replay knows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gatehouse.helpdesk import load, replay
from gatehouse.helpdesk.estimate import Wait
from gatehouse.helpdesk.load import Duty, Made
from gatehouse.helpdesk.replay import Guess

TEN_O_CLOCK = datetime(2026, 9, 7, 15, tzinfo=UTC)
TERM = load.Term(date(2026, 8, 31), date(2026, 12, 18))
MINUTE = timedelta(minutes=1)


def asked(at, began=None, ended=None, tutor=1):
    """Minutes after ten; without `began` they left at `ended`."""
    moments = [None if minute is None else TEN_O_CLOCK + minute * MINUTE for minute in (at, began, ended)]
    made = Made(TERM, 0, False, 0, "", None, False, moments[0], claimed_at=moments[1], closed_at=moments[2])
    made.helps = [(tutor, moments[1], moments[2])] if moments[1] else []
    return made


def duty(tutor=1, hours=4):
    return Duty(tutor, TEN_O_CLOCK, TEN_O_CLOCK + timedelta(hours=hours), stays=False)


def test_each_is_told_what_was_known_when_they_asked():
    day = [asked(1, began=1, ended=11), asked(3, began=11, ended=21), asked(4, ended=9), asked(5, began=21, ended=31)]

    first, second, third = replay.guesses([(day, [duty()])])

    assert (first.told.minutes, first.waited) == (0, 0)
    assert (second.told.minutes, second.waited) == (6, 8)  # half of the usual 12, for the tutor helps
    assert (third.told.minutes, third.waited) == (6 + 12 + 12, 16)  # two before, of whom one left later


def test_nobody_on_duty_is_told_nothing():
    assert [guess.told for guess in replay.guesses([([asked(300, began=301, ended=310)], [duty()])])] == [None]


def test_accuracy_counts_the_ranges_that_held():
    told = Wait(10.0, 6.0, 15.0)
    guesses = [Guess(told, 5.0), Guess(told, 9.0), Guess(told, 12.0), Guess(told, 16.0), Guess(None, 1.0)]

    found = replay.accuracy(guesses)

    assert (found.asked, found.held, found.sooner, found.later, found.median_error) == (4, 0.5, 0.25, 0.25, 3.5)
    assert replay.accuracy(guesses, at_least=11).asked == 0


@pytest.fixture(scope="module")
def guesses():
    until, zone = datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("America/Chicago")
    return list(replay.guesses(load.made_up(16_000, seed=3, terms=[TERM], until=until, zone=zone)))


def test_of_ten_ranges_seven_to_nine_hold_on_a_made_up_term(guesses):
    everybody, waiting = replay.accuracy(guesses), replay.accuracy(guesses, at_least=1)

    assert 0.7 <= everybody.held <= 0.9
    assert 0.7 <= waiting.held <= 0.9
    assert waiting.median_error < 4
