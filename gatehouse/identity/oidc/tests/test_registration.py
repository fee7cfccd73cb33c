"""Services register themselves (RFC 7591 and 7592), and row 46 of the security matrix: off, strict, and never fetched."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client as Browser
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, given, settings as trying, strategies as st
from joserfc.jwk import ECKey, OctKey

from gatehouse.core import clock
from gatehouse.identity.oidc import actions, addresses, metadata, queries, registering
from gatehouse.identity.oidc.kinds import DEVICE
from gatehouse.identity.oidc.models import Client, Grant, Registration, RegistrationTicket
from gatehouse.identity.oidc.refusals import Refused
from gatehouse.identity.oidc.registering import Unfit
from gatehouse.identity.oidc.tests.factories import a_code, a_session
from gatehouse.identity.oidc.tests.gate import signed_in_browser
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry

CALLBACK = "https://calendar.example.org/callback"
LEAST = {"redirect_uris": [CALLBACK], "client_name": "Calendar"}


@pytest.fixture
def _on(settings):
    settings.CLIENT_REGISTRATION = True
    metadata.document.cache_clear()
    yield
    metadata.document.cache_clear()


@pytest.fixture
def calls(db):
    return Calls(a_token())


def a_token(most: int = 5, **fields: Any) -> str:
    fields.setdefault("ends_at", clock.now() + timedelta(days=1))
    return str(actions.make_ticket(name="For tests", most=most, actor=None, **fields)[1])


class Answer:
    def __init__(self, response: Any) -> None:
        self.status, self.headers = response.status_code, response.headers
        self.body: dict[str, Any] = json.loads(response.content) if response.content else {}

    @property
    def error(self) -> str:
        return self.body.get("error", "")


class Calls:
    """The protocol as a service speaks it."""

    def __init__(self, token: str) -> None:
        self.token = token

    def register(self, said: Any = None, *, token: str | None = None, **more: Any) -> Answer:
        body = said if isinstance(said, str | bytes) else json.dumps((said or LEAST) | more)
        return self.send("POST", addresses.REGISTER, body, self.token if token is None else token)

    def own(self, method: str, registered: Answer, said: Any = None, *, token: str | None = None) -> Answer:
        path = registered.body["registration_client_uri"].removeprefix(addresses.issuer())
        body = "" if said is None else json.dumps(said)
        return self.send(method, path, body, token or registered.body["registration_access_token"])

    def send(self, method: str, path: str, body: Any, token: str) -> Answer:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
        return Answer(Browser().generic(method, path, body, "application/json", **headers))


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on")]


def test_a_service_registers_and_is_told_all_that_was_kept(calls):
    answer = calls.register(client_uri="https://calendar.example.org", logo_uri="https://x.example/l.png", foo="bar")

    said = answer.body
    secret, token = said.pop("client_secret"), said.pop("registration_access_token")
    client = Client.objects.get()
    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
    assert said == {
        "client_id": client.client_id,
        "client_id_issued_at": int(client.made_at.timestamp()),
        "client_secret_expires_at": 0,
        "registration_client_uri": f"{addresses.issuer()}/oauth/register/{client.client_id}",
        "client_name": "Calendar",
        "application_type": "web",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "openid profile email",
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "ES256",
        "subject_type": "public",
    }
    assert len(secret) == 43
    kept = json.dumps([*Client.objects.values(), *Registration.objects.values(), *RegistrationTicket.objects.values()],
                      default=str) + str(list(client.secrets.values()))  # fmt: skip
    for one in (secret, token.partition(":")[2], calls.token.partition(":")[2]):
        assert one not in kept, "N13: hashes only"
    entry = Entry.objects.get(verb="service.registered")
    assert entry.details == {"client_id": client.client_id, "token": "For tests"}


def test_it_signs_people_in_after_they_were_asked(calls, provider, maya):
    said = calls.register().body
    client = Client.objects.get()
    client.secret = said["client_secret"]

    assert not queries.allows(maya, client, ["openid"])
    tokens = provider.redeem(
        client, a_code(client, a_session(maya), redirect_uri=CALLBACK, scope="openid"), redirect_uri=CALLBACK
    )
    assert tokens.status == 200


def test_m46_registration_is_off_unless_switched_on(calls, settings, provider):
    registered = calls.register()
    assert provider.get(addresses.DISCOVERY).body["registration_endpoint"].endswith("/oauth/register")
    settings.CLIENT_REGISTRATION = False
    metadata.document.cache_clear()

    assert "registration_endpoint" not in provider.get(addresses.DISCOVERY).body
    for answer in (calls.register(), calls.own("GET", registered), calls.own("DELETE", registered)):
        assert (answer.status, answer.error) == (404, "not_found")
    assert Client.objects.count() == 1


def test_m46_off_is_the_default():
    assert import_string("gatehouse.config.settings.CLIENT_REGISTRATION") is False


@pytest.mark.parametrize("token", ["", "x", "0" * 32 + ":" + "A" * 43, "a:b:c", "é"])
def test_m46_nobody_registers_without_a_token(calls, token):
    answer = calls.register(token=token)

    assert (answer.status, answer.error) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert not Client.objects.exists()


def test_m46_a_token_is_good_so_often_so_long_and_until_revoked(calls, hands):
    twice, short, revoked = a_token(2), a_token(ends_at=clock.now() + timedelta(hours=1)), a_token()
    said = [calls.register(token=twice).status for _time in range(3)]
    ticket = queries.ticket_by_token(revoked)
    assert actions.revoke_ticket(ticket=ticket, actor=None)
    assert not actions.revoke_ticket(ticket=ticket, actor=None)
    said.append(calls.register(token=revoked).status)
    hands.turn(hours=1)
    said.append(calls.register(token=short).status)

    assert said == [201, 201, 401, 401, 401]
    assert Entry.objects.filter(verb="registration.revoked").count() == 1


def test_m46_what_is_refused_uses_nothing_up(calls):
    once = a_token(1)

    assert calls.register(token=once, redirect_uris=["https://x.example.org/*"]).status == 400
    assert calls.register(token=once).status == 201


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://calendar.example.org/callback",
        "http://127.0.0.1/callback",
        "https://*.example.org/callback",
        "https://calendar.example.org/callback#x",
        "https://user@calendar.example.org/",
        "https://calendar.example.org/../x",
        "//calendar.example.org",
        "org.example.app:/callback",
        "https://calendar.example.org/\u0000",
        "https://",
        "",
        "\ud800",
    ],
)
def test_m46_addresses_are_https_and_plain(calls, address):
    answer = calls.register(redirect_uris=[CALLBACK, address])

    assert (answer.status, answer.error) == (400, "invalid_redirect_uri")
    assert not Client.objects.exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1/callback", "http://[::1]:8080/x", "org.example.app:/callback"])
def test_m46_native_ones_may_be_on_this_machine(calls, address):
    said = calls.register(redirect_uris=[address], application_type="native", token_endpoint_auth_method="none")

    assert said.status == 201
    assert "client_secret" not in said.body
    assert Client.objects.get().kind == "native"
    assert calls.register(redirect_uris=["javascript:x"], application_type="native").error == "invalid_redirect_uri"


@pytest.mark.parametrize(
    "said",
    [
        {"redirect_uris": "https://x.example.org"},
        {"redirect_uris": [1]},
        {"redirect_uris": [f"https://x.example.org/{n}" for n in range(21)]},
        {"redirect_uris": []},
        {"redirect_uris": None},
    ],
)
def test_addresses_are_a_list_of_texts(calls, said):
    assert calls.register(**said).error == "invalid_redirect_uri"


@pytest.mark.parametrize(
    "said",
    [
        {"grant_types": ["password"]},
        {"grant_types": ["implicit"]},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["refresh_token"]},
        {"grant_types": []},
        {"grant_types": "authorization_code"},
        {"response_types": ["token"]},
        {"response_types": ["code", "code id_token"]},
        {"response_types": []},
        {"grant_types": [DEVICE], "response_types": ["code"]},
        {"token_endpoint_auth_method": "client_secret_jwt"},
        {"token_endpoint_auth_method": ["none"]},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"application_type": "desktop"},
        {"id_token_signed_response_alg": "none"},
        {"id_token_signed_response_alg": "HS256"},
        {"subject_type": "other"},
        {"client_name": "x" * 81},
        {"client_name": "a\u202eb"},
        {"client_name": "a\u0000"},
        {"client_name": 7},
        {"scope": ["openid"]},
        {"scope": "x" * 1001},
        {"post_logout_redirect_uris": ["javascript:x"]},
        {"post_logout_redirect_uris": "x"},
        {"backchannel_logout_uri": 1},
        {"jwks": {}},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [1]}},
        {"jwks": {"keys": [{"kty": "EC"}]}},
        {"jwks": {"keys": [{"kty": ["EC"]}]}},
        {"jwks": []},
    ],
)
def test_m46_what_is_not_ours_is_refused(calls, said):
    answer = calls.register(**said)

    assert (answer.status, answer.error) == (400, "invalid_client_metadata")
    assert not Client.objects.exists()


@pytest.mark.parametrize("name", ["jwks_uri", "sector_identifier_uri"])
def test_m46_nothing_is_fetched(calls, name, monkeypatch):
    """Sockets are closed in tests besides."""
    assert calls.register(**{name: "http://169.254.169.254/latest/meta-data/"}).error == "invalid_client_metadata"
    assert calls.register(logo_uri="http://169.254.169.254/", policy_uri="http://10.0.0.1/").status == 201


@pytest.mark.parametrize(
    "address", ["http://calendar.example.org/out", "http://127.0.0.1/out", "https://wiki.internal/out", "x"]
)
def test_m46_sign_outs_are_not_told_into_the_house(calls, address, settings):
    settings.PRIVATE_SERVICES = ["wiki.internal"]

    assert calls.register(backchannel_logout_uri=address).error == "invalid_client_metadata"
    assert calls.register(backchannel_logout_uri="https://calendar.example.org/out").status == 201


def test_m46_it_never_is_trusted_and_reads_no_members(calls):
    answer = calls.register(
        scope="openid email members:read members:write fobs:sign-in admin", is_trusted=True, roles=["owner"]
    )

    client = Client.objects.get()
    assert answer.body["scope"] == "openid email"
    assert client.scopes == ["openid", "email"]
    assert (client.is_trusted, client.is_introspector, client.home_url) == (False, False, "")
    for fields in ({"is_trusted": True}, {"is_introspector": True}, {"scopes": ["openid", "members:read"]}):
        with pytest.raises(Refused):
            actions.edit_client(client=client, actor=None, **fields)


def test_keys_come_in_the_request_and_public(calls, provider):
    key = ECKey.generate_key("P-256")
    public = {**key.as_dict(private=False), "kid": "one", "x5u": "https://x.example", "extra": 1}

    answer = calls.register(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [public]})

    said = answer.body["jwks"]["keys"][0]
    assert (answer.status, set(said)) == (201, {"kty", "crv", "x", "y", "kid"})
    assert "client_secret" not in answer.body


@pytest.mark.parametrize(
    "key",
    [
        ECKey.generate_key("P-256").as_dict(private=True),
        ECKey.generate_key("P-384").as_dict(private=False),
        {"kty": "RSA", "n": "u" * 171, "e": "AQAB"},
        OctKey.generate_key(256).as_dict(private=True),
        {**ECKey.generate_key("P-256").as_dict(private=False), "x": "AAAA"},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "a\0"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
        {"kty": "RSA", "n": "u" * 511 + "_", "e": "u" * 507 + "_"},
    ],
)
def test_m46_odd_keys_are_refused(calls, key):
    answer = calls.register(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [key]})

    assert (answer.status, answer.error) == (400, "invalid_client_metadata")


def test_devices_may_register(calls):
    answer = calls.register({"grant_types": [DEVICE, "refresh_token"], "token_endpoint_auth_method": "none",
                             "application_type": "native"})  # fmt: skip

    assert answer.status == 201
    assert (answer.body["redirect_uris"], answer.body["response_types"]) == ([], [])
    assert "offline_access" in answer.body["scope"]


def test_it_reads_what_it_said_without_the_secret(calls):
    registered = calls.register()

    read = calls.own("GET", registered)

    assert read.status == 200
    expected = {name: value for name, value in registered.body.items() if not name.startswith("client_secret")}
    assert read.body == expected


def test_it_changes_what_it_said_and_staffs_part_stays(calls):
    registered = calls.register(client_name="Old", post_logout_redirect_uris=["https://calendar.example.org/bye"])
    Client.objects.update(acr_floor="gold")
    said = {"client_id": registered.body["client_id"], "client_secret": registered.body["client_secret"],
            "client_name": "New", "redirect_uris": ["https://calendar.example.org/2"]}  # fmt: skip

    changed = calls.own("PUT", registered, said)

    client = Client.objects.get()
    assert changed.status == 200
    assert "client_secret" not in changed.body
    assert "post_logout_redirect_uris" not in changed.body, "what is left out goes"
    assert (client.name, client.redirect_uris, client.acr_floor) == ("New", ["https://calendar.example.org/2"], "gold")
    assert client.secrets.count() == 1
    assert calls.own("GET", registered).body == changed.body
    assert Registration.objects.get().changed_at


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"client_id": "other"},
        {"client_secret": "wrong"},
        {"client_secret": None},
        {"client_secret": "\ud800"},
        {"registration_access_token": "x"},
        {"registration_client_uri": "x"},
        {"client_secret_expires_at": 0},
        {"client_id_issued_at": 0},
        {"application_type": "native"},
        {"token_endpoint_auth_method": "none"},
        {"redirect_uris": ["javascript:x"]},
    ],
)
def test_a_change_must_be_its_own_and_whole(calls, said):
    registered = calls.register()
    whole = LEAST | ({"client_id": registered.body["client_id"]} if said else {}) | said

    answer = calls.own("PUT", registered, whole)

    assert answer.status == 400
    assert answer.error in {"invalid_client_metadata", "invalid_redirect_uri"}
    assert calls.own("GET", registered).body["client_name"] == "Calendar"


def test_a_secret_comes_and_goes_with_the_way_it_proves_itself(calls):
    key = {"keys": [ECKey.generate_key("P-256").as_dict(private=False)]}
    registered = calls.register(token_endpoint_auth_method="private_key_jwt", jwks=key)
    whole = LEAST | {"client_id": registered.body["client_id"]}

    first = calls.own("PUT", registered, whole)
    second = calls.own("PUT", registered, whole | {"token_endpoint_auth_method": "private_key_jwt", "jwks": key})

    assert len(first.body["client_secret"]) == 43
    assert "client_secret" not in second.body
    assert not Client.objects.get().secrets.exists()


def test_it_takes_itself_away_with_all_that_was_granted(calls, provider, maya):
    registered = calls.register()
    client = Client.objects.get()
    client.secret = registered.body["client_secret"]
    code = a_code(client, a_session(maya), redirect_uri=CALLBACK, scope="openid")
    tokens = provider.redeem(client, code, redirect_uri=CALLBACK).body

    assert calls.own("DELETE", registered).status == 204
    assert provider.userinfo(tokens["access_token"]).status == 401
    assert not Client.objects.exists()
    assert not Grant.objects.exists()
    assert Entry.objects.get(verb="service.unregistered").details["sign-ins"] == 1
    for method in ("GET", "DELETE"):
        assert calls.own(method, registered).status == 401


def test_m46_another_ones_token_opens_nothing(calls):
    one, other = calls.register(), calls.register()
    tokens = [other.body["registration_access_token"], calls.token, one.body["client_secret"], "x"]

    for token in tokens:
        for method in ("GET", "PUT", "DELETE"):
            answer = calls.own(method, one, LEAST, token=token)
            assert (answer.status, answer.error) == (401, "invalid_token")
    assert Client.objects.count() == 2


def test_n19_one_that_is_switched_off_says_nothing_any_more(calls):
    registered = calls.register()
    actions.disable_client(client=Client.objects.get(), actor=None)

    for method in ("GET", "PUT", "DELETE"):
        assert calls.own(method, registered, LEAST).status == 401
    assert Client.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "x",
        "[]",
        "null",
        '{"redirect_uris":["https://x.example.org/"],"redirect_uris":[]}',
        '{"client_name":NaN}',
        "[" * 20_000,
        '{"a":' * 5_000,
        b"\xff\xfe",
        '{"client_name":' + "9" * 5_000 + "}",
    ],
)
def test_m47_a_body_that_is_no_object_is_refused(calls, body):
    answer = calls.register(body)

    assert (answer.status, answer.error) == (400, "invalid_client_metadata")


def test_m47_large_bodies_and_other_kinds_are_not_read(calls):
    form = Browser().post(addresses.REGISTER, "a=b", "application/x-www-form-urlencoded",
                          HTTP_AUTHORIZATION=f"Bearer {calls.token}")  # fmt: skip

    assert calls.register(client_name="x" * 70_000).status == 413
    assert (form.status_code, json.loads(form.content)["error"]) == (400, "invalid_request")
    assert calls.send("POST", f"{addresses.REGISTER}?a=b", "{}", calls.token).status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    [
        "redirect_uris", "client_name", "grant_types", "response_types", "scope", "jwks", "jwks_uri",
        "token_endpoint_auth_method", "application_type", "subject_type", "id_token_signed_response_alg",
        "post_logout_redirect_uris", "backchannel_logout_uri", "client_id", "client_secret", "x",
    ]
)  # fmt: skip


@given(said=st.dictionaries(MEMBERS, JSON, max_size=5))
@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_a_service_says_is_answered(calls, said):
    RegistrationTicket.objects.update(used=0)
    assert calls.register(LEAST | said).status in {201, 400}
    assert calls.register(said or {"x": 1}).status in {201, 400}


@given(said=st.dictionaries(MEMBERS, JSON, max_size=4))
@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_it_changes_is_answered(calls, said):
    RegistrationTicket.objects.update(used=0)
    registered = calls.register()

    assert calls.own("PUT", registered, LEAST | {"client_id": registered.body["client_id"]} | said).status in {200, 400}


@given(body=st.binary(max_size=200), header=st.text(st.characters(max_codepoint=255), max_size=80),
       place=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))  # fmt: skip
@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_bytes_come_are_answered(calls, body, header, place):
    for method, path in (("POST", addresses.REGISTER), ("GET", f"{addresses.REGISTER}/{place}"),
                         ("PUT", f"{addresses.REGISTER}/{place}"), ("DELETE", f"{addresses.REGISTER}/{place}")):  # fmt: skip
        response = Browser().generic(method, path, body, "application/json", HTTP_AUTHORIZATION=header)
        assert 400 <= response.status_code < 500


@given(said=st.dictionaries(MEMBERS, JSON, max_size=6))
@trying(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_kernel_reads_or_refuses_and_says_back_what_it_reads(said):
    try:
        wanted = registering.read(LEAST | said)
    except Unfit:
        return
    assert registering.read(registering.metadata(wanted)) == wanted


@pytest.mark.parametrize("number", range(5))
def test_m46_of_many_at_once_no_more_get_in_than_may(number, together):
    calls = Calls(a_token(2))

    answers = together(*(calls.register for _caller in range(6)))

    assert sorted(answer.status for answer in answers) == [201, 201, 401, 401, 401, 401]
    assert Client.objects.count() == RegistrationTicket.objects.get().used == 2


@pytest.mark.parametrize("number", range(3))
def test_m46_a_change_and_a_deletion_at_once_leave_no_wreck(number, together):
    calls = Calls(a_token())
    registered = calls.register()
    whole = LEAST | {"client_id": registered.body["client_id"], "client_name": "New"}

    answers = together(lambda: calls.own("PUT", registered, whole), lambda: calls.own("DELETE", registered))

    assert answers[0].status in {200, 401}
    assert answers[1].status == 204
    assert not Client.objects.exists()


@pytest.fixture
def staff(db):
    return signed_in_browser(an_owner(email="owner@example.org"))


def test_staff_make_a_token_that_is_shown_once(staff):
    form = {"name": "Calendar of the workshop", "most": "2", "days": "7"}

    refused = staff.post("/manage/identity/registration/add", form | {"most": "0"})
    shown = staff.post("/manage/identity/registration/add", form)

    ticket = RegistrationTicket.objects.get()
    assert (refused.status_code, shown.status_code) == (422, 200)
    assert "no-store" in shown["Cache-Control"]
    assert f"{ticket.pk.hex}:" in shown.content.decode()
    listed = staff.get("/manage/identity/registration").content.decode()
    assert "Calendar of the workshop" in listed
    assert "0 of 2" in listed
    assert f"{ticket.pk.hex}:" not in listed
    staff.post(f"/manage/identity/registration/{ticket.pk}/revoke")
    assert RegistrationTicket.objects.get().revoked_at
    assert Entry.objects.filter(verb__startswith="registration.").count() == 2


def test_others_make_none(db):
    member = a_person()
    browser = signed_in_browser(member)

    assert browser.get("/manage/identity/registration").status_code in {302, 403}
    assert browser.post("/manage/identity/registration/add", {"name": "x"}).status_code in {302, 403}
    with pytest.raises(PermissionDenied):
        actions.make_ticket(name="x", most=1, ends_at=clock.now() + timedelta(days=1), actor=member)
    assert not RegistrationTicket.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"name": " "}, {"name": "x" * 81}, {"most": 0}, {"most": 1001}, {"ends_at": timedelta()},
               {"ends_at": timedelta(days=400)}],
)  # fmt: skip
def test_a_token_has_a_name_a_number_and_an_end(fields):
    said = {"name": "x", "most": 1, "ends_at": timedelta(days=1)} | fields

    with pytest.raises(Refused):
        actions.make_ticket(actor=None, **said | {"ends_at": clock.now() + said["ends_at"]})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(rows, staff, django_assert_num_queries):
    for _row in range(rows):
        a_token()
    staff.get("/manage/identity/registration")

    with django_assert_num_queries(9):
        staff.get("/manage/identity/registration")


def test_a_services_page_says_that_it_came_by_itself(calls, staff):
    calls.register()

    page = staff.get(f"/manage/identity/services/{Client.objects.get().pk}").content.decode()

    assert "by itself, with the registration token “For tests”" in page


def test_a_token_is_made_from_the_command_line(calls, capsys):
    call_command("registration_token_create", "--name", "Calendar", "--services", "2", "--json")

    said = json.loads(capsys.readouterr().out)
    assert calls.register(token=said["token"]).status == 201
    assert RegistrationTicket.objects.get(pk=said["id"]).used == 1
    for wrong in (["--days", "0"], ["--services", "0"], ["--days", "9" * 20]):
        with pytest.raises(SystemExit):
            call_command("registration_token_create", "--name", "x", *wrong)
