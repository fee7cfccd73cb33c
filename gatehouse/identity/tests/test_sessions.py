"""Sessions: kept as hashes, seen, listed, ended. N and M: see the identity reference, sections 1.3 and 6."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from gatehouse.core import events
from gatehouse.core.events import publish
from gatehouse.identity import actions, agents, tokens
from gatehouse.identity.events import SessionsEnded
from gatehouse.identity.models import BrowserSession, SignInFlow
from gatehouse.identity.sessions import SessionStore
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.identity.tests.reading import code_of, last_letter, link_of
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.people.events import PeopleMerged, PersonLeft
from gatehouse.people.models import Role, RoleGrant

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
COOKIE = settings.SESSION_COOKIE_NAME


def test_a_session_tells_browser_network_and_method(client, maya, sign_in):
    sign_in(client, maya, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="2001:db8::5")

    page = client.get("/me/sessions").content.decode()

    assert "Firefox on Linux" in page
    assert "2001:db8::/64" in page
    assert "code by e-mail" in page


def test_n13_only_the_hash_of_the_key_is_kept(client, maya, sign_in):
    sign_in(client, maya)
    token = tokens.parse(client.cookies[COOKIE].value)

    row = BrowserSession.objects.values().get()

    assert row["key_hash"] == token.digest
    assert token.secret not in str(row)


def test_m33_signing_in_gives_a_new_key(client, maya, sign_in):
    client.get("/sign-in")
    session = SessionStore()
    session["left_by"] = "somebody who waits for a victim"
    session.save()
    fixed = session.session_key
    client.cookies[COOKIE] = fixed

    sign_in(client, maya)

    assert client.cookies[COOKIE].value != fixed
    attacker = Client()
    attacker.cookies[COOKIE] = fixed
    assert attacker.get("/me").status_code == 302


def test_m33_signing_in_once_more_gives_a_new_key_to_the_same_session(client, maya, sign_in, hands):
    sign_in(client, maya)
    old = client.cookies[COOKIE].value
    hands.turn(minutes=2)

    sign_in(client, maya)

    assert client.cookies[COOKIE].value != old
    assert BrowserSession.objects.count() == 1


def test_somebody_else_at_the_same_browser_begins_a_session_of_their_own(client, maya, sign_in):
    ben = a_person()
    sign_in(client, maya)

    sign_in(client, ben)

    session = BrowserSession.objects.get()
    assert session.person == ben
    assert list(session.methods) == ["code"]


def test_seen_at_is_written_at_most_once_a_minute(client, maya, sign_in, hands, django_assert_num_queries):
    sign_in(client, maya)
    began = BrowserSession.objects.get().seen_at
    hands.turn(seconds=59)
    client.get("/me/sessions")
    assert BrowserSession.objects.get().seen_at == began

    hands.turn(seconds=1)
    client.get("/me/sessions")

    assert BrowserSession.objects.get().seen_at == began + timedelta(minutes=1)


def test_n12_a_session_ends_after_thirty_idle_days(client, maya, sign_in, hands):
    sign_in(client, maya)
    hands.turn(days=29)
    assert client.get("/me").status_code == 200
    hands.turn(days=30)

    assert client.get("/me").status_code == 302


def test_n12_a_session_ends_after_ninety_days_however_much_it_is_used(client, maya, sign_in, hands):
    sign_in(client, maya)
    for _ in range(8):
        hands.turn(days=11)
        assert client.get("/me").status_code == 200
    hands.turn(days=2)

    assert client.get("/me").status_code == 302


def test_m35_n18_an_ended_session_is_refused_at_its_next_request(client, maya, sign_in, hands):
    phone = Client()
    sign_in(phone, maya)
    hands.turn(minutes=2)
    sign_in(client, maya)
    lost = BrowserSession.objects.order_by("began_at").first()

    answer = client.post(f"/me/sessions/{lost.pk}/end")

    assert answer.url == "/me/sessions"
    assert phone.get("/me").status_code == 302
    assert client.get("/me").status_code == 200
    assert Entry.objects.filter(verb="session.ended", actor_id=maya.pk).count() == 1


def test_ending_all_others_keeps_this_one(client, maya, sign_in, hands):
    others = [Client(), Client()]
    for browser in [*others, client]:
        sign_in(browser, maya)
        hands.turn(minutes=2)

    client.post("/me/sessions/end-others")

    assert [browser.get("/me").status_code for browser in [*others, client]] == [302, 302, 200]


def test_nobody_ends_anothers_session(client, maya, sign_in):
    ben = a_person()
    bens = Client()
    sign_in(bens, ben)
    sign_in(client, maya)

    answer = client.post(f"/me/sessions/{BrowserSession.objects.get(person=ben).pk}/end")

    assert answer.status_code == 404
    assert bens.get("/me").status_code == 200


def test_staff_see_and_end_a_persons_sessions(client, maya, sign_in):
    owner, mayas = an_owner(), Client()
    sign_in(mayas, maya)
    sign_in(client, owner)

    page = client.get(f"/manage/people/{maya.pk}/sessions")
    answer = client.post(f"/manage/people/{maya.pk}/sessions/end")

    assert "Where Maya Okafor is signed in" in page.content.decode()
    assert answer.url == f"/manage/people/{maya.pk}/sessions"
    assert mayas.get("/me").status_code == 302


def test_a_persons_page_says_where_they_are_signed_in(client, maya, sign_in):
    sign_in(Client(), maya)
    sign_in(client, an_owner())

    page = client.get(f"/manage/people/{maya.pk}").content.decode()

    assert "Signed in in one browser, seen today" in page
    assert f"/manage/people/{maya.pk}/sessions" in page


def test_the_page_of_a_persons_sessions_leads_back_to_them(client, maya, sign_in):
    sign_in(client, an_owner())

    page = client.get(f"/manage/people/{maya.pk}/sessions").content.decode()

    assert re.search(rf'class="crumb[^>]*href="/manage/people/{maya.pk}"', page)


def test_members_neither_see_nor_end_anothers_sessions(client, maya, sign_in):
    ben = a_person()
    sign_in(client, maya)

    assert client.get(f"/manage/people/{ben.pk}/sessions").status_code == 403
    assert client.post(f"/manage/people/{ben.pk}/sessions/end").status_code == 403


def test_an_admin_neither_sees_nor_ends_an_owners_sessions(db, client, sign_in):
    owner, owners, admin = an_owner(), Client(), a_person()
    RoleGrant.objects.create(person=admin, role=Role.objects.get(slug="admin"))
    sign_in(owners, owner)
    sign_in(client, admin)
    session = BrowserSession.objects.get(person=owner)

    page = client.get(f"/manage/people/{owner.pk}").content.decode()

    assert f"/manage/people/{owner.pk}/sessions" not in page
    assert client.get(f"/manage/people/{owner.pk}/sessions").status_code == 403
    assert client.post(f"/manage/people/{owner.pk}/sessions/end").status_code == 403
    assert client.post(f"/me/sessions/{session.pk}/end").status_code == 403
    assert owners.get("/me").status_code == 200


@pytest.mark.parametrize("browsers", [1, 3])
def test_list_asks_as_much_of_the_database_for_three_as_for_one(
    maya, sign_in, hands, browsers, django_assert_num_queries
):
    client = Client()
    for browser in [*[Client() for _ in range(browsers - 1)], client]:
        sign_in(browser, maya)
        hands.turn(minutes=2)
    client.get("/me/sessions")

    with django_assert_num_queries(7):
        client.get("/me/sessions")


def test_n9_signing_out_is_a_post_and_kills_the_cookie(client, maya, sign_in):
    sign_in(client, maya)
    kept = client.cookies[COOKIE].value
    assert client.get("/sign-out").status_code == 405

    answer = client.post("/sign-out")

    assert answer.url == "/sign-in"
    thief = Client()
    thief.cookies[COOKIE] = kept
    assert thief.get("/me").status_code == 302
    assert not BrowserSession.objects.exists()
    assert Entry.objects.filter(verb="session.ended").count() == 1


@pytest.mark.parametrize("path", ["/sign-in/again", "/me/password/remove", "/me/sessions/end-others"])
def test_n9_nothing_changes_by_get(client, maya, sign_in, path):
    sign_in(client, maya)

    assert client.get(path).status_code == 405


@pytest.mark.parametrize("fact", ["named", "imported"])
def test_n19_a_leavers_sessions_codes_and_links_die_at_once(client, maya, sign_in, hands, fact):
    waiting, ben, bens = Client(), a_person(), Client()
    sign_in(client, maya)
    sign_in(bens, ben)
    hands.turn(minutes=2)
    waiting.post("/sign-in", {"email": maya.email})
    code, link = code_of(last_letter()), link_of(last_letter())

    maya.left_at = hands.time
    maya.save()
    publish(PersonLeft(person_ids=(maya.pk,)) if fact == "named" else PersonLeft(import_id=1))

    assert client.get("/me").status_code == 302
    assert bens.get("/me").status_code == 200
    assert not BrowserSession.objects.filter(person=maya).exists()
    assert not SignInFlow.objects.filter(person=maya).exists()
    assert waiting.post("/sign-in/code", {"code": code}).url == "/sign-in"
    assert waiting.post(link).status_code == 410


def test_n19_a_leaver_gets_nothing_new(client, maya, hands):
    maya.set_password("correct horse battery")
    maya.left_at = hands.time
    maya.save()

    client.post("/sign-in", {"email": maya.email})
    by_password = client.post("/sign-in/password", {"email": maya.email, "password": "correct horse battery"})

    assert "do not belong together" in by_password.content.decode()
    assert not Letter.objects.exists()


def test_n19_a_leaver_nobody_announced_is_refused_too(client, maya, sign_in, hands):
    sign_in(client, maya)
    maya.left_at = hands.time
    maya.save()

    assert client.get("/me").status_code == 302


def test_sessions_of_a_merged_record_end(client, maya, sign_in):
    ben = a_person()
    sign_in(client, maya)

    publish(PeopleMerged(kept_id=ben.pk, gone_id=maya.pk))

    assert not BrowserSession.objects.exists()


def test_what_has_ended_is_forgotten_and_the_rest_stays(client, maya, sign_in, hands, monkeypatch):
    monkeypatch.setattr("gatehouse.core.forgetting.BATCH", 2)
    for number in range(5):
        actions.ask_code(email=f"x{number}@example.org")
    sign_in(client, maya)
    hands.turn(minutes=11)

    assert actions.forget_ways_in() == 6
    assert actions.forget_ways_in() == 0
    assert actions.forget_sessions() == 0
    hands.turn(days=31)
    assert actions.forget_sessions() == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36 Edg/142.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", ("Safari", "macOS")),
        ("something else", ("", "")),
        ("", ("", "")),
    ],
)
def test_agents_are_named_as_people_name_them(agent, said):
    assert agents.summary(agent) == said


PRODUCTION = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
from gatehouse.identity.tests.factories import an_owner
from gatehouse.identity.tests.reading import code_of, last_letter
owner = an_owner(email="ruth@example.org")
client = Client(headers={"host": "portal.example.org"}, enforce_csrf_checks=False)
client.post("/sign-in", {"email": owner.email}, secure=True)
flow = list(client.cookies.values())
client.post("/sign-in/code", {"code": code_of(last_letter())}, secure=True)
client.get("/sign-in/password", secure=True)
client.post("/sign-in/passkey/options", secure=True)
for morsel in {cookie.key: cookie for cookie in [*client.cookies.values(), *flow]}.values():
    print("COOKIE", morsel.OutputString())
"""


@pytest.mark.slow
def test_n4_m34_cookies_under_https(tmp_path):
    """In a process of its own, because names of cookies are settled when the settings are read."""
    (tmp_path / "static").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "gatehouse.config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.db",
        "GATEHOUSE_DATA": str(tmp_path),
        "GATEHOUSE_BASE_URL": "https://portal.example.org",
        "GATEHOUSE_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ",
        "EMAIL_URL": "smtp://127.0.0.1:9",
    }

    run = subprocess.run(
        [sys.executable, "-c", PRODUCTION], cwd=Path.cwd(), env=environment, capture_output=True, text=True, check=False
    )

    cookies = [line.removeprefix("COOKIE ") for line in run.stdout.splitlines() if line.startswith("COOKIE")]
    names = {cookie.partition("=")[0] for cookie in cookies}
    expected = {f"__Host-gatehouse_{name}" for name in ("session", "flow", "known", "csrf", "passkey")}
    assert names == expected, run.stderr[-2000:]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
        assert "Domain" not in cookie


def test_a_role_of_ones_own_may_hold_the_right_to_end_sessions(client, maya, sign_in):
    role = Role.objects.create(slug="porters", name="Porters", permissions=["sessions.end"])
    RoleGrant.objects.create(person=maya, role=role)
    sign_in(client, maya)

    assert client.get(f"/manage/people/{maya.pk}/sessions").status_code == 200


def test_m35_clearing_by_command_tells_the_neighbours_too(client, maya, sign_in, hands, monkeypatch):
    sign_in(client, maya)
    (session,) = BrowserSession.objects.all()
    hands.turn(days=31)
    heard: list[SessionsEnded] = []
    monkeypatch.setattr(events, "_subscribers", {**events._subscribers, SessionsEnded: [heard.append]})

    SessionStore.clear_expired()

    assert heard == [SessionsEnded((session.pk,), (maya.pk,), "expired")]
