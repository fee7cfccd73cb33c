"""The learning centre of the demo: its lists, brought in by their files, what was, and a desk at work."""

import secrets

from django.conf import settings

from gatehouse.helpdesk import demo_history, demo_scene
from gatehouse.helpdesk.actions import desk, imports
from gatehouse.helpdesk.catalogue.listed import KINDS


def load() -> str:
    """From demo/helpdesk/, in the order in which they name each other; staff are people already, by their address.

    Gives the PIN of its check-in screen, another one for each demo.
    """
    for kind in KINDS.values():
        path = settings.DEMO_DIR / "helpdesk" / f"{kind.slug}.csv"
        begun = imports.begin_import(path=path, filename=path.name, kind=kind, actor=None)
        imports.apply_import(catalogue_import=begun, actor=None)
    demo_history.write_visits()
    pin = f"{secrets.randbelow(1_000_000):06}"
    desk.save_desk(values={}, pin=pin, actor=None)
    return pin


enliven = demo_scene.enliven
