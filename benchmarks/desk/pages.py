"""The queue as a tutor sees it, 50 a page out of the whole load: CPU of the process and bytes, by way of the test client."""

import argparse

from benchmarks.desk import scene
from benchmarks.desk.scene import Figures

AIMS = {"cpu_ms": 10, "kilobytes": 60}
PAGES = {
    "queue": "/manage/help/queue?scope=all",
    "queue of my courses": "/manage/help/queue",
    "part that is fetched again": "/manage/help/queue/part?scope=all",
    "all tickets": "/manage/help/queue/tickets",
    "home of the desk": "/help",
    "form": "/help/ask",
}


def run(options: argparse.Namespace) -> Figures:
    scene.start()
    tickets = scene.open_desk(waiting=options.waiting, on_duty=6)
    tutor = scene.tutors()[0]
    pages = {**PAGES, "ticket in hand": f"/manage/help/queue/{tickets[0]}"}
    return {"aims": AIMS, **{name: of_page(tutor, address, options.rounds) for name, address in pages.items()}}


def of_page(tutor: object, address: str, rounds: int) -> Figures:
    client = scene.browser(tutor)
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    each = scene.cost([lambda: client.get(address)] * (3 + rounds))
    return {**each, "kilobytes": round(len(answer.content) / 1000, 1)}
