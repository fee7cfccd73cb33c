"""The provider as a stranger's library meets it: strict, without a line in common with ours, and told nothing but the issuer.

`requests_oauth2client` and `jwskate` (docs/decisions/0023); the person is a session of `requests` that fills in forms.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urljoin

import pytest
import requests
from bs4 import BeautifulSoup
from jwskate import JwkSet, SignedJwt
from requests_oauth2client import (
    AuthorizationRequest,
    BearerToken,
    ClientSecretBasic,
    ClientSecretPost,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    LoginRequired,
    OAuth2Client,
    PublicApp,
    UnauthorizedClient,
)

from tests.services import portal as service
from tests.services.portal import Portal

OLIVIA = "olivia.hart@example.org"
SCOPE = "openid profile email offline_access"
HOME = "http://127.0.0.1:9/"  # nobody listens there; addresses are read, not gone to
PROOFS = {"client_secret_basic": ClientSecretBasic, "client_secret_post": ClientSecretPost}


@dataclass
class Ears:
    """Where the service hears of sign-outs."""

    url: str = ""
    tokens: list[str] = field(default_factory=list)

    def next_token(self, *, patience: float = 40) -> str:
        until = time.monotonic() + patience
        while not self.tokens and time.monotonic() < until:
            time.sleep(0.1)
        return self.tokens.pop()


@pytest.fixture(scope="module")
def ears() -> Iterator[Ears]:
    ears = Ears()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            ears.tokens.extend(form["logout_token"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ears.url = f"http://127.0.0.1:{server.server_port}/heard"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield ears
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, ears: Ears) -> Iterator[Portal]:
    may_hear = ears.url.split("/")[2]
    data = tmp_path_factory.mktemp("elsewhere") / "data"
    with service.running(data, GATEHOUSE_PRIVATE_SERVICES=may_hear) as running:
        running.command("create-admin", "--email", OLIVIA, "--name", "Olivia Hart")
        yield running


@pytest.fixture
def session() -> Iterator[Callable[[], requests.Session]]:
    """`session()` opens one; all are closed afterwards."""
    with contextlib.ExitStack() as opened:

        def one() -> requests.Session:
            session = opened.enter_context(requests.Session())
            session.trust_env = False
            return session

        yield one


@pytest.fixture
def olivia(portal: Portal, session: Callable[[], requests.Session]) -> requests.Session:
    """Signed in, in a browser that obeys redirects only when asked to."""
    person = session()
    page = person.get(portal.command("sign-in-link", "--email", OLIVIA)["url"])
    send_form(person, page)
    assert person.get(f"{portal.url}/me").url == f"{portal.url}/me"
    return person


def send_form(person: requests.Session, page: requests.Response, **said: str) -> requests.Response:
    """The page's own form, as a browser sends it; where it leads to is the caller's to see."""
    forms = BeautifulSoup(page.text, "html.parser").select("form:has(input[name=csrfmiddlewaretoken])")
    form = next(form for form in forms if "sign-out" not in str(form.get("action", "")))
    hidden = {str(each["name"]): str(each.get("value", "")) for each in form.select("input[type=hidden]")}
    address = urljoin(page.url, str(form.get("action") or page.url))
    return person.post(address, hidden | said, allow_redirects=False)


def registered(portal: Portal, *arguments: str) -> dict:
    return portal.command("oidc-client", "create", "--name", "Logbook", *arguments)


def discovered(portal: Portal, session: requests.Session, **about: object) -> OAuth2Client:
    """All it is told: the issuer, its own id and proof, its own address."""
    return OAuth2Client.from_discovery_endpoint(
        issuer=portal.url,
        session=session,
        testing=True,  # plain http
        redirect_uri=f"{HOME}callback",
        id_token_signed_response_alg="ES256",
        **about,
    )


@pytest.fixture(params=PROOFS)
def client(
    request: pytest.FixtureRequest, portal: Portal, ears: Ears, session: Callable[[], requests.Session]
) -> OAuth2Client:
    said = registered(
        portal,
        *("--redirect-uri", f"{HOME}callback", "--post-logout-uri", f"{HOME}bye", "--backchannel-logout-uri", ears.url),
        *("--scope", SCOPE, "--auth-method", request.param),
    )
    return discovered(portal, session(), auth=PROOFS[request.param](said["client_id"], said["client_secret"]))


def sign_in(client: OAuth2Client, person: requests.Session, **asked: object) -> BearerToken:
    """Authorization code with PKCE; the library checks state, `iss`, nonce, signature, audience, at_hash and auth_time."""
    request = client.authorization_request(scope=SCOPE, **asked)
    assert isinstance(request, AuthorizationRequest)
    assert (request.code_challenge_method, bool(request.code_verifier), bool(request.nonce)) == ("S256", True, True)
    assert client.authorization_response_iss_parameter_supported
    answer = person.get(request.uri, allow_redirects=False)
    if answer.status_code == 200:  # the question whether it may know
        assert "asks who you are" in answer.text
        answer = send_form(person, answer, answer="allow")
    assert answer.status_code == 302, answer.text[:3000]
    tokens = client.authorization_code(request.validate_callback(answer.headers["Location"]), validate=True)
    assert isinstance(tokens, BearerToken)
    return tokens


def test_code_refresh_introspection_and_revocation(client: OAuth2Client, olivia: requests.Session) -> None:
    first = sign_in(client, olivia, max_age=600)
    told = client.userinfo(first)
    assert (told["sub"], told["email"]) == (first.id_token.sub, OLIVIA)
    assert first.id_token.acr in {"plastic", "bronze", "silver", "gold"}
    assert set(first.scope.split()) == set(SCOPE.split())

    second = client.refresh_token(first)
    assert second.refresh_token != first.refresh_token
    assert client.userinfo(second)["sub"] == told["sub"]
    with pytest.raises(InvalidScope):
        client.refresh_token(second, scope="openid roles")
    with pytest.raises(InvalidGrant):
        client.refresh_token(first)

    about = client.introspect_token(second.access_token, token_type_hint="access_token")
    assert (about["active"], about["client_id"], about["sub"]) == (True, client.client_id, told["sub"])
    assert client.introspect_token(second.refresh_token, token_type_hint="refresh_token")["active"]
    assert client.introspect_token("nothing of theirs") == {"active": False}

    assert client.revoke_access_token(second.access_token)
    assert client.introspect_token(second.access_token) == {"active": False}
    with pytest.raises(requests.HTTPError, match="401"):
        client.userinfo(second)
    assert client.userinfo(first)["sub"] == told["sub"], "the other one stands"

    assert client.revoke_refresh_token(second.refresh_token)
    assert client.introspect_token(second.refresh_token) == {"active": False}
    assert client.introspect_token(first.access_token) == {"active": False}, "its whole family"
    with pytest.raises(InvalidGrant):
        client.refresh_token(second)


def test_signing_out_by_what_discovery_says(
    client: OAuth2Client, portal: Portal, olivia: requests.Session, ears: Ears
) -> None:
    tokens = sign_in(client, olivia)
    known = client.session.get(f"{portal.url}/.well-known/openid-configuration").json()
    said = {"id_token_hint": str(tokens.id_token), "post_logout_redirect_uri": f"{HOME}bye", "state": "so long"}
    assert (known["backchannel_logout_supported"], known["backchannel_logout_session_supported"]) == (True, True)

    gone = olivia.get(f"{known['end_session_endpoint']}?{urlencode(said)}", allow_redirects=False)

    assert gone.headers["Location"] == f"{HOME}bye?state=so%20long"
    with pytest.raises(LoginRequired):
        sign_in(client, olivia, prompt="none")
    with pytest.raises(InvalidGrant):
        client.refresh_token(tokens)
    assert client.introspect_token(tokens.access_token) == {"active": False}
    must_be_a_logout_token(ears.next_token(), tokens, client, JwkSet(client.session.get(known["jwks_uri"]).json()))


def must_be_a_logout_token(text: str, tokens: BearerToken, client: OAuth2Client, keys: JwkSet) -> None:
    """OpenID Connect Back-Channel Logout 1.0, section 2.6, in its own order."""
    token = SignedJwt(text)
    assert (token.headers["typ"], token.alg) == ("logout+jwt", "ES256")
    assert token.verify_signature(keys.get_jwk_by_kid(token.kid), alg="ES256")
    assert (token.issuer, token.audiences) == (client.issuer, [client.client_id])
    assert abs(token.claims["iat"] - time.time()) < 60 < token.claims["exp"] - token.claims["iat"] <= 120
    assert (token.subject, token.claims["sid"]) == (tokens.id_token.sub, tokens.id_token.claims["sid"])
    assert token.claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in token.claims
    assert token.jwt_token_id


def test_a_page_without_a_secret(
    portal: Portal, olivia: requests.Session, session: Callable[[], requests.Session]
) -> None:
    said = registered(portal, "--redirect-uri", f"{HOME}callback", "--public", "--scope", SCOPE)
    client = discovered(portal, session(), auth=PublicApp(said["client_id"]))

    first = sign_in(client, olivia)
    second = client.refresh_token(first)

    assert client.userinfo(second)["sub"] == first.id_token.sub
    with pytest.raises(InvalidClient):
        client.introspect_token(second.access_token)  # who keeps no secret may not ask
    assert client.revoke_refresh_token(second.refresh_token)
    with pytest.raises(InvalidGrant):
        client.refresh_token(second)


def test_a_service_speaks_for_itself(portal: Portal, session: Callable[[], requests.Session]) -> None:
    said = registered(portal, "--kind", "service")
    client = discovered(portal, session(), auth=ClientSecretBasic(said["client_id"], said["client_secret"]))
    stranger = discovered(portal, session(), auth=ClientSecretBasic(said["client_id"], "wrong"))

    token = client.client_credentials()

    assert client.introspect_token(token.access_token)["sub"] == client.client_id
    with pytest.raises(InvalidClient):
        stranger.client_credentials()
    with pytest.raises(UnauthorizedClient):
        client.refresh_token("0" * 32 + ":x")
