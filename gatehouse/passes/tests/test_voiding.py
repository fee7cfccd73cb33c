"""Passes are stopped for good, and replaced by others."""

import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.journal.models import Entry
from gatehouse.passes import actions, codes, policies
from gatehouse.passes.models import Pass
from gatehouse.passes.refusals import Refused
from gatehouse.passes.tests.factories import a_design, a_pass
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

pytestmark = pytest.mark.django_db


def test_stopped_pass_says_so_in_its_next_version_and_stopping_twice_changes_nothing():
    card = a_pass()
    officer = holder_of(policies.SEND)

    stopped = actions.void_pass(card=card, reason="  Lost in\nthe garden ", actor=officer)
    actions.void_pass(card=card, reason="Another", actor=officer)
    actions.renew_stale()

    card.refresh_from_db()
    assert (stopped.void_reason, card.void_reason) == ("Lost in the garden",) * 2
    assert (card.version, card.content["is_void"]) == (2, True)
    entry = Entry.objects.get(verb="pass.voided")
    assert (entry.subject_id, entry.details) == (f"pass {card.serial}", {"reason": "Lost in the garden"})


def test_whoever_may_not_send_passes_may_not_stop_or_replace_one():
    card = a_pass()

    for deed in (
        lambda: actions.void_pass(card=card, reason="", actor=PersonFactory()),
        lambda: actions.replace_pass(card=card, actor=PersonFactory()),
    ):
        with pytest.raises(PermissionDenied):
            deed()

    card.refresh_from_db()
    assert card.voided_at is None


def test_n6_the_other_pass_of_the_holder_has_a_serial_and_a_token_of_its_own():
    card = a_pass()

    new = actions.replace_pass(card=card, actor=None)

    card.refresh_from_db()
    assert card.voided_at
    assert new.membership_id == card.membership_id
    assert new.serial != card.serial
    assert bytes(new.sealed_token) != bytes(card.sealed_token)
    assert new.tag > card.tag
    assert Entry.objects.get(verb="pass.replaced").details["successor"] == new.serial
    with pytest.raises(Refused):
        actions.replace_pass(card=card, actor=None)


def test_gift_card_keeps_its_balance_and_gets_another_code():
    design = a_design("Gift card", subject="nobody")
    card = actions.issue_pass(design=design, own={"balance": "25.00"}, code=codes.new_serial()[:12], actor=None)

    new = actions.replace_pass(card=card, actor=None)

    assert new.own == {"balance": "25.00"}
    assert new.code not in {None, card.code}


@pytest.mark.django_db(transaction=True)
def test_two_who_replace_at_once_leave_one_pass(together):
    card = a_pass()

    outcomes = together(*[lambda: actions.replace_pass(card=card, actor=None)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Pass", "Refused"]
    assert Pass.objects.filter(membership=card.membership, voided_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_issue_one_pass(together):
    design, membership = a_design(), MembershipFactory()

    outcomes = together(*[lambda: actions.issue_pass(design=design, membership=membership, actor=None)] * 3)

    assert len({outcome.pk for outcome in outcomes}) == 1
    assert Pass.objects.count() == 1
    assert Entry.objects.filter(verb="pass.issued").count() == 1
