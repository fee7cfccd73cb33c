"""`gatehouse passes simulate-device`: a phone without a phone."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import CommandParser

from gatehouse.core.commands import WRONG_USAGE, Answer, PortalCommand
from gatehouse.passes import packing, queries
from gatehouse.passes.simulation import Difference, Held, Wallet, opened, pushes_to

LOOK, ASK = 0.25, 2.0  # seconds between looks at the pushes, and between questions to the server
GRACE = 10.0  # seconds that a push may come after what it tells of


class Command(PortalCommand):
    group = "Passes"
    help = (
        "Play a phone that holds a pass: register, wait for a push, list, fetch and say what changed. "
        "It does what Apple documents; a real phone takes only passes that Apple's certificate signed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--pass", dest="file", type=Path, metavar="FILE", help="a .pkpass, of any portal")
        which.add_argument("--member", metavar="NUMBER", help="the pass of this membership of this portal")
        parser.add_argument("--base-url", metavar="URL", help="ask there, not where the pass says")
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="how long to wait for a change")
        parser.add_argument("--out", type=Path, metavar="FILE", help="write the pass as it was fetched last")
        parser.add_argument("--unregister", action="store_true", help="take the registration back at the end")
        parser.add_argument(
            "--ca", type=Path, metavar="FILE", help="trust this authority, for a portal's own certificate"
        )

    def act(self, **options: Any) -> Answer:
        held = opened(_file_of(options["file"], options["member"]))
        base = str(options["base_url"] or held.said.get("webServiceURL", "")).rstrip("/")
        with _answering(base), httpx.Client(verify=_trust(options["ca"]), timeout=30, trust_env=False) as client:
            phone = _Phone(Wallet(base, client), held, out=options["out"], is_ours=bool(options["member"]))
            return phone.live(options["wait"], unregister=options["unregister"])

    def tell(self, answer: Answer) -> None:
        for change in answer["changed"]:
            self.stdout.write(f"{change['field']}: {change['was'] or '–'} → {change['becomes'] or '–'}")
        self.stdout.write("{pushes} pushes, {updated} passes changed.".format(**answer))


class _Phone:
    """One run: what it holds, and what it saw."""

    def __init__(self, wallet: Wallet, held: Held, *, out: Path | None, is_ours: bool) -> None:
        self.wallet, self.held, self.out, self.is_ours = wallet, held, out, is_ours
        self.pushes, self.changed = 0, list[Difference]()
        self.file = Path(settings.DATA_DIR) / "push" / "pushes.jsonl"

    def live(self, seconds: float, *, unregister: bool) -> Answer:
        is_new = self.wallet.register(self.held)
        self.wallet.updated(self.held.pass_type)
        self._fetch(self.held.serial)
        if not self.changed:
            self._wait(seconds)
        if unregister:
            self.wallet.unregister(self.wallet.held[self.held.serial])
        return {
            "serial": self.held.serial,
            "registered": int(is_new),
            "pushes": self.pushes,
            "updated": len({change.serial for change in self.changed}),
            "changed": [asdict(change) for change in self.changed],
            "unregistered": int(unregister),
        }

    def _wait(self, seconds: float) -> None:
        """Until something changed, and the push that tells of it has come where pushes can be seen."""
        deadline, asked = time.monotonic() + seconds, time.monotonic()
        while (now := time.monotonic()) < deadline:
            if self._is_pushed() or now > asked + ASK:
                asked = now
                self._look()
            if self.changed and (self.pushes or not (self.is_ours or self.file.exists())):
                return
            if self.changed:
                deadline = min(deadline, now + GRACE)
            time.sleep(LOOK)

    def _is_pushed(self) -> bool:
        before, self.pushes = self.pushes, pushes_to(self.wallet.push_token, self.file)
        return self.pushes > before

    def _look(self) -> None:
        """A server that is being started again is asked once more later."""
        try:
            for serial in self.wallet.updated(self.held.pass_type):
                self._fetch(serial)
        except httpx.TransportError:
            return

    def _fetch(self, serial: str) -> None:
        changes, packed = self.wallet.refresh(self.wallet.held[serial])
        self.changed += changes
        if packed and self.out:
            self.out.write_bytes(packed)


def _file_of(file: Path | None, number: str | None) -> bytes:
    if file:
        return file.read_bytes()
    card = queries.pass_of(number or "")
    if card is None:
        raise CommandError(f"No membership {number} has a pass that is in force.")
    return packing.pkpass_of(card)


def _trust(ca: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca) if ca else None)


@contextmanager
def _answering(base: str) -> Iterator[None]:
    if not base.startswith(("http://", "https://")):
        raise CommandError(
            f"The pass names no server to ask ({base!r}). Name one with --base-url.", returncode=WRONG_USAGE
        )
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CommandError(f"{base} does not answer: {error}") from error
