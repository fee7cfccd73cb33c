"""One delivering process without Django: `python -m tests.services.mailer JSON` works until it is ended.

`Batchwise` is the control of the kill proof: an outbox as one would write it without thinking of crashes.
"""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any, Literal

from gatehouse.mail import route
from gatehouse.mail.adapters.smtp import SmtpServer
from gatehouse.mail.delivery import Parcel
from gatehouse.mail.ledger import Ledger
from gatehouse.mail.outbox import Outbox
from gatehouse.mail.postgres import PostgresLedger
from gatehouse.mail.sqlite import SqliteLedger

SENDER = "office@alder.example.org"


@dataclass(frozen=True)
class Orders:
    """Which database (a file of SQLite, or psycopg's parameters), which server, and how fast this process's clock runs."""

    url: str
    locks: str
    sqlite: str = ""
    postgres: dict[str, Any] | None = None
    form: Literal["outbox", "batchwise"] = "outbox"
    clock_began: float = 0.0
    clock_speed: float = 1.0

    def now(self) -> datetime:
        """Sped up, a minute's back-off is over soon; all processes of a test show the same time."""
        passed = datetime.now(UTC).timestamp() - self.clock_began
        return datetime.fromtimestamp(self.clock_began + passed * self.clock_speed, UTC)


class Batchwise(Outbox):
    """Marks a batch as sent when all of it was offered: one commit instead of a hundred, and a crash doubles them."""

    def _send(self, batch: list[int]) -> None:
        for letter_id in batch:
            message_id, address, content = self.ledger.run(
                "SELECT message_id, address, rendered FROM mail_letter WHERE id = %(id)s", id=letter_id
            )[0]
            self.server.deliver(Parcel(letter_id, message_id, self.sender, address, bytes(content)))
        numbers = ", ".join(str(letter_id) for letter_id in batch)
        self.ledger.run(
            f"UPDATE mail_letter SET state = 'sent' WHERE id IN ({numbers}) AND worker = %(epoch)s",  # noqa: S608
            epoch=self.ledger.epoch,
        )


def ledger(orders: Orders) -> Ledger:
    if orders.postgres is None:
        return SqliteLedger(orders.sqlite, locks=Path(orders.locks))
    return PostgresLedger(orders.postgres)


def main() -> None:
    orders = Orders(**json.loads(sys.argv[1]))
    book = ledger(orders)
    book.enroll(orders.now())
    kind = {"outbox": Outbox, "batchwise": Batchwise}[orders.form]
    outbox = kind(book, SmtpServer(route.read(orders.url)), sender=SENDER, now=orders.now)
    while True:
        if outbox.work(seconds=0.5).offered == 0:
            sleep(0.02)


if __name__ == "__main__":
    main()
