"""Google Wallet whole: from the link to the phone, every change after it, and what happens when something breaks."""

import logging
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gatehouse.core import clock, links
from gatehouse.core.limits import Limit
from gatehouse.core.models import Rate
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, google, google_keys, queries, tasks
from gatehouse.passes.actions import telling
from gatehouse.passes.adapters import google as adapter
from gatehouse.passes.blueprint import Blueprint, Field
from gatehouse.passes.models import DesignVersion, GoogleAccount, GoogleCallback, GoogleClass, GoogleObject, Pass
from gatehouse.passes.refusals import NotNow, Refused
from gatehouse.passes.tests.factories import BLUEPRINT, a_design, a_pass
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, an_owner
from tests.services import ROOT, free_port, google as stand_in, teller
from tests.services.google import EMAIL, ISSUER, Answer, Signer, account_file, account_key

pytestmark = pytest.mark.django_db

CALLBACK = "/wallet/google/callback"
LONG = Blueprint(**{**vars(BLUEPRINT), "fields": (*BLUEPRINT.fields, Field("note", "back", "Note", "Welcome. " * 200))})
PLAIN = Blueprint(organisation="Linden Garden", fields=(Field("member", "primary", "Member", "{person.name}"),))


@pytest.fixture(scope="module")
def server():
    with stand_in.google() as running:
        yield running


@pytest.fixture
def here(server, settings, monkeypatch):
    """Google, played by a server of ours; nothing is kept from the test before."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name, value in server.settings.items():
        setattr(settings, name, value)
    adapter._tokens.clear()
    google_keys._rings.clear()
    server.answer()
    return server


@pytest.fixture
def account(here, db):
    return actions.keep_google_account(issuer_id=ISSUER, service_account_json=account_file(), actor=None)


@pytest.fixture
def card(account):
    """A pass that is too long for a link."""
    return a_pass(a_design(blueprint=LONG), MembershipFactory(level="Friend", expires_on=in_days(90)))


def in_days(days):
    return clock.today() + timedelta(days=days)


def object_at(server, card):
    return server.objects.get(f"{ISSUER}.{card.serial}")


def body_of(said, key):
    return next(module["body"] for module in said["textModulesData"] if module["id"] == key)


def mark(card):
    """Mark it as changed, though it says the same."""
    assert actions.mark_google([card.pk]) == 1


def renew(card):
    Pass.objects.filter(pk=card.pk).update(stale_since=clock.now())
    actions.renew_stale()
    return Pass.objects.get(pk=card.pk)


def change(card, **fields):
    Membership.objects.filter(pk=card.membership_id).update(**fields)
    return renew(card)


def hear(client, body, **more):
    return client.post(CALLBACK, body, content_type="application/json", **more)


def saved(here, card):
    """The card, saved by its link."""
    here.follow(actions.make_save_link(card=card))
    return GoogleObject.objects.get(card=card)


# --- the whole way ----------------------------------------------------------------------------------------------------
def test_from_the_link_to_the_phone_through_a_change_to_the_end(here, card, client):
    answer = client.get(queries.google_link(card))
    assert answer.status_code == 302
    assert answer["Location"].startswith(here.settings["GOOGLE_SAVE"] + "/")
    assert here.follow(answer["Location"])["saved"] == [f"{ISSUER}.{card.serial}"]

    assert hear(client, here.signer.call(f"{ISSUER}.{card.serial}")).status_code == 200
    assert queries.google_sums() == queries.GoogleSums(told=1, saved=1, removed=0, waiting=0, failed=0)

    change(card, level="Patron")
    assert actions.tell_waiting() == 1
    said = object_at(here, card)
    assert (body_of(said, "level"), said["state"], said["hasUsers"]) == ("Patron", "ACTIVE", True)

    change(card, status=Membership.Status.LAPSED)
    actions.tell_waiting()
    assert object_at(here, card)["state"] == "INACTIVE"

    change(card, expires_on=in_days(-1))
    actions.tell_waiting()
    said = object_at(here, card)
    assert (said["state"], said["hasUsers"]) == ("EXPIRED", True)

    assert hear(client, here.signer.call(f"{ISSUER}.{card.serial}", "del")).status_code == 200
    assert queries.google_sums() == queries.GoogleSums(told=1, saved=0, removed=1, waiting=0, failed=0)


def test_a_short_card_is_in_the_link_itself_and_google_hears_of_it_all_the_same(here, account):
    card = a_pass(a_design(blueprint=PLAIN))
    before = len(here.calls)

    link = actions.make_save_link(card=card)

    assert here.calls[before:] == []
    assert google.fits(link)
    assert here.follow(link)["saved"] == [f"{ISSUER}.{card.serial}"]
    assert actions.tell_waiting() == 2  # the class and the object: both are there, and stay as they are
    row = GoogleObject.objects.get()
    assert (row.tell_since, row.told_version, row.failed_at) == (None, card.version, None)


def test_a_second_link_names_the_object_alone_and_asks_google_nothing(here, card):
    actions.make_save_link(card=card)
    before = len(here.calls)

    link = actions.make_save_link(card=card)

    assert len(here.calls) == before
    assert here.follow(link)["claims"]["payload"] == {"genericObjects": [{"id": f"{ISSUER}.{card.serial}"}]}
    assert here.follow(link)["claims"]["origins"] == ["http://127.0.0.1:8000"]


def test_ids_hold_nothing_of_a_person(here, card):
    row = saved(here, card)

    assert row.object_id == f"{ISSUER}.{card.serial}"
    assert card.membership.number not in row.object_id
    assert GoogleClass.objects.get().class_id.startswith(f"{ISSUER}.design-")


def test_a_published_design_is_told_anew_and_its_class_comes_before_its_cards(here, card):
    saved(here, card)
    design = card.design
    content = Blueprint(**{**vars(LONG), "is_shareable": False}).as_json()
    design.published = DesignVersion.objects.create(design=design, number=2, content=content)
    design.save()
    renew(card)
    before = len(here.calls)

    assert actions.tell_waiting() == 2
    assert actions.tell_waiting() == 0

    kinds = [call.split("/")[1] for call in here.calls[before:]]
    assert kinds == ["genericClass", "genericObject"]
    row = GoogleClass.objects.get()
    assert here.classes[row.class_id]["multipleDevicesAndHoldersAllowedStatus"] == "ONE_USER_ALL_DEVICES"


# --- who gets a link --------------------------------------------------------------------------------------------------
def test_no_account_no_link(here, db):
    assert not queries.can_google()
    assert queries.google_link(a_pass()) == ""
    with pytest.raises(Refused):
        actions.make_save_link(card=a_pass(a_design("Other")))


def test_a_stopped_card_and_one_of_a_lapsed_membership_have_no_link(card):
    assert queries.google_link(card)
    lapsed = change(card, status=Membership.Status.LAPSED)
    stopped = Pass(serial="A" * 20, voided_at=clock.now())

    assert queries.google_link(lapsed) == queries.google_link(stopped) == ""


@pytest.mark.parametrize("token", ["x", "a:b:c"])
def test_a_broken_link_says_so(client, here, token):
    assert client.get(reverse("passes:google_save", args=[token])).status_code == 400


def test_a_link_for_another_purpose_saves_nothing(client, card):
    other = links.sign("card", card.serial)

    assert client.get(reverse("passes:google_save", args=[other])).status_code == 400
    assert not GoogleObject.objects.exists()


def test_a_link_followed_very_often_is_put_off(client, card, monkeypatch):
    monkeypatch.setattr("gatehouse.passes.views.google.SAVES", Limit("passes.google.test", 2, timedelta(hours=1)))

    assert [client.get(queries.google_link(card)).status_code for _ in range(3)] == [302, 302, 429]


# --- Google is busy, refuses, or does not know us ---------------------------------------------------------------------
def test_while_google_is_busy_whoever_asks_is_told_to_try_later_and_the_row_waits(here, card, client):
    here.answer(Answer("POST", "genericObject", 503))

    answer = client.get(queries.google_link(card))

    assert answer.status_code == 503
    row = GoogleObject.objects.get()
    assert row.tell_since is not None
    assert row.not_before > clock.now()
    here.answer()
    GoogleObject.objects.update(not_before=clock.now())
    assert actions.tell_waiting() == 1
    assert object_at(here, card)


def test_a_refusal_is_written_down_in_googles_words_and_not_tried_again(here, card):
    row = saved(here, card)
    here.answer(Answer("PATCH", "genericObject", 400))
    mark(card)

    assert actions.tell_waiting() == 0

    row.refresh_from_db()
    assert (row.tell_since, row.answer) == (None, "400 As the script says.")
    assert queries.google_sums().failed == 1
    here.answer()
    assert actions.tell_again() == 1
    assert actions.tell_waiting() == 1
    assert queries.google_sums().failed == 0


@pytest.mark.parametrize("status", [429, 500, 503, 0])
def test_a_row_google_puts_off_comes_later_and_at_last_fails(here, card, status):
    row = saved(here, card)
    here.answer(Answer("PATCH", "genericObject", status))
    mark(card)

    for attempt in range(1, telling.TRIES):
        actions.tell_waiting()
        row.refresh_from_db()
        assert (row.attempts, row.failed_at) == (attempt, None)
        assert row.not_before > clock.now() + timedelta(seconds=50)
        GoogleObject.objects.update(not_before=clock.now())
    actions.tell_waiting()

    row.refresh_from_db()
    assert row.failed_at is not None
    assert row.tell_since is None


def test_a_quota_that_comes_as_403_is_haste_not_a_closed_door(here, card):
    saved(here, card)
    here.answer(Answer("PATCH", "genericObject", 403, reason="rateLimitExceeded"))
    mark(card)

    actions.tell_waiting()

    assert queries.google_sums().waiting == 1
    assert queries.google_account().answer == ""


def test_a_token_that_is_refused_is_renewed_once(here, card):
    saved(here, card)
    before = here.calls.count("POST /token")
    here.answer(Answer("PATCH", "genericObject", 401, times=1))
    mark(card)

    assert actions.tell_waiting() == 1

    assert here.calls.count("POST /token") == before + 1


def test_a_token_is_kept_until_it_ends(here, card):
    before = here.calls.count("POST /token")
    saved(here, card)
    for _ in range(3):
        mark(card)
        actions.tell_waiting()

    assert here.calls.count("POST /token") == before + 1


def test_an_account_google_does_not_know_stops_the_sweep_and_costs_no_attempts(here, card):
    cards = [card, *(a_pass(card.design) for _ in range(3))]
    for one in cards:
        saved(here, one)
    strange = account_file(key=account_key(1))
    actions.keep_google_account(issuer_id=ISSUER, service_account_json=strange, actor=None)

    assert actions.tell_waiting() == 0

    assert "invalid_grant" in queries.google_account().answer
    assert set(GoogleObject.objects.values_list("attempts", flat=True)) == {0}
    actions.keep_google_account(issuer_id=ISSUER, service_account_json=account_file(), actor=None)
    assert actions.tell_waiting() == 5
    assert queries.google_account().answer == ""


def test_three_rows_put_off_end_the_run(here, card):
    for one in [card, *(a_pass(card.design) for _ in range(5))]:
        saved(here, one)
        mark(one)
    here.answer(Answer("PATCH", "genericObject", 503))
    before = len(here.calls)

    actions.tell_waiting()

    assert len(here.calls) - before == telling.PATIENCE


def test_an_object_google_lost_is_made_again(here, card):
    saved(here, card)
    mark(card)
    GoogleObject.objects.update(object_id=f"{ISSUER}.{card.serial}-2")  # nothing is there under this id

    assert actions.tell_waiting() == 1
    assert f"{ISSUER}.{card.serial}-2" in here.objects


def test_another_issuer_id_begins_anew(here, card):
    saved(here, card)

    actions.keep_google_account(issuer_id="3388000000022999999", service_account_json=account_file(), actor=None)

    assert not GoogleObject.objects.exists()
    assert not GoogleClass.objects.exists()
    with pytest.raises(NotNow, match="403"):
        actions.make_save_link(card=card)


def test_a_key_sealed_by_another_portal_is_no_crash(here, card, client):
    saved(here, card)
    mark(card)
    GoogleAccount.objects.update(sealed_key=b"of another portal, whose key we do not have")

    assert actions.tell_waiting() == 0
    assert queries.google_account().answer
    assert client.get(queries.google_link(card)).status_code == 503
    with pytest.raises(Refused, match="Give us the file again"):
        actions.try_google_account(actor=None)


# --- races and deaths -------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_each_card_once(here, account, together):
    design = a_design(blueprint=LONG)
    cards = [a_pass(design) for _ in range(6)]
    for card in cards:
        saved(here, card)
        mark(card)
    before = len(here.calls)

    told = together(actions.tell_waiting, actions.tell_waiting)

    assert sum(told) == 6, told
    patched = [call for call in here.calls[before:] if call.startswith("PATCH /genericObject")]
    assert len(set(patched)) == len(patched) == 6


@pytest.mark.django_db(transaction=True)
def test_a_change_while_google_is_told_is_told_too(here, card, together):
    row = saved(here, card)
    here.answer(Answer("PATCH", "genericObject", 200, times=1, act=True, hold=0.8))
    change(card, level="Patron")

    def change_soon():
        time.sleep(0.3)
        change(card, level="Benefactor")

    told, _changed = together(actions.tell_waiting, change_soon)

    row.refresh_from_db()
    assert (told, row.tell_since, row.told_version) == (1, None, 3)
    assert [call for call in here.calls if row.object_id in call][-2:] == [f"PATCH /genericObject/{row.object_id}"] * 2
    assert body_of(object_at(here, card), "level") == "Benefactor"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [True, False], ids=["after-googles-yes", "before-it"])
@pytest.mark.parametrize("is_first", [True, False], ids=["insert", "patch"])
def test_a_sweep_that_is_killed_leaves_the_row_to_the_next(here, card, act, is_first):
    if not is_first:
        saved(here, card)
        change(card, level="Patron")
    else:
        GoogleClass.objects.create(design=card.design, class_id=f"{ISSUER}.design-{card.pk}", tell_since=clock.now())
        GoogleObject.objects.create(card=card, object_id=f"{ISSUER}.{card.serial}", tell_since=clock.now())
    verb = "POST" if is_first else "PATCH"
    here.answer(Answer(verb, "genericObject", 200, times=1, act=act, hold=60))
    before = len(here.calls)

    process = subprocess.Popen([sys.executable, "-m", "tests.services.teller"], cwd=ROOT, env=teller.environment())
    deadline = time.monotonic() + 40
    while not any(call.startswith(f"{verb} /genericObject") for call in here.calls[before:]):
        assert process.poll() is None, "the process ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait()

    row = GoogleObject.objects.get()
    assert (row.tell_since is not None, row.claim is not None) == (True, True)
    assert actions.tell_waiting() == 0  # the lease has not ended
    GoogleObject.objects.update(not_before=clock.now())
    assert actions.tell_waiting() == 1
    row.refresh_from_db()
    assert (row.tell_since, row.failed_at, row.told_version) == (None, None, Pass.objects.get().version)
    assert body_of(object_at(here, card), "level") == ("Friend" if is_first else "Patron")


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_object(here, card, together):
    made = together(lambda: actions.make_save_link(card=card), lambda: actions.make_save_link(card=card))

    assert all(isinstance(link, str) for link in made), made
    assert GoogleObject.objects.count() == GoogleClass.objects.count() == 1
    assert object_at(here, card)


# --- Google calls -----------------------------------------------------------------------------------------------------
def test_a_call_heard_twice_changes_once(here, card, client):
    row = saved(here, card)
    body = here.signer.call(row.object_id, nonce="once")
    assert hear(client, body).status_code == 200
    hear(client, here.signer.call(row.object_id, "del"))
    row.refresh_from_db()
    removed_at = row.removed_at

    assert hear(client, body).status_code == 200

    row.refresh_from_db()
    assert (row.removed_at, removed_at is not None) == (removed_at, True)


@pytest.mark.parametrize(
    "options",
    [{"sender": "GooglePay"}, {"recipient": "12345"}, {"key_lives": -1}, {"lives": -1}, {"nonce": "x" * 500}],
    ids=str,
)
def test_a_call_that_is_not_googles_is_400_and_changes_nothing(here, card, client, options):
    row = saved(here, card)

    assert hear(client, here.signer.call(row.object_id, **options)).status_code == 400

    row.refresh_from_db()
    assert row.saved_at is None
    assert not GoogleCallback.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"protocolVersion": "ECv2SigningOnly"}'])
def test_garbage_is_400_and_asks_google_for_no_keys(here, account, client, body):
    before = len(here.calls)

    assert hear(client, body).status_code == 400
    assert len(here.calls) == before


def test_a_wrong_signer_is_400_and_does_not_make_us_ask_for_keys_again_and_again(here, account, client):
    before = here.calls.count("GET /keys")

    for _ in range(5):
        assert hear(client, Signer().call(f"{ISSUER}.A")).status_code == 400

    assert here.calls.count("GET /keys") == before + 1


def test_without_keys_nothing_can_be_proven_and_google_may_try_again(here, account, client, settings):
    settings.GOOGLE_KEYS = f"http://127.0.0.1:{free_port()}/keys"

    assert hear(client, here.signer.call(f"{ISSUER}.A")).status_code == 503


def test_calls_are_bounded_in_size_and_method_and_need_no_csrf_token(here, account):
    client = Client(enforce_csrf_checks=True)

    assert hear(client, b"x" * 20_000).status_code == 413
    assert hear(client, b"{}").status_code == 400
    assert client.get(CALLBACK).status_code == 405


def test_calls_are_counted(here, account, client, monkeypatch):
    monkeypatch.setattr("gatehouse.passes.views.google.CALLS", Limit("passes.google.test", 2, timedelta(minutes=1)))

    assert [hear(client, b"{}").status_code for _ in range(3)] == [400, 400, 429]
    assert Rate.objects.exists()


def test_a_call_about_a_card_nobody_knows_is_heard_and_forgotten(here, account, client):
    assert hear(client, here.signer.call(f"{ISSUER}.UNKNOWN")).status_code == 200


def test_calls_are_forgotten_when_their_own_time_is_over(here, account, client):
    hear(client, here.signer.call(f"{ISSUER}.A", nonce="old"))
    hear(client, here.signer.call(f"{ISSUER}.A", nonce="new"))
    GoogleCallback.objects.filter(nonce="old").update(expires_at=clock.now())

    assert tasks.forget_callbacks.func() == 1
    assert list(GoogleCallback.objects.values_list("nonce", flat=True)) == ["new"]


def test_keys_are_kept_and_looked_at_anew_when_the_first_ends(here):
    now = [time.time()]
    ring = google_keys.Keyring(here.settings["GOOGLE_KEYS"], clock=lambda: now[0])
    before = here.calls.count("GET /keys")
    assert ring.keys() == ring.keys()
    assert here.calls.count("GET /keys") == before + 1

    now[0] += 3 * 3600
    with pytest.raises(google_keys.NoKeys):  # the stand-in's keys have ended by then
        ring.keys()
    assert here.calls.count("GET /keys") == before + 2


# --- sweeps -----------------------------------------------------------------------------------------------------------
def test_marking_is_one_update(card, here, django_assert_num_queries):
    saved(here, card)
    with django_assert_num_queries(1):
        assert actions.mark_google([card.pk]) == 1


def test_a_sweep_with_nothing_to_tell_asks_little(account, here, django_assert_max_num_queries):
    before = len(here.calls)
    with django_assert_max_num_queries(4):
        assert actions.tell_waiting() == 0
    assert len(here.calls) == before


# --- the page ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def owner(db, client):
    client.force_login(an_owner())
    return client


def upload(client, text, issuer=ISSUER):
    file = SimpleUploadedFile("key.json", text.encode(), content_type="application/json")
    return client.post(reverse("passes:google"), {"issuer_id": issuer, "key_file": file})


def test_an_account_is_uploaded_tried_and_forgotten(here, owner):
    assert upload(owner, account_file()).status_code == 302
    assert owner.post(reverse("passes:try_google")).status_code == 302
    page = owner.get(reverse("passes:google")).content.decode()
    assert EMAIL in page
    assert queries.google_account().tried_at is not None

    assert owner.get(reverse("passes:forget_google")).status_code == 200
    assert GoogleAccount.objects.exists()
    assert owner.post(reverse("passes:forget_google")).status_code == 302
    assert not GoogleAccount.objects.exists()
    assert list(Entry.objects.filter(verb__startswith="google.").order_by("pk").values_list("verb", flat=True)) == [
        "google.connected",
        "google.disconnected",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "not the JSON file"),
        ('{"type": "user"}', "not the key of a service account"),
        ("{}" * 20_000, "JSON file"),
    ],
)
def test_a_wrong_file_is_said_plainly(here, owner, text, words):
    answer = upload(owner, text)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not GoogleAccount.objects.exists()


def test_a_wrong_issuer_id_is_said_plainly(here, owner):
    assert "some 19 digits" in upload(owner, account_file(), issuer="my issuer").content.decode()


def test_a_connection_that_is_refused_says_why_on_the_page(here, owner):
    upload(owner, account_file(key=account_key(1)))

    answer = owner.post(reverse("passes:try_google"))

    assert answer.status_code == 409
    assert "invalid_grant" in answer.content.decode()


def test_a_connection_without_an_answer_says_so(here, owner):
    upload(owner, account_file())
    here.answer(Answer("GET", "genericClass", 503))

    assert owner.post(reverse("passes:try_google")).status_code == 503


def test_what_google_refused_stands_on_the_page_and_can_be_told_again(here, owner, account):
    card = a_pass(a_design(blueprint=LONG))
    saved(here, card)
    here.answer(Answer("PATCH", "genericObject", 400, times=1))
    mark(card)
    actions.tell_waiting()

    page = owner.get(reverse("passes:google")).content.decode()
    assert "400 As the script says." in page
    assert card.serial in page
    assert owner.post(reverse("passes:tell_google")).status_code == 302
    assert actions.tell_waiting() == 1


@pytest.mark.parametrize("name", ["google", "try_google", "tell_google", "forget_google"])
def test_n3_only_those_who_keep_certificates_come_in(here, client, name):
    assert client.post(reverse(f"passes:{name}")).status_code == 302  # asked to sign in
    client.force_login(PersonFactory())
    assert client.post(reverse(f"passes:{name}")).status_code == 403
    assert not GoogleAccount.objects.exists()


def test_n7_no_page_and_no_log_holds_the_key_or_a_token(here, owner, caplog):
    caplog.set_level(logging.DEBUG)
    upload(owner, account_file())
    owner.post(reverse("passes:try_google"))
    card = a_pass(a_design(blueprint=LONG))
    saved(here, card)
    here.answer(Answer("PATCH", "genericObject", 500, times=1), Answer("PATCH", "genericObject", 400, times=1))
    mark(card)
    actions.tell_waiting()
    GoogleObject.objects.update(not_before=clock.now())
    actions.tell_waiting()

    page = owner.get(reverse("passes:google")).content.decode()
    secret = account_file().partition("PRIVATE KEY-----")[2][:60].replace("\\n", "")
    tokens = [token.text for token in adapter._tokens.values()]
    assert tokens
    for text in (page, caplog.text, str(GoogleObject.objects.values()), str(Entry.objects.values())):
        assert "PRIVATE KEY" not in text
        assert secret[:40] not in text
        assert not any(token in text for token in tokens)
    assert secret.encode()[:40] not in bytes(queries.google_account().sealed_key)


def test_page_asks_the_same_of_the_database_for_three_failures_as_for_one(here, owner, account):
    def counted():
        with CaptureQueriesContext(connection) as asked:
            owner.get(reverse("passes:google"))
        return len(asked)

    design = a_design()
    fail(a_pass(design))
    counted()
    one = counted()
    fail(a_pass(design))
    fail(a_pass(design))

    assert counted() == one


def fail(card):
    GoogleObject.objects.create(card=card, object_id=f"{ISSUER}.{card.serial}", failed_at=clock.now(), answer="400 No")
