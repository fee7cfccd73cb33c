"""The made-up desk: the same for the same seed, shaped as a real one, at example.org."""

import io
import json
from datetime import UTC, date, datetime
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from gatehouse.helpdesk import load
from gatehouse.helpdesk.models import Help, Ticket
from gatehouse.people.models import Person

CHICAGO = ZoneInfo("America/Chicago")
FALL = load.Term(date(2026, 8, 31), date(2026, 12, 18))
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)


def made_up(tickets, seed=1, until=UNTIL):
    return list(load.made_up(tickets, seed=seed, terms=[FALL], until=until, zone=CHICAGO))


@pytest.fixture(scope="module")
def made():
    return [one for day, _duties in made_up(8000) for one in day]


def test_a_seed_makes_the_same_again():
    assert made_up(300) == made_up(300)
    assert made_up(300) != made_up(300, seed=2)


def test_shares_are_those_of_the_reference(made):
    number = len(made)
    times = [(end - begin).total_seconds() / 60 for one in made for _tutor, begin, end in one.helps]

    assert number == 8000
    assert 8.4 < median(times) < 9.6
    assert max(times) <= 60.001
    assert abs(sum(not one.is_online for one in made) / number - 0.65) < 0.03
    assert abs(sum(one.outcome == "no_show" for one in made) / number - 0.04) < 0.01
    assert abs(sum(one.claimed_at is None for one in made) / number - 0.08) < 0.015
    assert abs(sum(one.reopened_at is not None for one in made) / number - 0.03) < 0.01


def test_most_come_between_eleven_and_fifteen_and_in_finals(made):
    hours = [one.asked_at.astimezone(CHICAGO).hour for one in made]
    finals = sum(FALL.is_finals(one.asked_at.astimezone(CHICAGO).date()) for one in made)

    assert sum(11 <= hour <= 15 for hour in hours) > len(made) / 2
    assert 2.5 < finals / ((len(made) - finals) / 15) < 3.6  # one week against fifteen others


def test_r4_times_are_in_their_order(made):
    for one in made:
        times = [
            one.asked_at,
            *([one.reopened_at] if one.reopened_at else []),
            one.claimed_at or one.asked_at,
            one.closed_at,
        ]
        assert times == sorted(times)
        assert all(begin <= end for _tutor, begin, end in one.helps)


def test_two_to_six_tutors_are_on_duty():
    for _day, duties in made_up(500):
        begins = {duty.begin for duty in duties}
        assert all(2 <= sum(one.begin <= at < one.end for one in duties) <= 6 for at in begins)


def test_nobody_asks_in_the_future():
    until = datetime(2026, 10, 1, tzinfo=UTC)

    assert max(one.asked_at for day, _duties in made_up(500, until=until) for one in day) < until


@pytest.mark.django_db
def test_command_loads_and_answers_with_counts():
    out = io.StringIO()

    call_command("helpdesk_load_demo", "--tickets", "120", "--seed", "7", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert answer == {
        "tickets": 120, "helps": Help.objects.count(), "shifts": answer["shifts"], "people": 3030, "courses": 60, "terms": 6,
    }  # fmt: skip
    assert Ticket.objects.count() == 120
    assert not Person.objects.exclude(email__endswith="@example.org").exists()
    assert not Ticket.objects.exclude(guest_email="").exclude(guest_email__endswith="@example.org").exists()


@pytest.mark.django_db
def test_command_is_refused_where_real_people_are_served(settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(SystemExit):
        call_command("helpdesk_load_demo", "--tickets", "1", stdout=io.StringIO())
    assert not Person.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "-1", "1000001"])
def test_command_refuses_numbers_that_make_no_sense(number):
    with pytest.raises(SystemExit) as ended:
        call_command("helpdesk_load_demo", "--tickets", number, stdout=io.StringIO())

    assert ended.value.code == 2
