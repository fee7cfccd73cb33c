"""Addresses of services: exact, whatever somebody makes of them."""

import pytest
from hypothesis import given, strategies as st

from gatehouse.identity.oidc.uris import Trouble, is_registered, place_of, source_of, trouble_with

CALLBACK = "https://wiki.example.org/callback"
VARIANTS = [
    "https://wiki.example.org/callback/",
    "https://wiki.example.org/Callback",
    "https://WIKI.example.org/callback",
    "HTTPS://wiki.example.org/callback",
    "http://wiki.example.org/callback",
    "https://wiki.example.org:443/callback",
    "https://wiki.example.org/callback?next=/",
    "https://wiki.example.org/callback?",
    "https://wiki.example.org/callback;p",
    "https://wiki.example.org/callback/../callback",
    "https://wiki.example.org/./callback",
    "https://wiki.example.org//callback",
    "https://wiki.example.org/callback#x",
    "https://wiki.example.org/%63allback",
    "https://wiki.example.org@evil.example.org/callback",
    "https://evil.example.org@wiki.example.org/callback",
    "https://wiki.example.org\\@evil.example.org/callback",
    "https://wiki.example.org.evil.example.org/callback",
    "https://evil.example.org/https://wiki.example.org/callback",
    "https:\\\\wiki.example.org\\callback",
    "//wiki.example.org/callback",
    "/callback",
    " https://wiki.example.org/callback",
    "https://wiki.example.org/callback\n",
    "https://wiki.example.org/callback\0",
    "https://wіki.example.org/callback",
    "",
]


@pytest.mark.parametrize("uri", VARIANTS)
@pytest.mark.parametrize("is_native", [True, False])
def test_m1_n36_n37_an_address_is_compared_to_the_letter(uri, is_native):
    assert not is_registered(uri, [CALLBACK], is_native=is_native)


@given(st.text(max_size=60))
def test_m1_whatever_is_not_written_there_is_not_registered(uri):
    assert is_registered(uri, [CALLBACK], is_native=True) == (uri == CALLBACK)


def test_the_address_itself_is_registered():
    assert is_registered(CALLBACK, ["https://other.example.org/", CALLBACK])


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_m2_a_native_clients_loopback_port_is_left_open(host):
    registered = [f"http://{host}/callback"]

    assert is_registered(f"http://{host}:49152/callback", registered, is_native=True)
    assert is_registered(f"http://{host}:1/callback", [f"http://{host}:8080/callback"], is_native=True)
    assert not is_registered(f"http://{host}:49152/callback", registered, is_native=False)


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:99999999/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:80:80/callback",
        "http://127.0.0.1:8080/other",
        "http://127.0.0.1:8080/callback?x",
        "http://127.0.0.1:8080/callback#x",
        "http://127.0.0.1.evil.example.org:8080/callback",
        "http://127.0.0.1:8080@evil.example.org/callback",
        "http://evil.example.org@127.0.0.1:8080/callback",
        "http://[::1]:8080/callback",
        "http://127.0.0.2:8080/callback",
        "http://127.1:8080/callback",
        "http://localhost:8080/callback",
        "https://127.0.0.1:8080/callback",
        "http://127.0.0.1:٨٠/callback",
    ],
)
def test_m2_nothing_but_the_port_is(uri):
    assert not is_registered(uri, ["http://127.0.0.1/callback"], is_native=True)


def test_m2_localhost_is_a_name_and_keeps_its_port():
    assert not is_registered("http://localhost:9/callback", ["http://localhost/callback"], is_native=True)


@pytest.mark.parametrize(
    ("uri", "trouble"),
    [
        (CALLBACK, None),
        ("https://wiki.example.org", None),
        ("https://wiki.example.org:8443/a?b=c", None),
        ("http://localhost:8000/callback", None),
        ("http://[::1]:8000/callback", None),
        ("http://wiki.example.org/callback", Trouble.SCHEME),
        ("javascript:alert(1)", Trouble.SCHEME),
        ("data:text/html,x", Trouble.SCHEME),
        ("org.example.wiki:/callback", Trouble.SCHEME),
        ("https://*.example.org/callback", Trouble.WILDCARD),
        ("https://wiki.example.org/*", Trouble.WILDCARD),
        ("https://wiki.example.org/#x", Trouble.FRAGMENT),
        ("https://a@wiki.example.org/", Trouble.USER),
        ("https://wiki.example.org\\x", Trouble.ODD),
        ("https://wiki.example.org/ x", Trouble.ODD),
        ("https://wiki.example.org/ü", Trouble.ODD),
        ("https://wiki.example.org/a/../b", Trouble.DOTS),
        ("https:///callback", Trouble.HOST),
        ("https://wiki.example.org;sandbox/callback", Trouble.HOST),
        ("https://wiki.example.org,evil.example/callback", Trouble.HOST),
        ("https://wiki%2eexample.org/callback", Trouble.HOST),
        ("https://wiki.example.org'/callback", Trouble.HOST),
        ("https://[2001:db8::1]:8443/callback", None),
        ("https://wiki.example.org:x/", Trouble.HOST),
        ("https://[::1/", Trouble.HOST),
        ("https://wiki.example.org/" + "x" * 2000, Trouble.LONG),
        ("", Trouble.ODD),
    ],
)
def test_m3_what_may_be_registered(uri, trouble):
    assert trouble_with(uri) == trouble


@pytest.mark.parametrize(
    ("uri", "trouble"),
    [
        ("org.example.wiki:/callback", None),
        ("org.example.wiki://callback", None),
        ("wiki:/callback", Trouble.SCHEME),
        ("javascript:alert(1)", Trouble.SCHEME),
        ("http://127.0.0.1/callback", None),
    ],
)
def test_an_app_may_have_a_scheme_of_its_own_with_a_dot(uri, trouble):
    assert trouble_with(uri, is_native=True) == trouble


@given(st.text(max_size=80))
def test_whatever_is_typed_there_is_an_answer(uri):
    assert trouble_with(uri) is None or isinstance(trouble_with(uri), Trouble)


@pytest.mark.parametrize(
    ("uri", "source", "place"),
    [
        ("https://wiki.example.org:8443/a?b", "https://wiki.example.org:8443", "wiki.example.org:8443"),
        ("http://127.0.0.1:9/a", "http://127.0.0.1:9", "127.0.0.1:9"),
        ("http://[::1]:9/a", "http:", "[::1]:9"),
        ("org.example.wiki:/a", "org.example.wiki:", "org.example.wiki"),
    ],
)
def test_where_it_leads_for_a_policy_and_for_a_person(uri, source, place):
    assert (source_of(uri), place_of(uri)) == (source, place)
