"""What no browser sends: each is answered with a page or a refusal, never with a broken server (N1, M47)."""

import json
import logging

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given, settings as rules, strategies as st

from gatehouse.identity import cookies, tokens
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import code_of, last_letter, link_of
from gatehouse.journal.models import Entry

texts = st.text(max_size=60) | st.from_regex(r"[0-9a-f]{32}:[A-Za-z0-9_-]{43}", fullmatch=True)
header_texts = texts.filter(lambda text: all(ord(sign) < 256 for sign in text)) | st.text(
    st.characters(max_codepoint=255), max_size=60
)
FORMS = ("/sign-in", "/sign-in/password", "/sign-in/code", "/me", "/me/password", "/me/address")
quietly = rules(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quietly
@given(session=header_texts, flow=header_texts, known=header_texts)
def test_n1_m47_cookies(db, session, flow, known):
    client = Client()
    client.cookies.load({settings.SESSION_COOKIE_NAME: session, cookies.FLOW: flow, cookies.KNOWN: known})

    for path in ("/sign-in", "/sign-in/code", "/me"):
        assert client.get(path).status_code in {200, 302}


@quietly
@given(link=texts.filter(lambda text: "/" not in text))
def test_n1_m47_links(db, link):
    assert Client().get("/sign-in/link/" + "".join(f"%{byte:02x}" for byte in link.encode())).status_code in {404, 410}


@quietly
@given(values=st.dictionaries(st.sampled_from(["email", "code", "password", "next", "language"]), texts))
def test_n1_m47_forms(db, signed_in, values):
    for path in FORMS:
        assert signed_in.post(path, values).status_code in {200, 302, 429}


@pytest.fixture
def signed_in(client, maya, sign_in, settings):
    settings.CODES_PER_NETWORK = settings.PASSWORDS_PER_NETWORK = 100_000
    sign_in(client, maya)
    return client


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "value", ["\x00", "a\x00@example.org", "😀" * 50, "x" * 1_000_000, "\ud800".encode(errors="surrogatepass")]
)
def test_m47_nul_emoji_and_a_million_letters(signed_in, path, value):
    answer = signed_in.post(path, dict.fromkeys(("email", "code", "password", "next", "preferred_name"), value))

    assert answer.status_code in {200, 302, 400, 413, 429}


def test_m47_repeated_parameters_and_json(signed_in):
    for content, kind in (
        ("email=a@example.org&email=b@example.org", "application/x-www-form-urlencoded"),
        ('{"email": "a@example.org"}', "application/json"),
        ("--x\r\nnonsense", "multipart/form-data; boundary=x"),
        ("\xff\xfe", "text/plain"),
    ):
        for path in FORMS:
            assert signed_in.post(path, content, content_type=kind).status_code < 500


@pytest.mark.parametrize("text", ["", ":", "x", "0" * 32 + ":" + "A" * 42, "0" * 32 + ":" + "A" * 43 + "\n", None])
def test_tokens_are_read_only_in_one_shape(text):
    assert tokens.parse(text) is None


def test_n30_m50_neither_log_nor_journal_holds_a_secret(client, maya, caplog, sign_in, hands):
    caplog.set_level(logging.DEBUG)
    secrets = ["correct horse battery", "wrong horse battery"]
    sign_in(client, maya)
    secrets += [code_of(last_letter()), link_of(last_letter()).rpartition(":")[2]]
    client.post("/me/password", {"password": secrets[0]})
    secrets += [morsel.value.rpartition(":")[2] for morsel in client.cookies.values() if morsel.value]
    client.post("/sign-out")
    client.post("/sign-in/password", {"email": maya.email, "password": secrets[1]})
    client.post("/sign-in/password", {"email": maya.email, "password": secrets[0]})
    hands.turn(minutes=2)
    ben = a_person()
    other = Client()
    other.post("/sign-in", {"email": ben.email})
    other.get(link_of(last_letter()))
    other.post(link_of(last_letter()))
    secrets.append(link_of(last_letter()).rpartition(":")[2])

    written = caplog.text + str([record.__dict__ for record in caplog.records])
    written += json.dumps(list(Entry.objects.values()), default=str)

    assert len(caplog.records) > 5
    for secret in secrets:
        assert secret not in written
    assert maya.email not in written
