"""Fifty tutors press “Help next” in the same moment, through all of Django, each with a connection of their own.

Where one waits, one gets the ticket and 49 read who was faster. Where fifty wait, everybody gets another one, and those
who did not get the one they saw are told who did. Nobody may see an error, no ticket may have two first helpers.
"""

import argparse
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.desk import scene
from benchmarks.desk.scene import Figures

TUTORS = 50
ALL = "all"


def run(options: argparse.Namespace) -> Figures:
    scene.start()
    tutors = many_tutors()
    browsers = [scene.browser(tutor) for tutor in tutors]
    return {
        "tutors": TUTORS,
        "one waits": [race(browsers, waiting=1) for _ in range(options.races)],
        "fifty wait": [race(browsers, waiting=TUTORS) for _ in range(options.races)],
    }


def many_tutors() -> list[Any]:
    """Those of the load, and as many students besides as it takes."""
    from gatehouse.people.models import Role, RoleGrant  # noqa: PLC0415  after django.setup

    known = scene.tutors()
    more = scene.students()[: TUTORS - len(known)]
    role = Role.objects.get(slug="tutor")
    for person in more:
        RoleGrant.objects.get_or_create(person=person, role=role)
    return [*known, *more][:TUTORS]


def race(browsers: list[Any], *, waiting: int) -> Figures:
    front = scene.open_desk(waiting=waiting, on_duty=TUTORS)[0]
    began = time.perf_counter()
    answers = at_once([pressing(client, front) for client in browsers])
    seconds = time.perf_counter() - began
    failed = [status for status, _said in answers if status >= 500]
    told = sum("was faster" in said or "is helping" in said or "took" in said for _status, said in answers)
    double, taken = first_helpers()
    assert (failed, double, taken) == ([], 0, waiting), (
        failed,
        double,
        taken,
        Counter(status for status, _ in answers),
    )
    assert told == TUTORS - 1, (told, [said[:400] for _s, said in answers if "faster" not in said][:3])
    return {"seconds": round(seconds, 2), "taken": taken, "told_who": told, "double": double, "errors": len(failed)}


def pressing(client: Any, front: int) -> Callable[[], tuple[int, str]]:
    """Status and words of the page that the tutor reads in the end."""

    def press() -> tuple[int, str]:
        answer = client.post("/manage/help/queue/next", {"expected": front, "scope": ALL})
        if answer.status_code == 302:
            answer = client.get(answer["Location"])
        return answer.status_code, answer.content.decode()

    return press


def at_once(acts: list[Callable[[], tuple[int, str]]]) -> list[tuple[int, str]]:
    from django.db import connection  # noqa: PLC0415

    barrier, answers, lock = threading.Barrier(len(acts)), [], threading.Lock()

    def one(act: Callable[[], tuple[int, str]]) -> None:
        try:
            barrier.wait()
            answer = act()
        finally:
            connection.close()
        with lock:
            answers.append(answer)

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(acts), "somebody got no answer"
    return answers


def first_helpers() -> tuple[int, int]:
    """How many tickets have more than one helper, and how many have any."""
    from gatehouse.helpdesk.models import Help  # noqa: PLC0415

    by_ticket = Counter(Help.objects.filter(ended_at=None).values_list("ticket", flat=True))
    return sum(number > 1 for number in by_ticket.values()), len(by_ticket)
