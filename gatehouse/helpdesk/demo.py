"""The learning centre of the demo: its lists, brought in by their files as anybody would bring them."""

import csv
from datetime import time

from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import override

from gatehouse.helpdesk import actions
from gatehouse.helpdesk.actions import desk, imports
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import Room
from gatehouse.people.models import Person


def load(*, card: int | None = None) -> None:
    """From demo/helpdesk/, in the order in which they name each other; staff are people already, by their address.

    `card` is the design of appointments' wallet cards.
    """
    for kind in KINDS.values():
        path = settings.DEMO_DIR / "helpdesk" / f"{kind.slug}.csv"
        begun = imports.begin_import(path=path, filename=path.name, kind=kind, actor=None)
        imports.apply_import(catalogue_import=begun, actor=None)
    _load_bookable_hours()
    desk.save_desk(values={"appointment_card": card}, actor=None)


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
