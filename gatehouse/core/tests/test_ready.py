"""Statements compiled once say what the query set says."""

import pytest
from django.db.models import F

from gatehouse.core import clock
from gatehouse.core.models import Rate
from gatehouse.core.ready import Place, Ready, ReadyExchange, ReadyInsert, ReadyUpdate

pytestmark = pytest.mark.django_db
KEY, UNTIL = (Rate._meta.get_field(name) for name in ("key", "until"))
BY_KEY = Ready(lambda: Rate.objects.filter(key=Place("key", KEY)).values_list("key", "spent", "until"))
SPEND = ReadyUpdate(
    lambda: Rate.objects.filter(key=Place("key", KEY), spent=0), spent=F("spent") + 1, until=Place("until", UNTIL)
)
WRITE = ReadyInsert(Rate, "key", "limit", "times", "spent", "until")
NEW = {"limit": "a limit", "times": 3}


def test_what_is_written_is_read_and_changed():
    now = clock.now()
    WRITE.run(key="a", spent=0, until=now, **NEW)
    WRITE.run(key="b", spent=7, until=clock.NEVER, **NEW)

    assert BY_KEY.one(key="a") == Rate.objects.values_list("key", "spent", "until").get(key="a") == ("a", 0, now)
    assert BY_KEY.one(key="c") is None
    assert (SPEND.run(key="a", until=clock.NEVER), SPEND.run(key="a", until=now), SPEND.run(key="c", until=now)) == (
        1,
        0,
        0,
    )
    assert BY_KEY.all(key="a") == [("a", 1, clock.NEVER)]


def test_values_are_values_whatever_they_hold():
    hostile = "'; DROP TABLE core_rate; -- %s %(key)s"
    WRITE.run(key=hostile, spent=1, until=clock.NEVER, **NEW)

    assert BY_KEY.one(key=hostile)[0] == hostile
    assert BY_KEY.one(key="' OR 1=1 --") is None


def test_equal_rows_are_equal_before_they_are_converted():
    WRITE.run(key="a", spent=0, until=clock.NEVER, **NEW)

    assert BY_KEY.raw(key="a") == BY_KEY.raw(key="a")
    assert hash(tuple(BY_KEY.raw(key="a"))) == hash(tuple(BY_KEY.raw(key="a")))


def test_an_exchange_does_both_or_nothing():
    exchange = ReadyExchange(SPEND, WRITE)
    WRITE.run(key="a", spent=0, until=clock.NEVER, **NEW)
    used, kept = {"key": "a", "until": clock.NEVER}, {"key": "next", "spent": 0, "until": clock.NEVER, **NEW}

    assert exchange.run(used=used, kept=kept) is True
    assert exchange.run(used=used, kept={**kept, "key": "another"}) is False
    assert sorted(Rate.objects.values_list("key", "spent")) == [("a", 1), ("next", 0)]
    assert exchange.run(used={**used, "key": "next"}, kept=None) is True


@pytest.mark.django_db(transaction=True)
def test_of_many_exchanges_at_once_one_is_done(together):
    exchange = ReadyExchange(SPEND, WRITE)
    WRITE.run(key="a", spent=0, until=clock.NEVER, **NEW)
    used = {"key": "a", "until": clock.NEVER}

    outcomes = together(
        *[
            lambda number=number: exchange.run(
                used=used, kept={"key": f"n{number}", "spent": 0, "until": clock.NEVER, **NEW}
            )
            for number in range(6)
        ]
    )

    assert sorted(outcomes) == [False] * 5 + [True]
    assert Rate.objects.count() == 2
