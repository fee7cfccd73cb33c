"""Asking, through all of Django with CSRF: what one form costs, and how many a running server takes from eight at once.

Each is asked by another person, so that the limits count as they do in life. A guest's letter is written and queued in
the same transaction; whoever is signed in gets a receipt from the sweep. Beside it, a bare INSERT that is on the disk.
"""

import argparse
import http.client
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, cycle
from typing import Any
from uuid import uuid4

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from benchmarks.desk import scene
from benchmarks.desk.scene import Figures
from benchmarks.pages import ask, cpu, served as server

AIMS = {"cpu_ms": 5, "requests_per_second": 100, "p99_ms": 150}
CONNECTIONS, WORKERS = 8, 2
_numbers = count(1)


def run(options: argparse.Namespace) -> Figures:
    scene.start()
    scene.open_desk(waiting=options.waiting, on_duty=6)
    rounds = options.rounds
    figures = {
        "aims": AIMS,
        "signed in": scene.cost(list(signed_in(3 + rounds))),
        "guest": scene.cost(list(guests(3 + rounds))),
        "bare insert": scene.cost([durable_insert] * (3 + rounds)),
    }
    for who in ("signed in", "guest"):
        figures[who]["times_an_insert"] = round(figures[who]["ms"] / figures["bare insert"]["ms"], 1)
    return figures | {"eight at once": {who: served(who, options.seconds) for who in ("signed in", "guest")}}


def a_form(course: int, token: str = "", **more: str) -> dict[str, str]:
    question = f"Number {next(_numbers)}: which of the two tests fits question 4? I tried the paired one."
    sent = {"course": str(course), "question": question, "mode": "campus", "sent_once": str(uuid4())}
    return {**sent, "assignment": "Homework 3", "csrfmiddlewaretoken": token, **more}


def a_course() -> int:
    from gatehouse.helpdesk.models import Course  # noqa: PLC0415  after django.setup

    return int(Course.objects.values_list("pk", flat=True)[0])


def signed_in(times: int) -> Iterator[Callable[[], None]]:
    course = a_course()
    for person in scene.students()[-times:]:
        client = scene.browser(person, enforce_csrf_checks=True)
        yield asking(client, a_form(course, token_of(client)))


def guests(times: int) -> Iterator[Callable[[], None]]:
    course = a_course()
    for number in range(times):
        client = scene.browser(enforce_csrf_checks=True, REMOTE_ADDR=network(number))
        name = {"name": "Maya Okafor", "email": f"maya-{uuid4().hex[:12]}@example.org"}
        yield asking(client, a_form(course, token_of(client), **name))


def network(number: int) -> str:
    """As many rooms as there are guests; all from one address would soon be refused."""
    return f"198.18.{number // 250 % 256}.{number % 250 + 1}"


def token_of(client: Any) -> str:
    client.get("/help/ask")
    return str(client.cookies["gatehouse_csrf"].value)


def asking(client: Any, form: dict[str, str]) -> Callable[[], None]:
    def ask() -> None:
        answer = client.post("/help/ask", form)
        assert answer.status_code == 302, (answer.status_code, answer.content[:2000])

    return ask


def durable_insert() -> None:
    """One row of the journal's size, in a transaction of its own, on the disk before it returns."""
    from django.db import connection, transaction  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare_insert (id varchar(36) PRIMARY KEY, said text)")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = FULL")
        with transaction.atomic():
            cursor.execute("INSERT INTO bare_insert VALUES (%s, %s)", [str(uuid4()), "x" * 400])
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = NORMAL")


def served(who: str, seconds: float) -> Figures:
    """Eight connections that ask as fast as they are answered, against the server that `gatehouse serve` starts."""
    os.environ["GATEHOUSE_TRUSTED_PROXIES"] = "127.0.0.1"  # so that each guest comes from a network of their own
    forms, lock, ended = locked(posts(who)), threading.Lock(), time.perf_counter() + seconds + 60
    times: list[float] = []
    statuses: Counter[int] = Counter()

    def one(port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < ended:
            body, headers = next(forms)
            began = time.perf_counter()
            connection.request("POST", "/help/ask", body, headers)
            answer = connection.getresponse()
            answer.read()
            with lock:
                times.append(time.perf_counter() - began)
                statuses[answer.status] += 1
        connection.close()

    with server(scene.data(), WORKERS) as (port, process):
        ask(port, "/help/ask", "", 20)
        used, began = cpu(process), time.perf_counter()
        ended = began + seconds
        threads = [threading.Thread(target=one, args=(port,)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took, used = time.perf_counter() - began, cpu(process) - used
    assert set(statuses) == {302}, statuses
    cuts = statistics.quantiles(times, n=100)
    return {
        "requests": len(times),
        "requests_per_second": round(len(times) / took),
        "cpu_ms": scene.milliseconds(used / len(times)),
        "p50_ms": scene.milliseconds(cuts[49]),
        "p99_ms": scene.milliseconds(cuts[98]),
    }


def posts(who: str) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Bodies and headers as a browser sends them, each of another asker."""
    course, secret = a_course(), token_of(scene.browser())
    sessions = cycle([scene.session_of(person) for person in scene.students()[:300]] if who == "signed in" else [""])
    for number, session in zip(count(), sessions, strict=False):
        guest = {} if session else {"name": "Maya Okafor", "email": f"maya-{uuid4().hex[:12]}@example.org"}
        cookies = "; ".join(filter(None, [f"gatehouse_csrf={secret}", session]))
        headers = {"Cookie": cookies, "Content-Type": MULTIPART_CONTENT, "X-Forwarded-For": network(number)}
        yield encode_multipart(BOUNDARY, a_form(course, secret, **guest)), headers


def locked(source: Iterator[Any]) -> Iterator[Any]:
    """One iterator for several threads."""
    lock = threading.Lock()

    class Locked:
        def __iter__(self) -> "Locked":
            return self

        def __next__(self) -> Any:
            with lock:
                return next(source)

    return Locked()
