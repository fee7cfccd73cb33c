"""Telling services of sign-outs: what is said, to whom, how often."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.conf import settings as portal
from django_tasks_db.models import DBTaskResult
from joserfc import jwt
from joserfc.jwk import KeySet

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.core.ticker import recurring
from gatehouse.identity import actions as identity
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, backchannel, tasks
from gatehouse.identity.oidc.models import Client, Consent, Grant, LogoutNotice
from gatehouse.identity.oidc.queries import keys
from gatehouse.identity.oidc.sids import sid_of
from gatehouse.identity.oidc.tests.browser.visiting import CALLBACK, CHALLENGE, a_wiki
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.identity.tests.reading import code_of, last_letter
from gatehouse.people import actions as people
from gatehouse.people.events import PersonErased, PersonLeft
from gatehouse.people.models import Role, RoleGrant

pytestmark = pytest.mark.django_db


class Listener:
    """A service's own address for sign-outs, over HTTP: keeps what it was told, and answers as a test says."""

    def __init__(self, port: int) -> None:
        self.place = f"127.0.0.1:{port}"
        self.url = f"http://{self.place}/bye"
        self.heard: list[str] = []
        self.answers = [200]


@contextmanager
def listening() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            listener.heard.append(parse_qs(body)["logout_token"][0])
            status = listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0]
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener = Listener(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def listener(settings):
    with listening() as there:
        settings.PRIVATE_SERVICES = [there.place]
        yield there


@pytest.fixture
def wiki(db, listener):
    return a_wiki(backchannel_logout_uri=listener.url)


@pytest.fixture
def signed_in(wiki, browser_of):
    """`signed_in(person)`: a browser that is signed in here and, by way of us, at the wiki."""

    def go(person, client=None):
        browser = browser_of(person)
        begin(person, browser.session_row, client or wiki)
        return browser

    return go


def begin(person, session, client):
    actions.begin_grant(
        client=client, person=person, session=session, scope="openid", redirect_uri=CALLBACK, challenge=CHALLENGE
    )


def test_m29_the_token_is_as_the_standard_says(maya, wiki, listener, signed_in):
    browser = signed_in(maya)

    browser.post("/sign-out")
    told = tasks.tell_sign_outs.call()

    token = jwt.decode(listener.heard[0], KeySet.import_key_set({"keys": keys.published()}), algorithms=["ES256"])
    said = token.claims
    assert (told, token.header["typ"]) == (1, "logout+jwt")
    assert said["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert (said["iss"], said["aud"]) == (portal.BASE_URL, "wiki")
    assert said["sub"] == actions.subject_of(person=maya, client=wiki)
    assert said["sid"] == sid_of(browser.session_row.pk, "wiki")
    assert (len(said["jti"]), said["exp"] - said["iat"], "nonce" in said) == (32, 120, False)
    assert LogoutNotice.objects.get().told_at


def test_m29_each_service_of_a_session_is_told_once_whatever_came_of_it(maya, wiki, listener, signed_in):
    browser = signed_in(maya)
    begin(maya, browser.session_row, wiki)
    begin(maya, browser.session_row, a_wiki(client_id="forum", backchannel_logout_uri=listener.url))
    begin(maya, browser.session_row, a_wiki(client_id="deaf"))

    browser.post("/sign-out")

    assert sorted(LogoutNotice.objects.values_list("client__client_id", flat=True)) == ["forum", "wiki"]
    assert set(Grant.objects.values_list("ended_why", flat=True)) == {"signed-out"}
    assert (tasks.tell_sign_outs.call(), tasks.tell_sign_outs.call(), len(listener.heard)) == (2, 0, 2)


def test_m29_a_service_that_is_down_is_told_later(maya, listener, signed_in, hands):
    listener.answers = [503, 200]
    signed_in(maya).post("/sign-out")
    hands.turn(minutes=1)

    first = tasks.tell_sign_outs.call()
    waits = LogoutNotice.objects.get()
    at_once = tasks.tell_sign_outs.call()
    hands.turn(minutes=2)
    later = tasks.tell_sign_outs.call()

    assert (first, at_once, later) == (0, 0, 1)
    assert (waits.status, waits.told_at) == (503, None)
    assert len({token.split(".")[1] for token in listener.heard}) == 2, "a token of its own for each try"


def test_m29_a_service_that_is_down_holds_up_no_other(wiki, listener, hands):
    """Anybody who may sign in somewhere can leave it notices by the hundred; each try waits for seconds."""
    listener.answers = [503]
    other = a_wiki(client_id="other", backchannel_logout_uri=listener.url)
    for number in range(20):
        LogoutNotice.objects.create(client=wiki, subject="maya", session=str(number))
    hands.turn(seconds=1)
    LogoutNotice.objects.create(client=other, subject="maya", session="last")

    tasks.tell_sign_outs.call()

    assert len(listener.heard) == tasks.SILENT + 1
    assert LogoutNotice.objects.filter(given_up_at=None, not_before__gt=clock.now()).count() == 21

    listener.answers = [200]
    hands.turn(minutes=2)
    assert tasks.tell_sign_outs.call() == 21


def test_m29_a_service_that_is_gone_is_given_up(maya, listener, signed_in, hands):
    listener.answers = [500]
    signed_in(maya).post("/sign-out")

    for _try in range(12):
        tasks.tell_sign_outs.call()
        hands.turn(hours=5)

    notice = LogoutNotice.objects.get()
    assert (notice.given_up_at is not None, notice.attempts, len(listener.heard)) == (True, 9, 9)


def test_m29_a_service_that_will_not_have_it_is_not_pressed(maya, listener, signed_in):
    listener.answers = [400]
    signed_in(maya).post("/sign-out")

    tasks.tell_sign_outs.call()

    assert (LogoutNotice.objects.get().status, LogoutNotice.objects.get().given_up_at is not None) == (400, True)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/bye",
        "http://localhost:{port}/bye",
        "http://[::1]:{port}/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
    ],
)
def test_m29_nothing_within_the_house_is_called_unless_it_was_named(address, maya, listener, signed_in, settings):
    settings.PRIVATE_SERVICES = []
    Client.objects.update(backchannel_logout_uri=address.format(port=listener.place.rpartition(":")[2]))
    signed_in(maya).post("/sign-out")

    tasks.tell_sign_outs.call()

    notice = LogoutNotice.objects.get()
    assert (listener.heard, notice.given_up_at is not None) == ([], True)
    assert "GATEHOUSE_PRIVATE_SERVICES" in notice.trouble


def test_a_service_switched_off_meanwhile_is_told_nothing(maya, listener, signed_in, hands):
    signed_in(maya).post("/sign-out")
    Client.objects.update(disabled_at=hands.time)

    tasks.tell_sign_outs.call()

    assert not listener.heard


def why(**lookup) -> set[str]:
    return set(Grant.objects.filter(**lookup).values_list("ended_why", flat=True))


def test_m19_whoever_leaves_is_out_everywhere(maya, wiki, signed_in):
    signed_in(maya)
    signed_in(a_person())

    people.end_person(person=maya, actor=an_owner())

    assert (why(person=maya), why(person__given_name="Maya", ended_why="")) == ({"left"}, {""})
    assert LogoutNotice.objects.count() == 1


def test_m35_a_session_ended_from_elsewhere_ends_its_services(maya, wiki, signed_in):
    here, there = signed_in(maya), signed_in(maya)

    identity.end_session(session=BrowserSession.objects.get(pk=there.session_row.pk), actor=maya)

    assert why(session=there.session_row.pk) == {"session"}
    assert why(session=here.session_row.pk) == {""}
    assert there.get("/me").status_code == 302


def test_m19_a_new_password_ends_what_was_signed_in_to_here_too(maya, wiki, signed_in):
    browser = signed_in(maya)
    signed_in(maya)

    identity.set_password(person=maya, password="a long enough lantern", actor=maya, but=browser.session_row.pk)

    assert why() == {"password"}
    assert LogoutNotice.objects.count() == 2
    assert BrowserSession.objects.get().pk == browser.session_row.pk


def test_signing_out_everywhere_else_keeps_what_came_of_this_session(maya, wiki, signed_in):
    here = signed_in(maya)
    signed_in(maya)

    identity.end_all_sessions(person=maya, actor=maya, but=here.session_row.pk)

    assert why(session=here.session_row.pk) == {""}
    assert Grant.objects.open().count() == 1


def test_staff_sign_somebody_out_everywhere(maya, wiki, signed_in):
    signed_in(maya)

    identity.end_all_sessions(person=maya, actor=an_owner())

    assert why() == {"session"}


def test_another_person_at_the_same_browser_replaces_the_first(maya, wiki, signed_in):
    browser = signed_in(maya)
    ben = a_person()

    browser.post("/sign-in?again=1", {"email": ben.email})
    browser.post("/sign-in/code", {"code": code_of(last_letter())})

    assert why(person=maya) == {"replaced"}


def test_a_session_that_ran_out_ends_its_services(maya, wiki, signed_in, hands):
    signed_in(maya)
    hands.turn(days=31)

    identity.forget_sessions()

    assert (why(), LogoutNotice.objects.count()) == ({"session"}, 1)


def test_two_records_that_were_one_person(maya, wiki, signed_in):
    twin = a_person()
    signed_in(twin)

    people.merge_people(kept=maya, gone=twin, actor=an_owner())

    assert LogoutNotice.objects.count() == 1
    assert not Grant.objects.exists()


def test_the_word_of_a_sign_out_outlives_an_erased_record(maya, wiki, listener, signed_in):
    signed_in(maya)

    publish(PersonErased(maya.pk))
    maya.delete()

    assert (tasks.tell_sign_outs.call(), len(listener.heard)) == (1, 1)


def test_a_role_that_opened_a_door_is_taken_back(maya, wiki, signed_in):
    tutor, owner = Role.objects.get(slug="tutor"), an_owner()
    RoleGrant.objects.create(person=maya, role=tutor)
    wiki.roles.add(tutor)
    open_to_all = a_wiki(client_id="forum")
    browser = signed_in(maya)
    begin(maya, browser.session_row, open_to_all)

    people.revoke_role(person=maya, role=tutor, actor=owner)

    assert (why(client=wiki), why(client=open_to_all)) == ({"withdrawn"}, {""})
    assert LogoutNotice.objects.count() == 1
    assert browser.get("/me").status_code == 200


def test_another_role_still_opens_it(maya, wiki, signed_in):
    tutor, admin, owner = Role.objects.get(slug="tutor"), Role.objects.get(slug="admin"), an_owner()
    for role in (tutor, admin):
        RoleGrant.objects.create(person=maya, role=role)
        wiki.roles.add(role)
    signed_in(maya)

    people.revoke_role(person=maya, role=tutor, actor=owner)

    assert Grant.objects.open().exists()


def test_consent_taken_back_tells_the_service(maya, wiki, signed_in):
    actions.give_consent(person=maya, client=wiki, scopes=["openid"])
    signed_in(maya)

    assert actions.withdraw_consent(person=maya, client=wiki) == 1
    assert (Consent.objects.count(), LogoutNotice.objects.count()) == (0, 1)


def test_a_service_that_gave_its_tokens_back_still_hears_of_the_sign_out(maya, wiki, signed_in):
    browser = signed_in(maya)
    Grant.objects.update(ended_why="revoked", ended_at=Grant.objects.get().made_at)

    browser.post("/sign-out")
    publish(PersonLeft((maya.pk,)))

    assert LogoutNotice.objects.count() == 1


def test_a_sign_out_wakes_the_sweep(maya, wiki, signed_in, django_capture_on_commit_callbacks):
    browser = signed_in(maya)

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/sign-out")

    assert tasks.tell_sign_outs.module_path in {task.task_path for task in DBTaskResult.objects.all()}
    assert recurring[tasks.tell_sign_outs.module_path].interval.total_seconds() == 30


def test_a_failing_notice_undoes_the_sign_out(maya, wiki, signed_in, monkeypatch):
    browser = signed_in(maya)
    browser.raise_request_exception = False
    monkeypatch.setattr("gatehouse.identity.oidc.actions.logouts._write_notices", lambda _where: 1 / 0)

    assert browser.post("/sign-out").status_code == 500
    assert BrowserSession.objects.filter(pk=browser.session_row.pk).exists()


@pytest.mark.parametrize(("status", "done", "hopeless"), [(200, True, False), (204, True, False), (302, False, False),
    (400, False, True), (404, False, True), (408, False, False), (429, False, False), (500, False, False), (503, False, False)])  # fmt: skip
def test_what_an_answer_means(status, done, hopeless):
    assert (backchannel.is_done(status), backchannel.is_hopeless(status)) == (done, hopeless)
