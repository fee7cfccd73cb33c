"""Apple's web service, answer by answer (passes.md 3.1)."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils.http import http_date
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from gatehouse.core import clock, sealing
from gatehouse.passes import actions
from gatehouse.passes.models import Design, Device, DeviceReport, LastTag, Pass, Registration
from gatehouse.passes.simulation import opened
from gatehouse.passes.tests.factories import PASS_TYPE, a_design, a_pass
from gatehouse.passes.views import wallet
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
BASE = "/wallet/v1"
KNOWN = "f" * 32


@pytest.fixture
def certificate(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return actions.make_test_certificates(pass_type_id=PASS_TYPE)


@pytest.fixture
def phone():
    return Client(raise_request_exception=False)


def token_of(card):
    return sealing.unseal(bytes(card.sealed_token), purpose=Pass.PURPOSE).decode()


def right(card):
    return {"authorization": f"ApplePass {token_of(card)}"}


def place(card, device=KNOWN, pass_type=PASS_TYPE):
    return f"{BASE}/devices/{device}/registrations/{pass_type}/{card.serial}"


def register(phone, card, device=KNOWN, token="push-token", **options):  # noqa: S107  no password
    headers = options.pop("headers", right(card))
    body = options.pop("data", json.dumps({"pushToken": token}))
    return phone.post(place(card, device), body, content_type="application/json", headers=headers, **options)


def updates(phone, since=None, device=KNOWN):
    address = f"{BASE}/devices/{device}/registrations/{PASS_TYPE}"
    return phone.get(address, {} if since is None else {"passesUpdatedSince": since})


def fetch(phone, card, **headers):
    return phone.get(f"{BASE}/passes/{PASS_TYPE}/{card.serial}", headers=right(card) | headers)


def renewed(*cards, level="Patron"):
    Membership.objects.filter(passes__in=cards).update(level=level)
    actions.mark_stale(Pass.objects.filter(pk__in=[card.pk for card in cards]))
    actions.renew_stale()


# --- register --------------------------------------------------------------------------------------


def test_n16_registering_again_is_200_and_n17_a_second_pass_on_the_phone_is_welcome(phone):
    design = a_design()
    one, two = a_pass(design), a_pass(design)

    answers = [register(phone, card).status_code for card in (one, one, two, two)]

    assert answers == [201, 200, 201, 200]
    assert Device.objects.count() == 1
    assert Registration.objects.count() == 2


def test_n18_a_changed_push_token_is_kept(phone):
    card = a_pass()
    register(phone, card, token="first")

    assert register(phone, card, token="second").status_code == 200

    assert Device.objects.get().push_token == "second"


def test_a_dead_token_told_again_is_alive_again(phone):
    card = a_pass()
    register(phone, card)
    told = Device.objects.get().token_at
    Device.objects.update(push_token=None, answer="Unregistered")

    register(phone, card)

    device = Device.objects.get()
    assert (device.push_token, device.answer) == ("push-token", "")
    assert device.token_at > told


def test_a_push_token_that_another_phone_uses_is_moved_not_doubled(phone):
    card = a_pass()
    register(phone, card, device="old", token="same")
    Device.objects.update(push_since="2026-01-01T00:00Z")

    assert register(phone, card, device="new", token="same").status_code == 201

    assert dict(Device.objects.values_list("library_id", "push_token")) == {"old": None, "new": "same"}
    assert Device.objects.get(library_id="old").push_since is None


def test_a_pass_that_changed_before_it_was_registered_is_listed_once_and_pushed(phone):
    """It came by a letter of last month, say: what lies on the phone may be an older version."""
    design = a_design()
    fresh, changed = a_pass(design), a_pass(design)
    register(phone, fresh)
    tag = updates(phone).json()["lastUpdated"]
    renewed(changed)
    later = a_pass(design)
    register(phone, later)
    tag = updates(phone, tag).json()["lastUpdated"]

    register(phone, changed)

    assert updates(phone, tag).json()["serialNumbers"] == [changed.serial]
    assert updates(phone, updates(phone, tag).json()["lastUpdated"]).status_code == 204
    assert Device.objects.get().push_since


# --- who may ---------------------------------------------------------------------------------------


def wrong_headers(card, other):
    token = token_of(card)
    return [
        {},
        {"authorization": ""},
        {"authorization": token},
        {"authorization": "ApplePass"},
        {"authorization": "ApplePass "},
        {"authorization": f"ApplePass  {token}"},
        {"authorization": f"Bearer {token}"},
        {"authorization": f"ApplePass {token[:-1]}"},
        {"authorization": f"ApplePass {token.upper()}"},
        {"authorization": f"ApplePass {token_of(other)}"},
        {"authorization": "ApplePass \xff\xfe"},
        {"authorization": "ApplePass " + "x" * 5000},
    ]


def test_n21_n22_wrong_or_missing_authorization_is_401_with_nothing_in_it_and_no_effect(phone):
    design = a_design()
    card, other = a_pass(design), a_pass(design)
    register(phone, card)

    for headers in wrong_headers(card, other):
        answers = [
            register(phone, card, device="stranger", headers=headers),
            phone.get(f"{BASE}/passes/{PASS_TYPE}/{card.serial}", headers=headers),
            phone.delete(place(card), headers=headers),
        ]
        assert [(answer.status_code, answer.content) for answer in answers] == [(401, b"")] * 3, headers

    assert Registration.objects.count() == 1


@pytest.mark.parametrize("serial", ["A" * 20, "a", "%00", "%F0%9F%95%AF", "x" * 3000, "..", "%2e%2e"])
@pytest.mark.parametrize("pass_type", [PASS_TYPE, "pass.org.example.other", "%00", "x" * 3000])
def test_n21_unknown_serials_and_types_are_401_like_a_wrong_token(phone, serial, pass_type):
    card = a_pass()

    for headers in ({}, right(card)):
        answers = [
            phone.get(f"{BASE}/passes/{pass_type}/{serial}", headers=headers),
            phone.delete(f"{BASE}/devices/{KNOWN}/registrations/{pass_type}/{serial}", headers=headers),
            phone.post(f"{BASE}/devices/{KNOWN}/registrations/{pass_type}/{serial}", headers=headers),
        ]
        assert {answer.status_code for answer in answers} == {401}


def test_a_pass_of_another_type_is_401_even_with_its_token(phone):
    card = a_pass()

    assert phone.get(f"{BASE}/passes/pass.org.example.other/{card.serial}", headers=right(card)).status_code == 401


def test_unknown_serial_asks_as_much_as_a_wrong_token(phone, django_assert_num_queries):
    card = a_pass()
    wrong = {"authorization": "ApplePass " + "0" * 64}

    for serial in (card.serial, "A" * 20, "nothing like it"):
        with django_assert_num_queries(1):
            phone.get(f"{BASE}/passes/{PASS_TYPE}/{serial}", headers=wrong)


def test_a_token_sealed_under_another_key_opens_nothing(phone):
    card = a_pass()
    headers = right(card)
    Pass.objects.update(sealed_token=b"x" * 92)

    assert phone.get(f"{BASE}/passes/{PASS_TYPE}/{card.serial}", headers=headers).status_code == 401


# --- list ------------------------------------------------------------------------------------------


def test_n25_three_passes_changed_at_three_times_are_all_listed(phone):
    design = a_design()
    cards = [a_pass(design) for _ in range(3)]
    for card in cards:
        register(phone, card)
    tag = updates(phone).json()["lastUpdated"]
    for card in cards:
        renewed(card)

    answer = updates(phone, tag)

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["serialNumbers"] == sorted(card.serial for card in cards)
    assert isinstance(answer.json()["lastUpdated"], str)


def test_n19_nothing_new_is_204_and_other_phones_are_never_told(phone):
    design = a_design()
    mine, theirs = a_pass(design), a_pass(design)
    register(phone, mine)
    register(phone, theirs, device="other", token="other")
    tag = updates(phone).json()["lastUpdated"]
    assert updates(phone).json()["serialNumbers"] == [mine.serial]

    renewed(theirs)

    assert (updates(phone, tag).status_code, updates(phone, tag).content) == (204, b"")
    assert updates(phone, tag, device="other").json()["serialNumbers"] == [theirs.serial]


@pytest.mark.parametrize("since", ["", "x", "-1", "0", "1.5", "2026-11-01", "9" * 17, "9" * 40, "\x00", "٣", " 7"])
def test_a_tag_that_we_did_not_give_lists_everything(phone, since):
    card = a_pass()
    register(phone, card)

    assert updates(phone, since).json()["serialNumbers"] == [card.serial]


def test_after_a_restore_older_than_the_phones_tag_everything_is_listed(phone):
    card = a_pass()
    register(phone, card)
    tag = updates(phone).json()["lastUpdated"]
    LastTag.objects.update(value=int(tag) - 1)

    assert updates(phone, tag).json()["serialNumbers"] == [card.serial]


@pytest.mark.parametrize("device", ["unknown", "%00", "x" * 3000, "é"])
def test_unknown_device_is_204(phone, device):
    assert phone.get(f"{BASE}/devices/{device}/registrations/{PASS_TYPE}").status_code == 204


@pytest.mark.parametrize("passes", [1, 20])
def test_list_asks_one_question_however_many_passes(phone, passes, django_assert_num_queries):
    design = a_design()
    for _ in range(passes):
        register(phone, a_pass(design))

    with django_assert_num_queries(1):
        assert len(updates(phone).json()["serialNumbers"]) == passes


# --- fetch -----------------------------------------------------------------------------------------


def test_n23_pass_comes_with_type_and_last_modified_and_304_where_the_phone_has_it(phone, certificate):
    card = a_pass()

    first = fetch(phone, card)
    modified = first.headers["Last-Modified"]
    second = fetch(phone, card, **{"if-modified-since": modified})

    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/vnd.apple.pkpass")
    assert opened(first.content).serial == card.serial
    assert (second.status_code, second.content, second.headers["Last-Modified"]) == (304, b"", modified)


def test_n26_whatever_is_listed_is_another_file_than_before(phone, certificate, monkeypatch):
    """Even when two versions come within a second, and with the tag and moment that the phone was given."""
    card = a_pass()
    register(phone, card)
    tag, modified = updates(phone).json()["lastUpdated"], fetch(phone, card).headers["Last-Modified"]

    for level in ("Patron", "Benefactor"):
        renewed(card, level=level)
        listed = updates(phone, tag).json()
        fetched = fetch(phone, card, **{"if-modified-since": modified})
        assert (listed["serialNumbers"], fetched.status_code) == ([card.serial], 200)
        assert opened(fetched.content).values["level"] == level
        assert fetched.headers["Last-Modified"] > modified
        tag, modified = listed["lastUpdated"], fetched.headers["Last-Modified"]

    actions.mark_stale(Pass.objects.all())
    actions.renew_stale()
    assert updates(phone, tag).status_code == 204


@pytest.mark.parametrize("since", ["", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "x" * 3000, "Thu, 99 Jan 2099"])
def test_a_moment_that_is_older_or_none_brings_the_pass(phone, certificate, since):
    assert fetch(phone, a_pass(), **{"if-modified-since": since}).status_code == 200


def test_a_moment_of_a_second_before_brings_the_pass(phone, certificate):
    card = a_pass()
    before = http_date((card.modified_at - timedelta(seconds=1)).timestamp())

    assert fetch(phone, card, **{"if-modified-since": before}).status_code == 200


def test_a_stopped_pass_can_still_be_fetched_and_says_that_it_is_void(phone, certificate):
    card = a_pass()
    actions.void_pass(card=card, reason="Lost", actor=None)
    actions.renew_stale()

    assert opened(fetch(phone, card).content).said["voided"] is True


def test_without_a_certificate_phones_are_asked_to_come_again(phone):
    answer = fetch(phone, a_pass())

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


# --- unregister ------------------------------------------------------------------------------------


def test_n22_unregistering_takes_the_pass_from_the_phone_and_the_last_one_the_phone(phone):
    design = a_design()
    one, two = a_pass(design), a_pass(design)
    register(phone, one)
    register(phone, two)

    assert phone.delete(place(one), headers=right(one)).status_code == 200
    assert list(Registration.objects.values_list("card", flat=True)) == [two.pk]
    assert phone.delete(place(two), headers=right(two)).status_code == 200
    assert not Device.objects.exists()
    assert phone.delete(place(two), headers=right(two)).status_code == 200


# --- log -------------------------------------------------------------------------------------------


def report(phone, lines, **options):
    return phone.post(f"{BASE}/log", json.dumps({"logs": lines}), content_type="application/json", **options)


def test_lines_of_phones_are_kept_short_printable_and_without_tokens(phone):
    secret = "0123456789abcdef" * 4

    assert report(phone, ["Get pass task failed\x00\n<script>", f"token {secret}", "", "x" * 9000]).status_code == 200

    kept = list(DeviceReport.objects.order_by("pk").values_list("text", flat=True))
    assert kept == ["Get pass task failed  <script>", "token …", "x" * 500]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "7", '"x"', "{}", '{"logs": "x"}', '{"logs": [1]}', "[" * 9000, "\xff"]
)
def test_a_log_that_is_none_is_400(phone, body):
    answer = phone.post(f"{BASE}/log", body.encode("latin-1"), content_type="application/json")

    assert answer.status_code == 400
    assert not DeviceReport.objects.exists()


def test_one_network_may_write_so_often_and_no_more(phone, monkeypatch):
    monkeypatch.setattr(wallet, "LOGS", wallet.Limit("passes.logs", 2, timedelta(hours=1)))

    answers = [report(phone, ["x"]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"]
    assert report(phone, ["x"], REMOTE_ADDR="192.0.2.7").status_code == 200
    assert DeviceReport.objects.count() == 3


def test_old_lines_and_those_beyond_ten_thousand_are_forgotten(monkeypatch):
    monkeypatch.setattr(actions.devices, "MOST_REPORTS", 3)
    DeviceReport.objects.create(text="old", at="2020-01-01T00:00Z")
    DeviceReport.objects.bulk_create(DeviceReport(text=str(number)) for number in range(5))

    assert actions.forget_reports() == 3

    assert sorted(DeviceReport.objects.values_list("text", flat=True)) == ["2", "3", "4"]
    assert actions.forget_reports() == 0


# --- bodies, methods, addresses ----------------------------------------------------------------------

BODIES = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"pushToken": null}',
    '{"pushToken": 7}',
    '{"pushToken": ["a"]}',
    '{"pushToken": ""}',
    '{"pushToken": "a b"}',
    '{"pushToken": "a/b"}',
    '{"pushToken": "\\u0000"}',
    '{"pushToken": "é"}',
    json.dumps({"pushToken": "x" * 201}),
    "[" * 9000,
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", BODIES)
def test_a_registration_that_says_nothing_useful_is_400(phone, body):
    card = a_pass()

    assert register(phone, card, data=body).status_code == 400

    assert not Device.objects.exists()


@pytest.mark.parametrize("device", ["%00", "x" * 201, "%E2%80%A8"])
def test_a_device_that_is_none_is_400(phone, device):
    assert register(phone, a_pass(), device=device).status_code == 400


@pytest.mark.parametrize("size", [16_385, 5_000_000, 10**30])
def test_a_large_body_is_413_without_being_read(phone, size, monkeypatch):
    card = a_pass()
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest.read", lambda *_: pytest.fail("it was read"))

    said = {"CONTENT_LENGTH": str(size), "headers": right(card)}
    assert phone.generic("POST", place(card), b"x", "application/json", **said).status_code == 413
    said = {"CONTENT_LENGTH": str(size)}
    assert phone.generic("POST", f"{BASE}/log", b"x", "application/json", **said).status_code == 413


def test_a_body_of_just_16_kb_is_read(phone):
    card = a_pass()
    body = json.dumps({"pushToken": "t"}).ljust(16_384)

    assert register(phone, card, data=body).status_code == 201


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ALLOWED = {
    f"{BASE}/devices/d/registrations/{PASS_TYPE}/s": {"POST", "DELETE"},
    f"{BASE}/devices/d/registrations/{PASS_TYPE}": {"GET", "HEAD"},
    f"{BASE}/passes/{PASS_TYPE}/s": {"GET", "HEAD"},
    f"{BASE}/log": {"POST"},
}


@pytest.mark.parametrize("address", ALLOWED)
def test_other_methods_are_405(phone, address):
    refused = {method for method in METHODS if phone.generic(method, address).status_code == 405}

    assert refused == set(METHODS) - ALLOWED[address]


@pytest.mark.parametrize("address", ALLOWED)
def test_n20_no_address_redirects_sets_a_cookie_or_asks_for_a_session(address, django_assert_max_num_queries):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(PersonFactory())

    for method in ALLOWED[address]:
        with django_assert_max_num_queries(1):
            answer = phone.generic(method, address)
        assert answer.status_code in {200, 204, 400, 401}
        assert not answer.cookies
    assert phone.generic("GET", f"{address}/").status_code in {401, 404}


def test_a_portal_without_an_owner_answers_phones_too(phone, monkeypatch):
    monkeypatch.setattr("gatehouse.identity.middleware.FirstRun.has_owner", False)

    assert updates(phone).status_code == 204


@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=20),
            lambda inside: (
                st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["pushToken", "logs", "x"]), inside)
            ),
            max_leaves=5,
        ).map(lambda said: json.dumps(said).encode()),
    ),
    header=st.text(st.characters(max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=100),
    since=st.text(max_size=40),
)
def test_whatever_is_sent_the_answer_is_a_documented_one(phone, body, header, since):
    card = Pass.objects.first() or a_pass()
    sent = {"content_type": "application/json", "data": body}

    assert register(phone, card, data=body).status_code in {200, 201, 400}
    assert phone.post(place(card), headers={"authorization": header}, **sent).status_code in {401, 400}
    assert phone.post(f"{BASE}/log", **sent).status_code in {200, 400, 429}
    assert updates(phone, since).status_code in {200, 204}
    assert fetch(phone, card, **{"if-modified-since": header}).status_code in {304, 503}


# --- races -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_phone_that_registers_one_pass_twice_at_once_is_registered_once(together):
    card = a_pass()

    outcomes = together(*[lambda: actions.register_device(card=card, library_id="a", push_token="t")] * 4)

    assert sorted(outcomes) == [False, False, False, True]
    assert Registration.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_phones_that_tell_one_token_at_once_both_register_and_one_has_it(together):
    design = a_design()
    cards = [a_pass(design) for _ in range(4)]

    outcomes = together(
        *[
            lambda card=card, name=name: actions.register_device(card=card, library_id=name, push_token="t")
            for card, name in zip(cards, "abab", strict=True)
        ]
    )

    assert outcomes == [True] * 4
    assert sorted(Device.objects.values_list("push_token", flat=True), key=str) == [None, "t"]


@pytest.mark.django_db(transaction=True)
def test_phones_that_swap_their_tokens_at_once_wait_for_each_other(together):
    card = a_pass()
    for name, token in (("a", "1"), ("b", "2")):
        actions.register_device(card=card, library_id=name, push_token=token)

    for one, two in (("2", "1"), ("1", "2")) * 3:
        outcomes = together(
            lambda token=one: actions.register_device(card=card, library_id="a", push_token=token),
            lambda token=two: actions.register_device(card=card, library_id="b", push_token=token),
        )
        assert outcomes == [False, False]


@pytest.mark.django_db(transaction=True)
def test_a_phone_that_registers_while_its_pass_is_renewed_is_pushed_or_knows_the_new_one(together):
    """Whoever comes first: the renewal marks the phone, or the phone meets a pass that changed and is told of it."""
    for number in range(6):
        card = a_pass(a_design(f"Design {number}"))
        Membership.objects.filter(pk=card.membership_id).update(level="Patron")
        actions.mark_stale(Pass.objects.filter(pk=card.pk))

        together(
            lambda: sum(iter(actions.renew_stale, 0)),
            lambda card=card, number=number: actions.register_device(
                card=card, library_id=f"phone {number}", push_token=f"token {number}"
            ),
        )
        actions.renew_stale()

        device = Device.objects.get(library_id=f"phone {number}")
        assert device.push_since, number


@pytest.mark.django_db(transaction=True)
def test_a_phone_that_gives_one_pass_back_while_it_takes_another_keeps_the_other(together):
    design = a_design()
    one, two = a_pass(design), a_pass(design)
    for _ in range(4):
        actions.register_device(card=one, library_id="a", push_token="t")

        outcomes = together(
            lambda: actions.unregister_device(card=one, library_id="a"),
            lambda: actions.register_device(card=two, library_id="a", push_token="t"),
        )

        assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
        assert list(Registration.objects.values_list("card", flat=True)) == [two.pk]
        actions.unregister_device(card=two, library_id="a")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_phone_that_registers_while_its_design_is_published_is_no_deadlock(together):
    """Whoever publishes holds the design and then takes its passes: a phone that holds its pass must not want the design."""
    design = a_design()
    card = a_pass(design)
    is_held = threading.Event()

    def publish():
        with transaction.atomic():
            Design.objects.select_for_update().get(pk=design.pk)
            is_held.set()
            time.sleep(0.5)
            return Pass.objects.filter(design=design).update(stale_since=clock.now())

    def register():
        assert is_held.wait(10)
        return actions.register_device(card=card, library_id="a", push_token="t")

    assert together(publish, register) == [1, True]
