"""CPU time the web server spends on a token, in milliseconds a request, under granian; and whether one code is redeemed once.

User and system time of all its processes, divided by the requests after a warm-up, over one connection on loopback; the
smallest, middle and largest of several runs. Beside them, in the same run: signing with ES256 alone, and one durable
INSERT. `python -m benchmarks.identity`; with DATABASE_URL on that database. `--rows 1000000` fills the tables of tokens
first; `--rounds 1000` has 32 callers use one code, then one refresh token, at the same moment, so many times.
"""

import argparse
import base64
import http.client
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import psutil

from benchmarks import report
from benchmarks.pages import cpu, served

AIM = {"token": 0.5, "userinfo": 0.5, "introspection": 0.5, "discovery": 0.2}  # milliseconds of CPU
VERIFIER = "v" * 43
CALLBACK = "https://wiki.example.org/callback"
CALLERS = 32
BATCH = 5_000
Figures = dict[str, Any]


@dataclass
class Service:
    client_id: str
    secret: str

    @property
    def header(self) -> str:
        return f"Basic {base64.b64encode(f'{self.client_id}:{self.secret}'.encode()).decode()}"


@dataclass
class Wire:
    """One kept connection to the portal."""

    port: int

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def token(self, service: Service, **form: str) -> tuple[int, Figures]:
        return self.post("/oauth/token", form, service.header)

    def post(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Figures]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": authorization}
        return self._ask("POST", path, urlencode(form), headers)

    def get(self, path: str, authorization: str = "") -> tuple[int, Figures]:
        return self._ask("GET", path, None, {"Authorization": authorization} if authorization else {})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Figures]:
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


def redeem(wire: Wire, service: Service, code: str) -> tuple[int, Figures]:
    form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return wire.token(service, grant_type="authorization_code", **form)


@dataclass
class Portal:
    """Two services and a signed-in person, and codes as many as are asked for."""

    wiki: Service
    robot: Service
    session: Any

    def codes(self, count: int) -> list[str]:
        from django.db import transaction  # noqa: PLC0415  after django.setup

        from gatehouse.identity.oidc import actions, pkce, queries  # noqa: PLC0415

        client, challenge = queries.client_by_id(self.wiki.client_id), pkce.challenge_of(VERIFIER)
        assert client
        about = {"client": client, "person": self.session.person, "session": self.session, "challenge": challenge}
        scope = "openid profile email offline_access"
        with transaction.atomic():
            return [actions.begin_grant(**about, scope=scope, redirect_uri=CALLBACK) for _ in range(count)]


def prepared() -> Portal:
    import django  # noqa: PLC0415

    django.setup()
    from gatehouse.identity.oidc.tests.factories import a_client, a_service, a_session  # noqa: PLC0415
    from gatehouse.identity.tests.factories import a_person  # noqa: PLC0415

    wiki, robot = a_client(client_id=f"wiki-{os.getpid()}"), a_service(client_id=f"robot-{os.getpid()}")
    session = a_session(a_person(email=f"maya-{os.getpid()}@example.org"))
    return Portal(Service(wiki.client_id, wiki.secret), Service(robot.client_id, robot.secret), session)


def fill(rows: int, portal: Portal) -> None:
    """So many used-up codes, refresh tokens and their grants, as years leave them behind."""
    from gatehouse.core import clock  # noqa: PLC0415
    from gatehouse.identity.oidc import hashes, queries  # noqa: PLC0415
    from gatehouse.identity.oidc.models import Code, Grant, RefreshToken  # noqa: PLC0415

    client, now = queries.client_by_id(portal.wiki.client_id), clock.now()
    about = {
        "client": client,
        "person": portal.session.person,
        "session": portal.session.pk,
        "subject": "s",
        "acr": "bronze",
    }
    about |= {"scope": "openid", "signed_in_at": now, "ends_at": now + timedelta(days=90)}
    used = {"expires_at": now, "used_at": now}
    for first in range(0, rows, BATCH):
        grants = Grant.objects.bulk_create(Grant(**about) for _ in range(min(BATCH, rows - first)))
        Code.objects.bulk_create(
            Code(hash=hashes.digest(grant.pk.hex), grant=grant, redirect_uri=CALLBACK, challenge="c", **used)
            for grant in grants
        )
        RefreshToken.objects.bulk_create(RefreshToken(grant=grant, hash="h" * 64, **used) for grant in grants)


def each(port: int, portal: Portal, times: int) -> Iterator[tuple[str, Callable[[], tuple[int, Figures]]]]:
    """What is measured: a name, and one request of its kind."""
    wire = Wire(port)
    codes = iter(portal.codes(times))
    _, tokens = redeem(wire, portal.wiki, portal.codes(1)[0])
    bearer = f"Bearer {tokens['access_token']}"
    last = [tokens["refresh_token"]]

    def refresh() -> tuple[int, Figures]:
        status, body = wire.token(portal.wiki, grant_type="refresh_token", refresh_token=last[0])
        last[0] = body["refresh_token"]
        return status, body

    yield "discovery", lambda: wire.get("/.well-known/openid-configuration")
    yield "token, client credentials", lambda: wire.token(portal.robot, grant_type="client_credentials")
    yield "token, code with ES256 id_token", lambda: redeem(wire, portal.wiki, next(codes))
    yield "token, refresh", refresh
    yield "userinfo", lambda: wire.get("/oauth/userinfo", bearer)
    form = {"token": tokens["access_token"]}
    yield "introspection", lambda: wire.post("/oauth/introspect", form, portal.wiki.header)


def measured(server: psutil.Process, ask: Callable[[], tuple[int, Figures]], *, times: int, runs: int) -> Figures:
    for _ in range(times // 4):
        assert ask()[0] == 200
    spent = []
    for _ in range(runs):
        before = cpu(server)
        for _ in range(times):
            status, body = ask()
            assert status == 200, (status, body)
        spent.append((cpu(server) - before) / times * 1000)
    return {"cpu_ms": [round(one, 3) for one in (min(spent), median(spent), max(spent))]}


def beside(times: int) -> Figures:
    """What nobody can do without: a signature, and a row that is kept."""
    from gatehouse.core import clock  # noqa: PLC0415
    from gatehouse.core.ready import ReadyInsert  # noqa: PLC0415
    from gatehouse.identity.oidc import signing  # noqa: PLC0415
    from gatehouse.identity.oidc.models import RevokedToken  # noqa: PLC0415

    insert = ReadyInsert(RevokedToken, "jti", "expires_at")
    deeds: dict[str, Callable[[int], object]] = {
        "signing with ES256": lambda number: signing.signed({"jti": number}, typ="JWT", algorithm="ES256"),
        "a durable INSERT": lambda number: insert.run(jti=f"{os.getpid()}-{number}", expires_at=clock.now()),
    }
    figures = {}
    for name, deed in deeds.items():
        began = time.process_time()
        for number in range(times):
            deed(number)
        figures[name] = {"cpu_ms": round((time.process_time() - began) / times * 1000, 3)}
    return figures


def raced(port: int, portal: Portal, rounds: int) -> Figures:
    """How often which statuses came back together; one success, and no fault of ours, is the only right answer."""
    wires, barrier = [Wire(port) for _ in range(CALLERS)], Barrier(CALLERS)
    seen: dict[str, Counter[str]] = {"code": Counter(), "refresh token": Counter()}

    def at_once(ask: Callable[[Wire], tuple[int, Figures]]) -> list[tuple[int, Figures]]:
        def one(wire: Wire) -> tuple[int, Figures]:
            barrier.wait()
            return ask(wire)

        return list(pool.map(one, wires))

    with ThreadPoolExecutor(CALLERS) as pool:
        for _ in range(rounds):
            code, other = portal.codes(2)  # a code lives for a minute
            answers = at_once(lambda wire, code=code: redeem(wire, portal.wiki, code))
            seen["code"][_counted(answers)] += 1
            _, tokens = redeem(wires[0], portal.wiki, other)
            form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
            answers = at_once(lambda wire, form=form: wire.token(portal.wiki, **form))
            seen["refresh token"][_counted(answers)] += 1
    return {name: dict(counts) for name, counts in seen.items()}


def _counted(answers: list[tuple[int, Figures]]) -> str:
    counts = Counter(status for status, _ in answers)
    return ", ".join(f"{count} × {status}" for status, count in sorted(counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, served(Path(name), asked.workers) as (port, server):
        portal = prepared()
        fill(asked.rows, portal)
        times = asked.requests * (asked.runs + 1)
        figures = {
            what: measured(server, ask, times=asked.requests, runs=asked.runs)
            for what, ask in each(port, portal, times)
        }
        figures |= beside(asked.requests)
        if asked.rounds:
            figures["races"] = raced(port, portal, asked.rounds)
    said = {"aim_ms": AIM, "requests": asked.requests, "runs": asked.runs, "rows": asked.rows, **figures}
    report.write("identity", said)


if __name__ == "__main__":
    main()
