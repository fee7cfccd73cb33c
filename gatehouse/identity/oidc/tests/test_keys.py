"""The kernel of keys: which signs, which is published, when the next is made."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.identity.oidc import actions, keys
from gatehouse.identity.oidc.models import SigningKey
from gatehouse.identity.oidc.queries import keys as ring
from gatehouse.identity.oidc.tasks import rotate_keys
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Key:
    name: str
    signs_from: datetime
    algorithm: str = "ES256"
    withdrawn_at: datetime | None = None

    @property
    def signs_until(self) -> datetime:
        return self.signs_from + 30 * DAY


OLD, NEW = Key("old", NOON), Key("new", NOON + 30 * DAY)


@pytest.mark.parametrize(("day", "name"), [(0, "old"), (29.99, "old"), (30, "new"), (90, "new")])
def test_the_latest_whose_hour_has_come_signs(day, name):
    assert keys.signer([NEW, OLD], "ES256", NOON + day * DAY).name == name


def test_nobody_signs_before_the_first_hour_nor_for_another_algorithm():
    assert keys.signer([OLD], "ES256", NOON - timedelta(seconds=1)) is None
    assert keys.signer([OLD], "RS256", NOON) is None


@pytest.mark.parametrize(("day", "names"), [(0, "old new"), (31.99, "old new"), (32, "new"), (99, "new")])
def test_a_key_is_published_until_its_last_token_ran_out(day, names):
    published = keys.published([OLD, NEW], NOON + day * DAY, kept_after=2 * DAY)

    assert [key.name for key in published] == names.split()


def test_a_key_without_successor_goes_on():
    assert keys.signer([OLD], "ES256", NOON + 99 * DAY) == OLD
    assert keys.published([OLD], NOON + 99 * DAY, kept_after=2 * DAY) == [OLD]


def test_a_withdrawn_key_is_as_if_it_never_was():
    gone = Key("gone", NOON, withdrawn_at=NOON)

    assert keys.signer([gone], "ES256", NOON) is None
    assert keys.published([gone], NOON, kept_after=DAY) == []
    assert keys.next_hour([gone], "ES256", NOON + DAY, ahead=DAY) == NOON + DAY


@pytest.mark.parametrize(
    ("day", "hour"),
    [(25.9, None), (26, NOON + 30 * DAY), (28, NOON + 30 * DAY), (29, NOON + 31 * DAY), (60, NOON + 62 * DAY)],
)
def test_the_next_one_is_made_ahead_and_never_signs_unpublished(day, hour):
    assert keys.next_hour([OLD], "ES256", NOON + day * DAY, ahead=2 * DAY) == hour


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
def test_a_pair_holds_what_its_name_says(algorithm):
    pair = keys.new_pair(algorithm)

    assert set(json.loads(pair.private)) > set(pair.public)
    assert "d" not in pair.public
    assert keys.opened(pair.private).thumbprint() == pair.kid
    assert json.loads(pair.private)["d"] not in repr(pair)


@pytest.mark.django_db
def test_the_sweep_makes_keys_once(hands):
    assert actions.rotate_keys() == 2
    assert actions.rotate_keys() == 0
    hands.turn(days=27)
    assert rotate_keys.func() == 2
    assert rotate_keys.func() == 0
    assert Entry.objects.filter(verb="signing-key.made").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_start_at_once_make_the_same_keys(together):
    together(actions.rotate_keys, actions.rotate_keys)

    assert sorted(SigningKey.objects.values_list("algorithm", flat=True)) == ["ES256", "RS256"]


@pytest.mark.django_db
def test_the_next_key_takes_over_when_one_is_withdrawn(hands):
    actions.rotate_keys()
    hands.turn(days=27)
    actions.rotate_keys()
    first, second = SigningKey.objects.filter(algorithm="ES256").order_by("signs_from")

    actions.withdraw_key(key=first, actor=an_owner())
    ring.forget()

    assert ring.signing_key("ES256").kid == second.kid
    assert ring.verifying_key(first.kid) is None
    assert Entry.objects.get(verb="signing-key.withdrawn").subject == str(first)


@pytest.mark.django_db
def test_only_an_owner_withdraws_keys():
    actions.rotate_keys()
    with pytest.raises(PermissionDenied):
        actions.withdraw_key(key=SigningKey.objects.first(), actor=a_person())
