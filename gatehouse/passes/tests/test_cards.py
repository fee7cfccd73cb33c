"""What a pass says is what its holder's facts put into its design."""

import pytest

from gatehouse.passes.blueprint import Blueprint
from gatehouse.passes.presenting import present
from gatehouse.passes.tests.factories import BLUEPRINT, a_pass
from gatehouse.people.tests.factories import MembershipFactory


def test_blueprint_comes_back_from_json_as_it_was():
    assert Blueprint.from_json(BLUEPRINT.as_json()).as_json() == BLUEPRINT.as_json()


@pytest.mark.django_db
def test_card_says_what_is_known_of_its_holder():
    card = a_pass(membership=MembershipFactory(number="8-00000001", level="Friend"))

    shown = present(card.face, "en")

    assert [line.value for line in shown.header] == ["Friend"]
    assert shown.code == "8-00000001"
    assert shown.drawing is not None
