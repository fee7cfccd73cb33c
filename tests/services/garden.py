"""Done inside a portal's own process, `python -m tests.services.garden DEED`; it answers with one JSON object.

`open` gives all members a pass, `pkpass NUMBER FILE` writes one, `standing` tells of all, `renew` renews what is marked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django

from tests.services import ROOT


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


def standing() -> dict[str, object]:
    """By number: each pass's version, what its renewals changed, how many phones hold it and how many were to be told."""
    from gatehouse.passes.models import Pass  # noqa: PLC0415

    told = {"push_since": None, "pushed_at": None}
    return {
        card.membership.number: {
            "version": card.version,
            "changed": [renewal.changed for renewal in card.renewals.order_by("version")],
            "phones": card.devices.count(),
            "told": card.devices.exclude(**told).count(),
            "waits": card.stale_since is not None,
        }
        for card in Pass.objects.select_related("membership")
    }


def renew() -> dict[str, object]:
    """In small steps, for whoever kills us in the middle of one."""
    from gatehouse.passes import actions  # noqa: PLC0415

    return {"renewed": sum(iter(lambda: actions.renew_stale(at_most=10), 0))}


def answer_of(environment: dict[str, str], *deed: str) -> dict[str, Any]:
    """Do it in the portal that this environment names."""
    command = [sys.executable, "-m", "tests.services.garden", *deed]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    django.setup()
    deed = {"open": open_garden, "pkpass": pkpass, "standing": standing, "renew": renew}[sys.argv[1]]
    print(json.dumps(deed(*sys.argv[2:])))


if __name__ == "__main__":
    main()
