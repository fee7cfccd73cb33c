"""Five hundred students look every two seconds where they stand, with the ETag of what they know, for a while.

A running server answers them while the queue moves every few seconds. What a look costs is the server's CPU divided by
the looks; the share of a core is that, 250 times a second. The extremes too: only 304, and each time a new part (200).
"""

import argparse
import http.client
import threading
import time
from collections import Counter
from typing import Any

from benchmarks.desk import scene
from benchmarks.desk.scene import Figures
from benchmarks.pages import cpu, served

AIMS = {"share_of_a_core": 0.25}
STUDENTS, EVERY, CONNECTIONS = 500, 2.0, 4
MOVES_EVERY = 3.0  # seconds


def run(options: argparse.Namespace) -> Figures:
    scene.start()
    tickets = scene.open_desk(waiting=STUDENTS, on_duty=6)
    with served(scene.data(), 1) as (port, process):
        watchers = [Watcher(port, tickets[n::CONNECTIONS]) for n in range(CONNECTIONS)]
        look_around(watchers)  # now everybody has a tag
        return {
            "aims": AIMS,
            "students": STUDENTS,
            "unmoved, 304": costs(process, lambda: look_around(watchers)),
            "new each time, 200": costs(process, lambda: look_around(watchers, forget=True)),
            "live": live(process, watchers, options.seconds),
        }


class Watcher:
    """One connection, over which some of the students look one after another."""

    def __init__(self, port: int, tickets: list[int]) -> None:
        from gatehouse.helpdesk import links  # noqa: PLC0415  after django.setup
        from gatehouse.helpdesk.models import Ticket  # noqa: PLC0415

        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.tags = {f"{links.path_of(Ticket(pk=ticket))}/live?in=en": "" for ticket in tickets}
        self.seen: Counter[int] = Counter()

    def look(self, address: str) -> None:
        tag = self.tags[address]
        self.connection.request("GET", address, headers={"If-None-Match": tag} if tag else {})
        answer = self.connection.getresponse()
        answer.read()
        self.seen[answer.status] += 1
        self.tags[address] = answer.headers["ETag"] or ""

    def round(self, *, until: float = 0) -> None:
        """Everybody once; spread over the time until `until`, where that is given."""
        left = len(self.tags)
        for address in list(self.tags):
            self.look(address)
            left -= 1
            if until:
                time.sleep(max(0.0, (until - time.perf_counter()) / (left + 1) * 0.98))

    def for_a_while(self, seconds: float) -> None:
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            self.round(until=time.perf_counter() + EVERY)


def look_around(watchers: list[Watcher], *, forget: bool = False) -> None:
    for watcher in watchers:
        if forget:
            watcher.tags = dict.fromkeys(watcher.tags, "")
        watcher.round()


def costs(process: Any, looks: Any, *, times: int = 4) -> Figures:
    used = cpu(process)
    for _ in range(times):
        looks()
    return of_a_look(cpu(process) - used, times * STUDENTS)


def of_a_look(seconds: float, looks: int) -> Figures:
    each = seconds / looks
    return {"cpu_ms": round(each * 1000, 3), "share_of_a_core": round(each * STUDENTS / EVERY, 3)}


def live(process: Any, watchers: list[Watcher], seconds: float) -> Figures:
    for watcher in watchers:
        watcher.seen.clear()
    used, began = cpu(process), time.perf_counter()
    threads = [threading.Thread(target=watcher.for_a_while, args=(seconds,)) for watcher in watchers]
    for thread in threads:
        thread.start()
    moves = 0
    while any(thread.is_alive() for thread in threads):
        move_the_queue(moves)
        moves += 1
        time.sleep(MOVES_EVERY)
    seen = sum((watcher.seen for watcher in watchers), Counter())
    took = time.perf_counter() - began
    figures = of_a_look(cpu(process) - used, seen.total())
    assert not {status for status in seen if status >= 500}, seen
    return {**figures, "looks_per_second": round(seen.total() / took), "moves": moves, "answers": dict(seen)}


def move_the_queue(number: int) -> None:
    """The first who waits is helped, and somebody else asks."""
    from gatehouse.helpdesk import actions, queries  # noqa: PLC0415

    asker, tutor = scene.students()[1000 + number], scene.tutors()[number % 6]
    first = queries.waiting().first()
    if first:
        actions.claim_ticket(ticket=first, tutor=tutor)
    question = f"How do I begin with part {number}?"
    actions.submit_ticket(asker=asker, actor=asker, course=first.course if first else None, question=question)
