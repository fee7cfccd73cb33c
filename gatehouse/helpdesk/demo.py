"""The learning centre of the demo: its lists, brought in by their files, what was, and a desk at work."""

from django.conf import settings

from gatehouse.helpdesk import demo_history, demo_scene
from gatehouse.helpdesk.actions import imports
from gatehouse.helpdesk.catalogue.listed import KINDS


def load() -> None:
    """From demo/helpdesk/, in the order in which they name each other; staff are people already, by their address."""
    for kind in KINDS.values():
        path = settings.DEMO_DIR / "helpdesk" / f"{kind.slug}.csv"
        begun = imports.begin_import(path=path, filename=path.name, kind=kind, actor=None)
        imports.apply_import(catalogue_import=begun, actor=None)
    demo_history.write_visits()


enliven = demo_scene.enliven
