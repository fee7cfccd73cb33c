"""The stand-in for Google itself, met with a plain client: what it takes, and what it must refuse."""

import time

import httpx
import pytest

from gatehouse.passes import service_account
from tests.services.google import EMAIL, GRANT, ISSUER, SCOPE, Answer, account_file, account_key, google

NAMED = {"defaultValue": {"language": "en", "value": "Garden"}}
CLASS = {"id": f"{ISSUER}.design-1"}
OBJECT = {"id": f"{ISSUER}.AAAA", "classId": CLASS["id"], "cardTitle": NAMED, "header": NAMED}


@pytest.fixture(scope="module")
def server():
    with google() as running:
        yield running


def ask_for_token(server, *, key=None, **claims) -> httpx.Response:
    now = int(time.time())
    token = server.settings["GOOGLE_TOKEN"]
    said = {"iss": EMAIL, "aud": token, "scope": SCOPE, "iat": now, "exp": now + 3600, **claims}
    assertion = service_account.read(account_file(key=key)).signed(said)
    return httpx.post(token, data={"grant_type": GRANT, "assertion": assertion}, trust_env=False)


@pytest.fixture
def client(server):
    server.answer()
    token = ask_for_token(server).json()["access_token"]
    base = server.settings["GOOGLE_REST"] + "/"
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as made:
        made.post("genericClass", json=CLASS)
        yield made


@pytest.mark.parametrize("claims", [{"iss": "other@example.org"}, {"aud": "https://x"}, {"scope": "x"}, {"exp": 1}])
def test_assertion_with_a_wrong_claim_gets_no_token(server, claims):
    answer = ask_for_token(server, **claims)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_assertion_of_another_key_gets_no_token(server):
    assert ask_for_token(server, key=account_key(1)).status_code == 400
    assert ask_for_token(server).status_code == 200


def test_a_bad_token_is_401(server):
    answer = httpx.get(
        server.settings["GOOGLE_REST"] + "/genericClass", headers={"Authorization": "Bearer x"}, trust_env=False
    )

    assert answer.status_code == 401


def test_insert_get_patch_and_list(client):
    said = OBJECT | {"id": f"{ISSUER}.B1", "state": "ACTIVE"}

    assert client.get(f"genericObject/{said['id']}").status_code == 404
    assert client.post("genericObject", json=said).json() == said
    assert client.post("genericObject", json=said).status_code == 409
    assert client.patch(f"genericObject/{said['id']}", json={"state": None}).json() == OBJECT | {"id": said["id"]}
    assert client.get(f"genericObject/{said['id']}").json() == OBJECT | {"id": said["id"]}
    assert client.get("genericObject", params={"classId": CLASS["id"]}).json()["resources"][-1]["id"] == said["id"]
    assert client.patch(f"genericObject/{ISSUER}.none", json={}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"colour": "red"}, 400),
        ({"state": "GONE"}, 400),
        ({"barcode": {"type": "QR", "value": "1"}}, 400),
        ({"barcode": {"type": "QR_CODE", "value": 1}}, 400),
        ({"hexBackgroundColor": "green"}, 400),
        ({"logo": {"sourceUri": {"uri": "http://plain.example.org/x.png"}}}, 400),
        ({"validTimeInterval": {"end": {"date": "2027-03-31"}}}, 400),
        ({"cardTitle": {"defaultValue": {"language": "en", "value": ""}}}, 400),
        ({"header": None}, 400),
        ({"classId": f"{ISSUER}.unknown"}, 404),
        ({"id": "1234567.other-issuer"}, 403),
        ({"id": "no issuer"}, 400),
    ],
)
def test_what_the_reference_does_not_know_is_refused(client, wrong, status):
    said = OBJECT | {"id": f"{ISSUER}.wrong"} | wrong
    said = {key: value for key, value in said.items() if value is not None}

    answer = client.post("genericObject", json=said)

    assert answer.status_code == answer.json()["error"]["code"] == status


def test_a_fourth_notifying_message_in_a_day_is_over_the_quota(client):
    client.post("genericObject", json=OBJECT | {"id": f"{ISSUER}.C1"})
    message = {"message": {"header": "News", "body": "Spring opening", "messageType": "TEXT_AND_NOTIFY"}}

    said = [client.post(f"genericObject/{ISSUER}.C1/addMessage", json=message).status_code for _ in range(4)]

    assert said == [200, 200, 200, 429]
    quiet = {"message": message["message"] | {"messageType": "TEXT"}}
    assert client.post(f"genericObject/{ISSUER}.C1/addMessage", json=quiet).status_code == 200


def test_the_script_decides_what_is_said_and_how_often(client, server):
    server.answer(Answer("GET", "genericClass", 503, times=1), Answer("GET", "genericClass", 429, times=1))

    said = [client.get("genericClass", params={"issuerId": ISSUER}).status_code for _ in range(3)]

    assert said == [503, 429, 200]


def test_a_broken_connection_may_hide_what_was_done(client, server):
    server.answer(Answer("POST", "genericObject", 0, times=1, act=True))

    with pytest.raises(httpx.TransportError):
        client.post("genericObject", json=OBJECT | {"id": f"{ISSUER}.D1"})

    assert f"{ISSUER}.D1" in server.objects
