"""One code, one refresh token, thirty-two who use it in the same moment: through the whole stack, as services come by HTTP."""

import time
from collections import Counter

import pytest

from gatehouse.identity.oidc.models import Grant, RefreshToken
from gatehouse.identity.oidc.tests.conftest import Answer, Provider
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_session
from gatehouse.identity.tests.factories import a_person

CALLERS = 32
ROUNDS = 20
PATIENCE = 90  # seconds for all rounds, on a slow machine too


def outcomes(together, deed) -> Counter:
    """What the callers were told: "200" or the error; whatever was thrown stands there by its name."""
    answers = together(*[deed] * CALLERS)
    return Counter(
        (str(answer.status) + answer.error) if isinstance(answer, Answer) else repr(answer) for answer in answers
    )


@pytest.fixture
def in_time():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PATIENCE


@pytest.mark.django_db(transaction=True)
def test_m5_of_many_who_redeem_one_code_exactly_one_succeeds(together, in_time):
    wiki, session = a_client(), a_session(a_person())

    for number in range(ROUNDS):
        code = a_code(wiki, session)
        told = outcomes(together, lambda code=code: Provider().redeem(wiki, code))

        assert told == {"200": 1, "400invalid_grant": CALLERS - 1}, number
        assert Grant.objects.latest("made_at").ended_why == Grant.Ended.CODE_REUSED


@pytest.mark.django_db(transaction=True)
def test_m18_n20_of_many_who_refresh_at_once_exactly_one_succeeds_and_nothing_ends(together, in_time):
    wiki, session = a_client(), a_session(a_person())
    token = Provider().redeem(wiki, a_code(wiki, session)).body["refresh_token"]

    for number in range(ROUNDS):
        answers: list[Answer] = []

        def refresh(token=token, answers=answers):
            answer = Provider().refresh(wiki, token)
            answers.append(answer)
            return answer

        told = outcomes(together, refresh)

        assert told == {"200": 1, "400invalid_grant": CALLERS - 1}, number
        assert Grant.objects.get().is_open
        assert RefreshToken.objects.filter(used_at=None).count() == 1
        token = next(answer.body["refresh_token"] for answer in answers if answer.status == 200)
