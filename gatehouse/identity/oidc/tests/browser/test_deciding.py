"""What comes next, and what prompt=none is told instead."""

from dataclasses import replace

import pytest

from gatehouse.identity.oidc.checking import Asked, Refused
from gatehouse.identity.oidc.deciding import NOBODY, Standing, Step, Terms, next_step

NOW = 1_800_000_000.0
ASKED = Asked("wiki", "https://wiki.example.org/callback", ("openid",), "c")
SILENT = replace(ASKED, prompt=frozenset({"none"}))
MAYA = Standing(subject="maya", proved_at=NOW - 300, acr="silver", is_welcome=True, has_consented=True)
BRONZE = Terms("bronze")


def step(asked: Asked = ASKED, standing: Standing = MAYA, terms: Terms = BRONZE) -> Step:
    return next_step(asked, standing, terms, now=NOW)


def refused(asked: Asked, standing: Standing = MAYA, terms: Terms = BRONZE) -> str:
    with pytest.raises(Refused) as refusal:
        step(asked, standing, terms)
    return refusal.value.code


def test_somebody_who_is_known_is_answered():
    assert step() is step(SILENT) is Step.ANSWER


def test_m31_a_stranger_signs_in_and_with_prompt_none_is_refused():
    assert step(standing=NOBODY) is Step.SIGN_IN
    assert refused(SILENT, NOBODY) == "login_required"


def test_m31_whoever_was_not_asked_is_asked_and_with_prompt_none_is_refused():
    stranger_there = replace(MAYA, has_consented=False)

    assert step(standing=stranger_there) is Step.CONSENT
    assert refused(SILENT, stranger_there) == "consent_required"


def test_without_a_role_the_door_is_closed():
    unwelcome = replace(MAYA, is_welcome=False, has_consented=False)

    assert step(standing=unwelcome) is Step.REFUSE_PERSON
    assert refused(SILENT, unwelcome) == "access_denied"


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_m30_prompt_login_asks_until_it_was_proved_for_this_request(prompt):
    again = replace(ASKED, prompt=frozenset({prompt}))

    assert step(again) is Step.PROVE
    assert step(again, terms=Terms("bronze", began_at=NOW - 200)) is Step.PROVE, "the proof is older than the request"
    assert step(again, terms=Terms("bronze", began_at=NOW - 301)) is Step.ANSWER


@pytest.mark.parametrize(
    ("max_age", "expected"), [(0, Step.PROVE), (1, Step.PROVE), (299, Step.PROVE), (300, Step.ANSWER)]
)
def test_m30_n39_max_age_counts_from_the_last_proof(max_age, expected):
    assert step(replace(ASKED, max_age=max_age)) is expected


def test_m30_max_age_is_met_by_a_proof_for_this_request_however_long_the_pages_take():
    assert step(replace(ASKED, max_age=0), terms=Terms("bronze", began_at=NOW - 400)) is Step.ANSWER


def test_m30_too_old_for_prompt_none():
    assert refused(replace(SILENT, max_age=299)) == "login_required"


@pytest.mark.parametrize(
    ("asked", "floor"),
    [
        (ASKED, "gold"),
        (replace(ASKED, acr_values=("gold",)), "bronze"),
        (replace(ASKED, wanted={"id_token": {"acr": {"essential": True, "value": "gold"}}}), "bronze"),
    ],
)
def test_m32_a_level_that_is_not_met_is_asked_for_and_never_passed(asked, floor):
    assert step(asked, terms=Terms(floor)) is Step.PROVE
    assert refused(asked, terms=Terms(floor, began_at=NOW - 400)) == "unmet_authentication_requirements"
    assert (
        refused(replace(asked, prompt=frozenset({"none"})), terms=Terms(floor)) == "unmet_authentication_requirements"
    )
    assert step(asked, replace(MAYA, acr="gold"), Terms(floor)) is Step.ANSWER


def test_the_least_of_several_levels_is_enough_but_not_under_the_floor():
    either = replace(ASKED, acr_values=("gold", "silver", "urn:other"))

    assert BRONZE.wanted_level(either) == "silver"
    assert Terms("gold").wanted_level(either) == "gold"
    assert BRONZE.wanted_level(replace(ASKED, acr_values=("urn:other",))) == "bronze"


def test_a_hint_names_who_is_wanted():
    assert step(terms=Terms("bronze", "maya")) is Step.ANSWER
    assert step(terms=Terms("bronze", "ben")) is Step.PROVE
    assert refused(SILENT, terms=Terms("bronze", "ben")) == "login_required"
    assert refused(ASKED, terms=Terms("bronze", "ben", began_at=NOW - 400)) == "login_required"


def test_a_hint_that_cannot_be_read_is_let_be_where_the_person_can_be_asked():
    assert step(terms=Terms("bronze", None)) is Step.ANSWER
    assert refused(SILENT, terms=Terms("bronze", None)) == "login_required"


def test_claims_may_name_the_only_one_who_will_do():
    assert step(replace(ASKED, wanted={"id_token": {"sub": {"value": "ben"}}})) is Step.PROVE
