"""The desk on which the parts measure: a loaded portal with a queue and tutors of this hour, and who looks at it."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

Figures = dict[str, Any]


def start() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    settings.ALLOWED_HOSTS.append("testserver")
    owner()


def owner() -> Any:
    """Without one, every page is that of the first run."""
    from gatehouse.people.models import Person, Role, RoleGrant  # noqa: PLC0415  after django.setup

    ruth, is_new = Person.objects.get_or_create(email="ruth@example.org", defaults={"family_name": "Amsel"})
    if is_new:
        RoleGrant.objects.create(person=ruth, role=Role.objects.get(slug="owner"))
    return ruth


def students() -> list[Any]:
    return _people("student")


def tutors() -> list[Any]:
    return _people("tutor")


def _people(kind: str) -> list[Any]:
    from gatehouse.people.models import Person  # noqa: PLC0415

    return list(Person.objects.filter(email__startswith=f"load-{kind}-").order_by("email"))


def open_desk(*, waiting: int, on_duty: int) -> list[int]:
    """So many wait since up to forty minutes, every third online, and so many tutors are here; gives the tickets."""
    from gatehouse.core import clock  # noqa: PLC0415
    from gatehouse.helpdesk.actions import queue_moved  # noqa: PLC0415
    from gatehouse.helpdesk.models import Course, Help, Shift, Ticket  # noqa: PLC0415

    now, courses, askers = clock.now(), list(Course.objects.all()), students()
    Ticket.objects.filter(state__in=[Ticket.State.ASKED, *Ticket.OPEN]).update(state=Ticket.State.CLOSED, closed_at=now)
    Help.objects.filter(ended_at=None).update(ended_at=now)
    Shift.objects.filter(ended_at=None).update(ended_at=now)
    Shift.objects.bulk_create(Shift(tutor=tutor) for tutor in tutors()[:on_duty])
    asked = [now - timedelta(minutes=40 * (waiting - n) / waiting) for n in range(waiting)]
    made = Ticket.objects.bulk_create(
        Ticket(
            person=askers[n],
            course=courses[n % len(courses)],
            question=f"My result number {n} differs from the book in the last step and I can't see why. " * 3,
            mode=Ticket.Mode.CAMPUS if n % 3 else Ticket.Mode.ONLINE,
            asked_at=at,
            place_at=at,
        )
        for n, at in enumerate(asked)
    )
    queue_moved()
    return [ticket.pk for ticket in made]


def browser(person: Any = None, **how: Any) -> Any:
    from django.test import Client  # noqa: PLC0415

    client = Client(**how)
    if person:
        client.force_login(person)
    return client


def session_of(person: Any) -> str:
    """The cookie of somebody signed in."""
    cookies = browser(person).cookies
    return f"gatehouse_session={cookies['gatehouse_session'].value}"


def data() -> Path:
    return Path(os.environ["GATEHOUSE_DATA"])


def cost(asks: Sequence[Callable[[], object]], *, warm: int = 3) -> Figures:
    """CPU of each, of this process, and how long it took, in milliseconds; the first ones only warm up."""
    for ask in asks[:warm]:
        ask()
    cpus, seconds = [], []
    for ask in asks[warm:]:
        began, cpu = time.perf_counter(), time.process_time()
        ask()
        cpus.append(time.process_time() - cpu)
        seconds.append(time.perf_counter() - began)
    return {"cpu_ms": milliseconds(statistics.median(cpus)), "ms": milliseconds(statistics.median(seconds))}


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)
