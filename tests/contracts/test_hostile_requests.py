"""Whatever is sent to whatever address, the answer is never a 500: cookies, ids, queries, forms, JSON, methods."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings, strategies as st

from gatehouse.people.models import Person, Role, RoleGrant

pytestmark = pytest.mark.django_db

IDS = {
    "int": ["0", "999999999999999999999999", "7"],
    "uuid": ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"],
    "slug": ["a", "x" * 300],
    "str": ["a", "%00", "..", "é" * 100, "'; DROP TABLE people_person; --", "🕯" * 50],
    "desk_kind": ["courses", "staff", "nosuch"],
    "desk_list": ["courses", "hours", "nosuch"],
    "path": ["a/b", "../../etc/passwd", "%2e%2e/%2e%2e/key", "\\..\\key"],
}
QUERIES = [
    "page=-1",
    "page=99999999999999999999",
    "page=%00",
    "q=%00%ff%fe",
    "after=%7B%7D&before=x",
    "kind=nosuch&state=%5B%5D&source=%27",
    "next=//evil.example.org&next=%0d%0aSet-Cookie:x=1",
    "sort=-password&status__in=1",
    "q=" + "x" * 5_000,
]
# Addresses of libraries: Django's admin answers for itself.
NOT_OURS = ("admin/",)


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address of the portal, each converter filled with something odd."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if route.startswith(NOT_OURS):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield from filled(route)


def filled(route: str) -> Iterator[str]:
    if "<" not in route:
        yield "/" + route.lstrip("^").removesuffix("$")
        return
    begin, _, rest = route.partition("<")
    inside, _, end = rest.partition(">")
    kind = inside.partition(":")[0] if ":" in inside else "str"
    for value in IDS.get(kind, ["a"]):
        yield from filled(begin + quote(value, safe="/%.") + end)


@pytest.fixture
def owner(db) -> Client:
    person = Person.objects.create_user("olivia.hart@example.org", given_name="Olivia")
    RoleGrant.objects.create(person=person, role=Role.objects.get(slug="owner"))
    client = Client(raise_request_exception=False)
    client.force_login(person)
    assert client.get("/manage/people").status_code == 200
    return client


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


def answered(client: Client, method: str, address: str, **sent) -> int:
    response = client.generic(method, address, **sent)
    if response.streaming:
        list(response.streaming_content)
    return response.status_code


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_no_address_falls_over_odd_ids_queries_and_methods(who, request):
    client = request.getfixturevalue(who)
    fallen = [
        (method, address, query)
        for address in addresses()
        for method in ("GET", "POST", "PUT", "DELETE", "HEAD")
        for query in (QUERIES if method == "GET" else QUERIES[:1])
        if answered(client, method, f"{address}?{query}") >= 500
    ]

    assert not fallen


FIELDS = ("email", "name", "question", "text", "title", "topic", "year", "number", "minutes", "q", "course", "pin")
HALF_LETTERS = b"".join(
    b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n+2AA-\r\n' % name.encode() for name in FIELDS
)
HALF_LETTERS += b"--x--\r\n"
BODIES = [
    ("application/x-www-form-urlencoded", b"a=1&" * 3_000),
    ("application/x-www-form-urlencoded", b"email=%00%ff&name=%00&next=%00&csrfmiddlewaretoken=x&ids=%00&id=1&id=x"),
    ("application/json", b'{"a": [[[[[[[[1]]]]]]]], "b": NaN'),
    ("application/json", b"\xff\xfe\x00"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=file; filename=\x00\r\n\r\n\x00"),
    ("multipart/form-data", b"no boundary at all"),
    ("text/plain; charset=nosuch", b"hello"),
    ("multipart/form-data; boundary=x; charset=utf-7", HALF_LETTERS),
]


@pytest.mark.parametrize("who", ["owner", "stranger"])
@pytest.mark.parametrize("body", BODIES)
def test_no_address_falls_over_an_odd_body(who, body, request):
    client = request.getfixturevalue(who)
    kind, data = body

    fallen = [a for a in addresses() if answered(client, "POST", a, data=data, content_type=kind) >= 500]

    assert not fallen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cookie=st.text(st.characters(min_codepoint=1, max_codepoint=0x2FF, exclude_characters="\r\n"), max_size=300))
def test_no_cookie_makes_a_page_fall(stranger, cookie):
    for name in ("gatehouse_session", "gatehouse_csrf", "gatehouse_language", "gatehouse_flow", "gatehouse_known"):
        header = f"{name}={cookie}".encode("utf-8", "replace").decode("latin-1")

        assert answered(stranger, "GET", "/sign-in", headers={"cookie": header}) < 500
        assert answered(stranger, "GET", "/", headers={"cookie": header}) < 500
