"""The learning centre of the demo: its lists, brought in by their files, what was, and a desk at work."""

import csv
import secrets
from datetime import time

from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import override

from gatehouse.helpdesk import actions, demo_history, demo_scene
from gatehouse.helpdesk.actions import desk, imports
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import Room
from gatehouse.people.models import Person


def load(*, card: int | None = None) -> str:
    """From demo/helpdesk/, in the order in which they name each other; staff are people already, by their address.

    `card` is the design of appointments' wallet cards. Gives the PIN of its check-in screen, another one for each demo.
    """
    for kind in KINDS.values():
        path = settings.DEMO_DIR / "helpdesk" / f"{kind.slug}.csv"
        begun = imports.begin_import(path=path, filename=path.name, kind=kind, actor=None)
        imports.apply_import(catalogue_import=begun, actor=None)
    _load_bookable_hours()
    demo_history.write_visits()
    pin = f"{secrets.randbelow(1_000_000):06}"
    desk.save_desk(values={"appointment_card": card}, pin=pin, actor=None)
    return pin


enliven = demo_scene.enliven


def _load_bookable_hours() -> None:
    with override("en"):
        weekdays = {str(name): number for number, name in WEEKDAYS.items()}
    with (settings.DEMO_DIR / "helpdesk" / "bookable.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            actions.add_hours(
                tutor=Person.objects.get(email=row["email"]),
                actor=None,
                weekday=weekdays[row["weekday"]],
                starts=time.fromisoformat(row["from"]),
                ends=time.fromisoformat(row["to"]),
                slot=int(row["minutes"]),
                mode=row["where"],
                room=Room.objects.filter(name=row["room"]).first(),
            )
