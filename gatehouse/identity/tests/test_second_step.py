"""App and recovery codes. The numbers are those of the identity reference: N of its section 1.3, M of its section 6."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from gatehouse.core.events import publish
from gatehouse.identity import actions, factors, recovery, totp
from gatehouse.identity.models import BrowserSession, RecoveryCode, SecondStep, TrustedBrowser
from gatehouse.identity.refusals import FactorWrong, RecoveryWrong
from gatehouse.identity.sessions import SessionStore
from gatehouse.identity.tests.apps import code_of_app, codes_on, secret_on, set_up_app
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.identity.tests.reading import code_of, last_letter, words_of
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.people.events import PeopleMerged

COOKIE = "gatehouse_session"


@pytest.fixture
def protected(client, maya, sign_in, hands):
    """Maya with an app: the secret and her recovery codes. The code of the set-up is used up, so time goes on."""
    sign_in(client, maya)
    secret, codes = set_up_app(client)
    hands.turn(seconds=90)
    return secret, codes


def test_setting_up_an_app_asks_for_a_second_step_from_then_on(client, maya, sign_in, protected):
    secret, codes = protected
    elsewhere = Client()

    first = sign_in(elsewhere, maya)
    page = elsewhere.get(first.url)
    inside = elsewhere.get("/me")
    second = elsewhere.post(first.url, {"way": "totp", "code": code_of_app(secret)})

    assert first.url == "/sign-in/second"
    assert "maya@example.org" in page.content.decode()
    assert inside.status_code == 302, "nobody is signed in before the second step"
    assert second.url == "/"
    assert elsewhere.get("/me").status_code == 200
    assert len(codes) == 10
    assert Entry.objects.filter(verb="session.began").latest("pk").details == {"methods": ["code", "totp"]}


def test_the_page_leads_on_to_where_one_wanted(client, maya, sign_in, protected):
    elsewhere = Client()
    elsewhere.post("/sign-in", {"email": maya.email, "next": "/me/sessions"})

    sign_in_again = elsewhere.post("/sign-in/code", {"code": code_of(last_letter())})
    second = elsewhere.post(sign_in_again.url, {"way": "totp", "code": code_of_app(protected[0])})

    assert second.url == "/me/sessions"


def test_a_wrong_code_lets_nobody_in(client, maya, sign_in, protected):
    elsewhere = Client()
    sign_in(elsewhere, maya)

    answer = elsewhere.post("/sign-in/second", {"way": "totp", "code": "000000"})

    assert "is not right" in answer.content.decode()
    assert elsewhere.get("/me").status_code == 302
    assert Entry.objects.filter(verb="sign-in.failed", details={"method": "totp"}).count() == 1


def test_m43_a_code_of_the_app_works_once_in_all_processes(maya, client, sign_in, protected):
    """The mark lies in the row, not in a cache that each process has for itself; codes older than it are refused too."""
    code, older = code_of_app(protected[0]), code_of_app(protected[0], later=-1)
    actions.try_totp(person=maya, code=code)

    for again in (code, older):
        with pytest.raises(FactorWrong):
            actions.try_totp(person=maya, code=again)


def test_m43_the_code_of_the_set_up_signs_nobody_in(client, maya, sign_in, hands):
    sign_in(client, maya)
    secret = secret_on(client.get("/me/security/app"))
    code = code_of_app(secret)
    client.post("/me/security/app", {"code": code})

    with pytest.raises(FactorWrong):
        actions.try_totp(person=maya, code=code)


@pytest.mark.django_db(transaction=True)
def test_m43_of_many_with_one_code_at_once_one_gets_in(together, settings):
    settings.SECOND_STEPS_PER_PERSON = 100
    maya = a_person()
    secret = totp.new_secret()
    actions.add_totp(person=maya, secret=secret, code=code_of_app(secret))
    code = code_of_app(secret, later=1)

    outcomes = together(*[lambda: actions.try_totp(person=maya, code=code)] * 8)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["FactorWrong"] * 7 + ["NoneType"]


@pytest.mark.django_db(transaction=True)
def test_m43_of_many_with_one_recovery_code_at_once_one_gets_in(together, settings):
    settings.SECOND_STEPS_PER_PERSON = 100
    maya = a_person()
    code = actions.make_recovery_codes(person=maya)[0]

    outcomes = together(*[lambda: actions.try_recovery(person=maya, code=code)] * 8)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RecoveryWrong"] * 7 + ["int"]


def test_m43_a_recovery_code_lets_in_once(client, maya, sign_in, protected, hands):
    code = protected[1][3]
    outcomes = []
    for typed in (code, code.upper().replace("-", " ")):
        elsewhere = Client()
        hands.turn(minutes=2)
        sign_in(elsewhere, maya)
        outcomes.append(elsewhere.post("/sign-in/second", {"way": "recovery", "recovery": typed}).status_code)

    assert outcomes == [302, 200]
    assert factors.codes_of(maya).count() == 9


def test_codes_made_anew_end_the_old_ones(client, maya, protected):
    new = codes_on(client.post("/me/security/recovery"))

    with pytest.raises(RecoveryWrong):
        actions.try_recovery(person=maya, code=protected[1][0])
    assert actions.try_recovery(person=maya, code=new[0]) == 9


def test_codes_can_be_kept_as_a_file_and_the_file_holds_nothing_else(client, protected):
    file = client.post("/me/security/recovery/file", {"codes": " ".join(protected[1])})

    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert file.content.decode().split("\n")[2:-1] == protected[1]
    for other in ("", "<script>alert(1)</script>", " ".join([*protected[1][:9], "<b>aa-bbbbb"])):
        assert client.post("/me/security/recovery/file", {"codes": other}).status_code == 400


def test_n13_neither_secret_nor_codes_lie_in_clear(client, maya, sign_in):
    sign_in(client, maya)
    secret = secret_on(client.get("/me/security/app"))
    waiting = SessionStore(client.cookies[COOKIE].value).load()["identity.totp"]
    _secret, codes = set_up_app(client)

    kept = json.dumps([*Authenticator.objects.values_list("data", flat=True), waiting])
    kept += str(list(RecoveryCode.objects.values())) + str(list(BrowserSession.objects.values()))
    kept += str(list(Entry.objects.values())) + "".join(words_of(letter) for letter in Letter.objects.all())
    assert secret not in kept
    assert not any(code in kept or recovery.plain(code) in kept for code in codes)


def test_a_secret_sealed_with_another_key_locks_nobody_out(client, maya, sign_in, protected):
    Authenticator.objects.update(data={"secret": "bm90aGluZw==", "step": 0})
    elsewhere = Client()
    sign_in(elsewhere, maya)

    by_app = elsewhere.post("/sign-in/second", {"way": "totp", "code": "123456"})
    by_code = elsewhere.post("/sign-in/second", {"way": "recovery", "recovery": protected[1][0]})

    assert (by_app.status_code, by_code.status_code) == (200, 302)


def test_m40_tries_are_limited_and_a_success_gives_none_back(client, maya, sign_in, protected, hands):
    secret, codes = protected
    elsewhere = Client()
    sign_in(elsewhere, maya)
    for _ in range(8):
        elsewhere.post("/sign-in/second", {"way": "totp", "code": "000000"})
    assert elsewhere.post("/sign-in/second", {"way": "totp", "code": code_of_app(secret)}).status_code == 302

    hands.turn(seconds=90)
    other = Client()
    sign_in(other, maya)
    other.post("/sign-in/second", {"way": "totp", "code": "000000"})
    refused = other.post("/sign-in/second", {"way": "totp", "code": code_of_app(secret)})

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3000
    assert other.post("/sign-in/second", {"way": "recovery", "recovery": codes[0]}).status_code == 429


def test_n11_a_stranger_who_uses_the_tries_up_does_not_lock_a_known_browser_out(client, maya, sign_in, protected):
    stranger = Client()
    sign_in(stranger, maya)
    for _ in range(11):
        stranger.post("/sign-in/second", {"way": "totp", "code": "000000"})

    client.post("/sign-out")
    sign_in(client, maya)
    answer = client.post("/sign-in/second", {"way": "totp", "code": code_of_app(protected[0])})

    assert answer.status_code == 302


def test_m33_the_second_step_gives_a_new_key(client, maya, sign_in, protected):
    elsewhere = Client()
    sign_in(elsewhere, maya)
    waiting = elsewhere.cookies[COOKIE].value

    elsewhere.post("/sign-in/second", {"way": "totp", "code": code_of_app(protected[0])})

    assert elsewhere.cookies[COOKIE].value != waiting
    attacker = Client()
    attacker.cookies[COOKIE] = waiting
    assert attacker.get("/me").status_code == 302


def test_the_second_step_waits_fifteen_minutes_in_its_own_browser_only(client, maya, sign_in, protected, monkeypatch):
    elsewhere = Client()
    sign_in(elsewhere, maya)

    assert Client().get("/sign-in/second").url == "/sign-in"
    assert Client().post("/sign-in/second/options").url == "/sign-in"
    late = time.time() + 16 * 60
    monkeypatch.setattr("time.time", lambda: late)
    assert elsewhere.get("/sign-in/second").url == "/sign-in"


def test_n19_somebody_who_left_meanwhile_gets_no_second_step(client, maya, sign_in, protected):
    elsewhere = Client()
    sign_in(elsewhere, maya)
    maya.left_at = maya.changed_at
    maya.save()

    answer = elsewhere.post("/sign-in/second", {"way": "totp", "code": code_of_app(protected[0])})

    assert answer.url == "/sign-in"


def test_a_password_needs_the_second_step_too_and_so_does_a_link_of_an_owner(client, maya, sign_in, protected):
    maya.set_password("correct horse battery")
    maya.save()
    by_password, by_link = Client(), Client()

    first = by_password.post("/sign-in/password", {"email": maya.email, "password": "correct horse battery"})
    second = by_link.post(actions.issue_link(email=maya.email, actor=None).removeprefix("http://127.0.0.1:8000"))

    assert (first.url, second.url) == ("/sign-in/second", "/sign-in/second")


def test_a_trusted_browser_is_not_asked_for_thirty_days(client, maya, sign_in, protected, hands):
    secret, _codes = protected
    elsewhere = Client()
    sign_in(elsewhere, maya)
    elsewhere.post("/sign-in/second", {"way": "totp", "code": code_of_app(secret), "trust": "1"})
    elsewhere.post("/sign-out")

    hands.turn(days=29)
    assert sign_in(elsewhere, maya).url == "/"
    elsewhere.post("/sign-out")
    hands.turn(days=1, minutes=2)
    assert sign_in(elsewhere, maya).url == "/sign-in/second"


def test_trust_is_this_persons_in_this_browser_and_can_be_taken_back(client, maya, sign_in, protected, hands):
    secret, _codes = protected
    elsewhere = Client()
    sign_in(elsewhere, maya)
    elsewhere.post("/sign-in/second", {"way": "totp", "code": code_of_app(secret), "trust": "1"})

    third = Client()
    hands.turn(minutes=2)
    assert sign_in(third, maya).url == "/sign-in/second"
    row = TrustedBrowser.objects.get()
    assert str(row) in elsewhere.get("/me/security").content.decode()
    stranger = Client()
    sign_in(stranger, a_person())
    stranger.post(f"/me/security/browsers/{row.pk}/remove")
    assert TrustedBrowser.objects.exists()
    elsewhere.post(f"/me/security/browsers/{row.pk}/remove")
    elsewhere.post("/sign-out")
    hands.turn(minutes=2)
    assert sign_in(elsewhere, maya).url == "/sign-in/second"


def test_changes_of_what_protects_end_all_trust(client, maya, protected):
    actions.trust_browser(person=maya, browser="abc")

    client.post("/me/security/recovery")

    assert not TrustedBrowser.objects.exists()


def test_removing_the_app_leaves_no_door_without_a_handle(client, maya, sign_in, protected):
    asked = client.post("/me/security/app/remove")
    assert "Remove the authenticator app?" in asked.content.decode()
    assert factors.asks_second_step(maya)

    client.post("/me/security/app/remove", {"sure": "1"})

    assert not SecondStep.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert sign_in(Client(), maya).url == "/"


def test_one_step_can_be_enough_again_and_two_can_be_asked_for(client, maya, sign_in, protected, hands):
    client.post("/me/security/second-step", {})
    assert sign_in(Client(), maya).url == "/"

    client.post("/me/security/second-step", {"on": "1"})
    hands.turn(minutes=2)
    assert sign_in(Client(), maya).url == "/sign-in/second"


def test_nobody_asks_for_a_second_step_without_having_one(client, maya, sign_in):
    sign_in(client, maya)

    client.post("/me/security/second-step", {"on": "1"})

    assert not SecondStep.objects.exists()


def test_each_change_is_journaled_and_told_by_letter(client, maya, protected):
    client.post("/me/security/app/remove", {"sure": "1"})

    verbs = list(Entry.objects.filter(verb__regex="totp|recovery").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["totp.added", "recovery.made", "totp.removed"]
    letters = Letter.objects.filter(template="identity/letters/factor").order_by("pk")
    assert ["was removed" in words_of(letter) for letter in letters] == [False, False, True]


def test_n6_somebody_who_lost_the_app_gets_in_removes_it_and_sets_up_another(client, maya, sign_in, protected, hands):
    elsewhere = Client()
    sign_in(elsewhere, maya)
    elsewhere.post("/sign-in/second", {"way": "recovery", "recovery": protected[1][0]})

    assert elsewhere.post("/me/security/app/remove", {"sure": "1"}).url == "/me/security"
    secret, codes = set_up_app(elsewhere)

    assert len(codes) == 10
    hands.turn(seconds=60)
    actions.try_totp(person=maya, code=code_of_app(secret))


def test_n6_an_owner_gives_a_way_back_to_somebody_who_lost_everything(client, maya, sign_in, protected):
    ruth, ruths = an_owner(given_name="Ruth"), Client()
    sign_in(ruths, ruth)
    person_page = ruths.get(f"/manage/people/{maya.pk}").content.decode()
    question = ruths.get(f"/manage/people/{maya.pk}/factors/reset")

    answer = ruths.post(f"/manage/people/{maya.pk}/factors/reset")

    assert f"/manage/people/{maya.pk}/factors/reset" in person_page
    assert "Take them away" in question.content.decode()
    assert answer.url == f"/manage/people/{maya.pk}"
    assert client.get("/me").status_code == 302, "a lost device is signed out"
    assert sign_in(Client(), maya).url == "/"
    entry = Entry.objects.get(verb="factors.reset")
    assert (entry.actor_id, entry.subject_id) == (ruth.pk, str(maya.pk))
    told = Letter.objects.filter(template="identity/letters/factor", person=maya).latest("pk")
    assert "taken away" in words_of(told)


def test_n26_only_owners_take_factors_away_and_never_their_own_this_way(client, maya, sign_in, protected):
    ben, ruth = a_person(), an_owner()
    bens, ruths = Client(), Client()
    sign_in(bens, ben)
    sign_in(ruths, ruth)

    assert bens.post(f"/manage/people/{maya.pk}/factors/reset").status_code == 403
    assert ruths.post(f"/manage/people/{ruth.pk}/factors/reset").status_code == 403
    assert factors.asks_second_step(maya)


def test_the_command_helps_an_owner_who_has_nobody_to_ask(client, maya, sign_in, protected, capsys):
    call_command("reset_factors", email=maya.email, json=True)

    assert json.loads(capsys.readouterr().out) == {"id": str(maya.pk)}
    assert sign_in(Client(), maya).url == "/"


def test_records_that_become_one_keep_the_second_step(client, maya, protected):
    kept = a_person()

    publish(PeopleMerged(kept_id=kept.pk, gone_id=maya.pk))

    assert factors.asks_second_step(kept)
    assert factors.codes_of(kept).count() == 10
    actions.try_totp(person=kept, code=code_of_app(protected[0]))


def test_the_page_of_protection_tells_plainly_how_it_stands(client, maya, sign_in):
    sign_in(client, maya)
    before = client.get("/me/security").content.decode()
    set_up_app(client)
    after = client.get("/me/security").content.decode()

    assert "Whoever can read your mailbox can sign in as you." in before
    assert "Two things are needed to sign in as you." in after
    assert "10 of 10 are left" in after


def test_whoever_came_in_by_a_recovery_code_reads_how_many_are_left_and_what_to_do(client, maya, sign_in, protected):
    elsewhere = Client()
    sign_in(elsewhere, maya)

    page = elsewhere.post("/sign-in/second", {"way": "recovery", "recovery": protected[1][0]}, follow=True)

    assert "9 recovery codes are left." in page.content.decode()
    assert "What protects my account" in page.content.decode()


def test_the_set_up_of_an_app_begins_with_the_drawing(client, maya, sign_in):
    """A browser goes to the field it is told to: below the drawing on a phone, so that one never saw step 1."""
    sign_in(client, maya)

    page = client.get("/me/security/app").content.decode()
    wrong = client.post("/me/security/app", {"code": "000000"}).content.decode()

    assert "autofocus" not in page
    assert wrong.count("autofocus") == 1, "then the summary of what is wrong is gone to"


def test_my_data_tells_of_factors_and_holds_no_secret(client, maya, protected):
    data = client.get("/me/data").json()["protection"]

    assert data["recovery_codes_left"] == 10
    assert data["authenticator_app_since"]
    assert protected[0] not in json.dumps(data)


def test_qr_code_is_drawn_in_the_page_and_reads_what_the_link_says(client, maya, sign_in):
    sign_in(client, maya)

    page = client.get("/me/security/app")

    assert page.context["drawing"].path in page.content.decode()
    assert page.context["address"].startswith("otpauth://totp/")
    assert "style=" not in page.content.decode()


@pytest.mark.parametrize("text", ["", "\x00", "a" * 100_000, "' OR 1=1", "😀" * 30])
def test_n1_m47_hostile_words_at_the_second_step(client, maya, sign_in, protected, text):
    elsewhere = Client()
    sign_in(elsewhere, maya)

    for field in ({"code": text}, {"recovery": text}, {"credential": text}):
        way = {"code": "totp", "recovery": "recovery", "credential": "passkey"}[next(iter(field))]
        answer = elsewhere.post("/sign-in/second", {"way": way, **field})
        assert answer.status_code in {200, 429}
