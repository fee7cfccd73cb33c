"""Done inside a portal's own process: `python -m tests.services.garden open` gives the garden's members their passes,
`python -m tests.services.garden pkpass NUMBER FILE` writes one, `… renew` renews what is marked until nothing is.
"""

import json
import os
import sys
from pathlib import Path

import django


def open_garden() -> dict[str, object]:
    """Test certificates, and a published design that every membership has a pass of."""
    from gatehouse.passes import actions  # noqa: PLC0415  after django.setup, here and below
    from gatehouse.passes.tests.factories import PASS_TYPE, a_design  # noqa: PLC0415

    actions.make_test_certificates(pass_type_id=PASS_TYPE)
    return {"design": a_design(is_automatic=True).pk}


def pkpass(number: str, file: str) -> dict[str, object]:
    from gatehouse.passes import packing, queries  # noqa: PLC0415

    card = queries.pass_of(number)
    if card is None:
        return {"bytes": 0}
    return {"bytes": Path(file).write_bytes(packing.pkpass_of(card)), "version": card.version}


def renew() -> dict[str, object]:
    """In small steps, for whoever kills us in the middle of one."""
    from gatehouse.passes import actions  # noqa: PLC0415

    return {"renewed": sum(iter(lambda: actions.renew_stale(at_most=10), 0))}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    django.setup()
    deed = {"open": open_garden, "pkpass": pkpass, "renew": renew}[sys.argv[1]]
    print(json.dumps(deed(*sys.argv[2:])))


if __name__ == "__main__":
    main()
