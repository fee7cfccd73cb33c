"""Device authorization (RFC 8628), and row 45 of the security matrix: guessing, slowing down, codes sent by others."""

import json
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings, strategies as st

from gatehouse.core.limits import Limit
from gatehouse.identity import actions as identity
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, addresses, rates, user_codes
from gatehouse.identity.oidc.kinds import DEVICE
from gatehouse.identity.oidc.models import Client, Consent, DeviceRequest, Grant
from gatehouse.identity.oidc.tests.browser.visiting import hidden
from gatehouse.identity.oidc.tests.conftest import FORM, Answer, Provider
from gatehouse.identity.oidc.tests.factories import PEOPLE, a_client, a_page
from gatehouse.identity.oidc.tests.gate import signed_in_browser
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.people import actions as people
from gatehouse.people.models import Role, RoleGrant

pytestmark = pytest.mark.django_db
GRANTS = [DEVICE, "refresh_token"]


@pytest.fixture
def screen(db) -> Client:
    """A screen on the wall, which can keep no secret."""
    return a_client(
        client_id="screen",
        name="Hall Screen",
        kind=Client.Kind.NATIVE,
        proof=Client.Proof.NONE,
        grants=GRANTS,
        redirect_uris=[],
    )


@pytest.fixture
def phone(maya):
    return signed_in_browser(maya)


def begin(provider: Provider, client: Client, scope: str = "openid profile offline_access", **form: str) -> Answer:
    return provider.send(client, addresses.DEVICE_AUTHORIZATION, {"scope": scope, **form})


def poll(provider: Provider, client: Client, begun: Answer) -> Answer:
    return provider.token(client, grant_type=DEVICE, device_code=begun.body["device_code"])


def typed(phone: Browser, code: str):
    return phone.post("/oauth/device", {"user_code": code})


def answered(phone: Browser, begun: Answer, answer: str = "allow"):
    question = typed(phone, begun.body["user_code"])["Location"]
    return phone.post(question, {"answer": answer})


def test_a_device_is_told_two_codes_and_where_to_go(provider, screen):
    answer = begin(provider, screen)

    said = answer.body
    assert (answer.status, said["expires_in"], said["interval"]) == (200, 600, 5)
    assert answer.headers["Cache-Control"] == "no-store"
    assert said["verification_uri"] == "http://127.0.0.1:8000/oauth/device"
    assert said["verification_uri_complete"] == f"{said['verification_uri']}?user_code={said['user_code']}"
    assert len(said["device_code"]) == 43, "256 bit"
    assert user_codes.shown(user_codes.read(said["user_code"])) == said["user_code"]


def test_discovery_names_the_endpoint_and_the_grant(provider):
    said = provider.get(addresses.DISCOVERY).body

    assert said["device_authorization_endpoint"] == "http://127.0.0.1:8000/oauth/device_authorization"
    assert DEVICE in said["grant_types_supported"]


def test_n13_neither_code_lies_in_the_database(provider, screen):
    begun = begin(provider, screen)

    row = DeviceRequest.objects.values().get()
    kept = " ".join(map(str, row.values()))
    for code in (begun.body["device_code"], begun.body["user_code"], user_codes.read(begun.body["user_code"])):
        assert code not in kept


def test_who_let_it_in_is_signed_in_there(provider, screen, maya, phone):
    begun = begin(provider, screen)
    assert poll(provider, screen, begun).error == "authorization_pending"

    done = answered(phone, begun)
    tokens = poll(provider, screen, begun)

    assert done.status_code == 303
    page = phone.get(done["Location"]).content.decode()
    assert "Your device is in" in page
    assert "Hall Screen goes on by itself" in page
    assert tokens.status == 200
    claims = provider.claims(tokens.body["id_token"])
    assert (claims["acr"], claims["amr"], claims["aud"]) == ("silver", ["email"], "screen")
    assert "sid" not in claims
    assert provider.userinfo(tokens.body["access_token"]).body["given_name"] == maya.given_name
    assert provider.refresh(screen, tokens.body["refresh_token"]).status == 200
    grant = Grant.objects.get()
    assert (grant.session, grant.person) == (None, maya)
    assert Consent.objects.get().scopes == ["offline_access", "openid", "profile"]
    assert Entry.objects.get(verb="device.allowed").actor_id == maya.pk
    assert "Hall Screen" in Letter.objects.get(template="oidc/letters/device").subject


def test_who_says_no_keeps_it_out(provider, screen, phone):
    begun = begin(provider, screen)

    done = answered(phone, begun, "refuse")

    assert "The device stays out" in phone.get(done["Location"]).content.decode()
    assert poll(provider, screen, begun).error == "access_denied"
    assert not Grant.objects.exists()
    assert not Consent.objects.exists()
    assert Entry.objects.filter(verb="device.refused").exists()


def test_after_ten_minutes_it_is_over(provider, screen, phone, hands):
    begun, late = begin(provider, screen), begin(provider, screen)
    question = typed(phone, begun.body["user_code"])["Location"]
    answered(phone, late)
    hands.turn(minutes=10)

    assert poll(provider, screen, begun).error == "expired_token"
    assert poll(provider, screen, late).error == "expired_token"
    assert phone.post(question, {"answer": "allow"}).status_code == 410
    assert "No device shows this code" in typed(phone, begun.body["user_code"]).content.decode()
    assert Grant.objects.count() == 1


def test_m45_who_asks_too_often_must_wait_longer_and_longer(provider, screen, phone, hands):
    begun = begin(provider, screen)

    said = [poll(provider, screen, begun).error]
    said.append(poll(provider, screen, begun).error)  # at once: 5 becomes 10
    hands.turn(seconds=6)
    said.append(poll(provider, screen, begun).error)  # 6 of 10: 10 becomes 15
    hands.turn(seconds=14)
    said.append(poll(provider, screen, begun).error)  # 14 of 15: 15 becomes 20
    hands.turn(seconds=20)
    said.append(poll(provider, screen, begun).error)

    assert said == ["authorization_pending", "slow_down", "slow_down", "slow_down", "authorization_pending"]
    assert DeviceRequest.objects.get().interval == 20
    answered(phone, begun)
    assert poll(provider, screen, begun).status == 200, "an answer is told at once"


def test_m45_the_interval_has_an_end(provider, screen):
    begun = begin(provider, screen)
    DeviceRequest.objects.update(interval=599)
    poll(provider, screen, begun)

    assert poll(provider, screen, begun).error == "slow_down"
    assert DeviceRequest.objects.get().interval == 600


def test_m45_codes_cannot_be_tried_out(provider, screen, phone, maya):
    for _try in range(10):
        assert typed(phone, "BBBB-BBBB").status_code == 422
    begun = begin(provider, screen)

    held_up = typed(phone, begun.body["user_code"])

    assert held_up.status_code == 429
    assert int(held_up["Retry-After"]) > 0
    other = signed_in_browser(maya)
    assert typed(other, begun.body["user_code"]).status_code == 429, "another browser does not help"
    neighbour = signed_in_browser(a_person())
    assert typed(neighbour, begun.body["user_code"]).status_code == 303, "others are not held up"


def test_m45_a_network_cannot_try_codes_by_many_accounts(provider, screen):
    for _person in range(6):
        guessing = signed_in_browser(a_person())
        for _try in range(10):
            typed(guessing, "BBBB-BBBB")
    late = signed_in_browser(a_person())

    assert typed(late, begin(provider, screen).body["user_code"]).status_code == 429


def test_m45_a_network_cannot_begin_without_end(provider, screen, monkeypatch):
    monkeypatch.setattr(rates, "BEGUN_FROM_NETWORK", Limit("device.begun", 2, timedelta(hours=1)))
    assert [begin(provider, screen).status for _device in range(3)] == [200, 200, 429]

    refused = begin(provider, screen)

    assert (refused.error, int(refused.headers["Retry-After"]) > 0) == ("slow_down", True)


def test_m45_the_pages_warn_of_codes_that_somebody_sent(provider, screen, phone):
    begun = begin(provider, screen)
    prefilled = phone.get(begun.body["verification_uri_complete"])
    question = phone.get(typed(phone, begun.body["user_code"])["Location"])

    for page in (prefilled, question):
        text = page.content.decode()
        assert "Did somebody send you this code" in text
        assert page["Cache-Control"].startswith("no-store")
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert begun.body["user_code"] in prefilled.content.decode()
    assert "show exactly this code?" in prefilled.content.decode()
    text = question.content.decode()
    assert "Let Hall Screen in on your device?" in text
    assert "Your name" in text
    assert "while you are away" in text
    assert not Grant.objects.exists(), "nothing happens by an address alone"


def test_m45_even_one_of_our_own_is_asked_about(provider, screen, phone):
    Client.objects.update(is_trusted=True)
    begun = begin(provider, screen)

    assert phone.get(typed(phone, begun.body["user_code"])["Location"]).status_code == 200
    assert not Grant.objects.exists()


def test_who_is_not_signed_in_signs_in_first(provider, screen):
    answer = Browser().get(urlsplit(begin(provider, screen).body["verification_uri_complete"])._replace(
        scheme="", netloc="").geturl())  # fmt: skip

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=/oauth/device%3Fuser_code%3D")


@pytest.mark.parametrize(
    "write", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code[:2]} {code[2:]}. "]
)
def test_a_code_may_be_typed_as_one_likes(provider, screen, phone, write):
    code = begin(provider, screen).body["user_code"]

    assert typed(phone, write(code)).status_code == 303


def test_the_question_is_for_who_typed_the_code(provider, screen, phone):
    question = typed(phone, begin(provider, screen).body["user_code"])["Location"]
    other = signed_in_browser(a_person())

    assert other.post(question, {"answer": "allow"}).status_code == 410
    assert not Grant.objects.exists()


def test_another_sites_form_lets_nothing_in(provider, screen, maya, phone):
    question = typed(phone, begin(provider, screen).body["user_code"])["Location"]
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = phone.cookies

    assert strict.post(question, {"answer": "allow"}).status_code == 403
    assert hidden(phone.get(question).content.decode()).keys() == {"csrfmiddlewaretoken"}


def test_it_is_answered_once(provider, screen, phone):
    begun = begin(provider, screen)
    question = typed(phone, begun.body["user_code"])["Location"]
    phone.post(question, {"answer": "refuse"})

    again = phone.post(question, {"answer": "allow"})

    assert "stays out" in again.content.decode()
    assert poll(provider, screen, begun).error == "access_denied"


def test_m32_who_must_be_surer_proves_it_first(provider, screen, phone, maya):
    Client.objects.update(acr_floor="gold")
    question = typed(phone, begin(provider, screen).body["user_code"])["Location"]

    step_up = phone.post(question, {"answer": "allow"})

    assert (step_up.status_code, "acr=gold" in step_up["Location"]) == (303, True)
    assert not Grant.objects.exists()
    surer = signed_in_browser(maya, "totp")
    assert surer.get(question).status_code == 200
    surer.post(question, {"answer": "allow"})
    assert Grant.objects.get().acr == "gold"


def test_who_has_no_role_there_is_told_so(provider, screen, phone, maya):
    screen.roles.add(Role.objects.get(slug="tutor"))
    question = typed(phone, begin(provider, screen).body["user_code"])["Location"]

    assert phone.post(question, {"answer": "allow"}).status_code == 403
    assert "is not open to you" in phone.get(question).content.decode()
    RoleGrant.objects.create(person=maya, role=Role.objects.get(slug="tutor"))
    assert phone.post(question, {"answer": "allow"}).status_code == 303


@pytest.fixture
def let_in(provider, screen, phone):
    """The tokens of a device that was let in."""
    return let_in_by(phone, provider, screen)


def let_in_by(phone, provider, screen):
    begun = begin(provider, screen)
    answered(phone, begun)
    return poll(provider, screen, begun).body


def test_who_denies_a_sign_in_ends_the_devices_it_let_in(provider, screen, maya, let_in, hands):
    """A stranger in one's browser could stay for ninety days on a screen of their own."""
    hands.turn(minutes=1)
    stranger = signed_in_browser(maya)
    theirs = let_in_by(stranger, provider, screen)
    session = BrowserSession.objects.latest("began_at")

    identity.deny_sign_in(person=maya, session=session, is_everywhere=False)

    assert provider.userinfo(theirs["access_token"]).status == 401
    assert provider.refresh(screen, theirs["refresh_token"]).error == "invalid_grant"
    assert provider.userinfo(let_in["access_token"]).status == 200


def leave(person, client):
    people.end_person(person=person, actor=None)


def withdraw(person, client):
    actions.withdraw_consent(person=person, client=client)


def disable(person, client):
    actions.disable_client(client=client, actor=None)


def end_everything(person, client):
    identity.end_all_sessions(person=person, actor=None)


@pytest.mark.parametrize("end", [leave, withdraw, disable, end_everything])
def test_n19_what_ends_a_person_or_a_service_ends_its_devices(end, provider, screen, let_in, maya):
    end(maya, screen)

    assert provider.userinfo(let_in["access_token"]).status == 401
    assert provider.refresh(screen, let_in["refresh_token"]).error in {"invalid_grant", "invalid_client"}
    assert not Grant.objects.open().exists()


@pytest.mark.parametrize("end", [leave, withdraw, disable])
def test_n19_also_before_it_fetched_its_tokens(end, provider, screen, phone, maya):
    begun = begin(provider, screen)
    answered(phone, begun)
    end(maya, screen)

    assert poll(provider, screen, begun).error in {"invalid_grant", "invalid_client"}


def test_it_outlives_the_browser_it_was_let_in_by(provider, screen, phone, let_in):
    phone.post("/sign-out")

    assert provider.userinfo(let_in["access_token"]).status == 200


def test_it_stands_among_what_one_is_connected_to(provider, screen, phone, let_in, maya):
    page = phone.get("/me/apps").content.decode()

    assert "Hall Screen" in page
    assert "on one device" in page
    phone.post(f"/me/apps/{screen.pk}/withdraw")
    assert not Grant.objects.open().exists()


def test_a_device_code_is_used_once(provider, screen, phone, hands):
    begun = begin(provider, screen)
    answered(phone, begun)
    tokens = poll(provider, screen, begun).body

    assert poll(provider, screen, begun).error == "invalid_grant"
    assert provider.userinfo(tokens["access_token"]).status == 200, "an answer may have been lost"
    hands.turn(seconds=11)
    assert poll(provider, screen, begun).error == "invalid_grant"
    assert Grant.objects.get().ended_why == "code-reused"
    assert provider.userinfo(tokens["access_token"]).status == 401


def test_another_services_code_is_nobodys(provider, screen, phone):
    begun = begin(provider, screen)
    answered(phone, begun)
    other = a_client(proof=Client.Proof.NONE, grants=GRANTS)

    assert poll(provider, other, begun).error == "invalid_grant"
    assert poll(provider, screen, begun).status == 200


def test_only_services_that_may_begin(provider, wiki, screen):
    assert begin(provider, wiki).error == "unauthorized_client"
    assert poll(provider, wiki, begin(provider, screen)).error == "unauthorized_client"
    Client.objects.filter(pk=screen.pk).update(disabled_at="2026-01-01T00:00Z")
    assert begin(provider, screen).status == 401


def test_one_with_a_secret_shows_it(provider):
    kiosk = a_client(grants=GRANTS)

    assert begin(provider, kiosk).status == 200
    kiosk.secret = "wrong"
    assert (begin(provider, kiosk).status, begin(provider, kiosk).error) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "members:write"}, "invalid_scope"),
        ({"scope": "x" * 1001}, "invalid_scope"),
        ({"scope": "\x01"}, "invalid_scope"),
        ({"resource": "https://elsewhere.example.org"}, "invalid_target"),
    ],
)
def test_what_is_asked_must_be_the_services(provider, screen, form, error):
    answer = begin(provider, screen, **{"scope": "openid", **form})

    assert (answer.status, answer.error) == (400, error)


def test_a_yes_that_nobody_fetched_goes_with_its_grant(provider, screen, phone, let_in, hands):
    unfetched = begin(provider, screen)
    answered(phone, unfetched)
    begin(provider, screen)
    hands.turn(hours=2)

    assert actions.forget_devices() == 2
    assert (DeviceRequest.objects.count(), Grant.objects.count()) == (1, 1)
    hands.turn(days=1)
    assert actions.forget_devices() == 1
    assert Grant.objects.open().filter(~Q(session=None)).count() == 0
    assert Grant.objects.count() == 1, "what was fetched stays"
    assert actions.forget_devices() == 0


@pytest.mark.parametrize("number", range(20))
def test_m45_of_parallel_polls_one_succeeds(number, together):
    maya, screen = a_person(), a_page(client_id="screen", grants=GRANTS, scopes=PEOPLE)
    phone, provider = signed_in_browser(maya), Provider()
    begun = begin(provider, screen)
    answered(phone, begun)

    answers = together(*(lambda: poll(Provider(), screen, begun) for _caller in range(6)))

    assert sorted(answer.status for answer in answers) == [200, 400, 400, 400, 400, 400]
    assert {answer.error for answer in answers} == {"", "invalid_grant"}
    assert Grant.objects.get().ended_at is None


@pytest.mark.parametrize("number", range(5))
def test_m45_parallel_polls_each_raise_the_interval(number, together):
    screen = a_page(client_id="screen", grants=GRANTS)
    begun = begin(Provider(), screen)

    answers = together(*(lambda: poll(Provider(), screen, begun) for _caller in range(6)))

    assert sorted(answer.error for answer in answers) == ["authorization_pending", *["slow_down"] * 5]
    assert DeviceRequest.objects.get().interval == 30


def test_of_a_yes_and_a_no_at_once_one_counts(together):
    maya, screen = a_person(), a_page(client_id="screen", grants=GRANTS)
    phone, other, provider = signed_in_browser(maya), Browser(), Provider()
    other.cookies = phone.cookies.copy()
    begun = begin(provider, screen)
    question = typed(phone, begun.body["user_code"])["Location"]

    answers = together(
        lambda: phone.post(question, {"answer": "allow"}), lambda: other.post(question, {"answer": "refuse"})
    )

    assert {answer.status_code for answer in answers} <= {200, 303, 410}
    row = DeviceRequest.objects.get()
    assert poll(provider, screen, begun).status == (200 if row.grant_id else 400)
    assert Entry.objects.filter(verb__startswith="device.").count() == 1


@given(
    form=st.dictionaries(
        st.sampled_from(["client_id", "scope", "resource", "device_code", "grant_type", "x"]), st.text(max_size=60)
    )
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_a_device_sends_is_answered(provider, screen, form):
    for said in (form, {"client_id": "screen", **form}):
        clean = {name: value.encode("utf-8", "replace").decode() for name, value in said.items()}
        assert provider.post(addresses.DEVICE_AUTHORIZATION, clean).status < 500
        assert provider.post(addresses.TOKEN, {"grant_type": DEVICE, "device_code": "x", **clean}).status < 500


@given(body=st.binary(max_size=300))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_bytes_come_are_answered(provider, body):
    response = provider.browser.generic("POST", addresses.DEVICE_AUTHORIZATION, body, FORM)

    assert 400 <= response.status_code < 500


@given(text=st.text(max_size=80), asked=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_somebody_types_is_answered(phone, text, asked):
    text = text.encode("utf-8", "replace").decode()

    assert phone.get("/oauth/device", {"user_code": text}).status_code == 200
    assert typed(phone, text).status_code in {422, 429}
    assert phone.post(f"/oauth/device/{asked.replace('/', '')}x", {"answer": text}).status_code in {404, 410}


@pytest.mark.parametrize("text", ["", "ABCD-EFGH", "BCDF-GHJ", "BCDF-GHJKL", "ßßßß", "B" * 100, "ＢＣＤＦＧＨＪＫ"])
def test_what_is_no_code_is_none(text):
    assert user_codes.read(text) == ""


def test_staff_let_an_application_use_it_by_the_form(db):
    staff = signed_in_browser(an_owner())
    form = {
        "name": "Hall Screen", "scopes": ["profile"], "acr_floor": "bronze", "signs_with": "ES256", "subjects": "public",
        "access_seconds": "300", "refresh_idle_days": "30", "refresh_days": "90", "uses_device": "on",
    }  # fmt: skip
    address = "/manage/identity/services/add/native"

    refused = staff.post(address, {name: value for name, value in form.items() if name != "uses_device"})
    shown = staff.post(address, form | {"made_as": str(uuid4())})

    client = Client.objects.get()
    assert (refused.status_code, "at least one address" in refused.content.decode()) == (422, True)
    assert shown.status_code == 200
    assert addresses.DEVICE_AUTHORIZATION in shown.content.decode()
    assert client.grants == ["refresh_token", DEVICE]
    assert "Try a sign-in" not in staff.get(f"/manage/identity/services/{client.pk}").content.decode()
    edit = f"/manage/identity/services/{client.pk}/edit"
    staff.post(edit, form | {"uses_device": "", "redirect_uris": "http://127.0.0.1/back"})
    client.refresh_from_db()
    assert client.grants == ["authorization_code", "refresh_token"]
    assert staff.post(edit, form | {"redirect_uris": "http://127.0.0.1/back"}).status_code == 302
    client.refresh_from_db()
    assert client.grants == ["authorization_code", "refresh_token", DEVICE]


def test_it_is_added_from_the_command_line(db, capsys, provider):
    call_command("oidc_client_create", "--name", "Hall Screen", "--device", "--json")

    said = json.loads(capsys.readouterr().out)
    client = Client.objects.get(client_id=said["client_id"])
    assert (client.kind, client.grants, client.redirect_uris, said["client_secret"]) == (
        "native", ["refresh_token", DEVICE], [], "",
    )  # fmt: skip
    client.secret = ""
    assert begin(provider, client, scope="openid").status == 200
    with pytest.raises(SystemExit):
        call_command(
            "oidc_client_create", "--name", "X", "--device", "--kind", "page", "--redirect-uri", "https://x.org"
        )
