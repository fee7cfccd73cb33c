"""What the desk would have told each who asked in the made-up years, beside how long they really waited."""

import argparse
from datetime import UTC, datetime

from benchmarks.desk import scene
from benchmarks.desk.scene import Figures

SEED, NOTABLE = 1, 1.0  # minutes


def run(options: argparse.Namespace) -> Figures:
    scene.start()
    from django.utils import timezone  # noqa: PLC0415  after django.setup

    from gatehouse.helpdesk import load, replay  # noqa: PLC0415
    from gatehouse.helpdesk.models import Term  # noqa: PLC0415

    terms = [load.Term(term.starts_on, term.ends_on) for term in Term.objects.order_by("starts_on")]
    zone = timezone.get_default_timezone()
    days = load.made_up(options.tickets, seed=SEED, terms=terms, until=datetime.now(UTC), zone=zone)
    guesses = list(replay.guesses(days))
    had_to_wait = replay.accuracy(guesses, at_least=NOTABLE)
    return {"everybody": replay.accuracy(guesses).figures(), "told to wait": had_to_wait.figures()}
