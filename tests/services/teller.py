"""A process that runs the sweep for Google Wallet once, for tests that kill it: `python -m tests.services.teller`.

It is told by its environment which portal it works for (see `environment`).
"""

import os
from urllib.parse import quote

import django
from django.conf import settings
from django.db import connection


def environment() -> dict[str, str]:
    """The environment of a process that works on this test's database, with its key, and speaks to its Google."""
    given = connection.settings_dict
    url = f"sqlite:///{given['NAME']}"
    if connection.vendor == "postgresql":
        who = f"{quote(given['USER'])}:{quote(given['PASSWORD'] or '')}"
        url = f"postgres://{who}@{quote(given['HOST'], safe='')}:{given['PORT']}/{given['NAME']}"
    google = {f"GATEHOUSE_{name}": getattr(settings, name) for name in ("GOOGLE_REST", "GOOGLE_TOKEN", "GOOGLE_SAVE")}
    kept = {"PATH": os.environ["PATH"], "GATEHOUSE_DATA": str(settings.DATA_DIR), "DATABASE_URL": url}
    return kept | google | {"DJANGO_SETTINGS_MODULE": "gatehouse.config.settings"}


def main() -> None:
    django.setup()
    from gatehouse.passes import actions  # noqa: PLC0415  after the set-up, for it imports models

    print(actions.tell_waiting())


if __name__ == "__main__":
    main()
