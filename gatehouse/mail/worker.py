"""The outbox put together from the portal's settings: which ledger, which way out."""

from pathlib import Path

from django.conf import settings
from django.db import connection

from gatehouse.core import clock
from gatehouse.mail import rendering, route
from gatehouse.mail.adapters.console import ConsoleServer
from gatehouse.mail.adapters.file import FileServer
from gatehouse.mail.adapters.smtp import SmtpServer
from gatehouse.mail.delivery import Server
from gatehouse.mail.ledger import Ledger
from gatehouse.mail.outbox import Outbox, Tally
from gatehouse.mail.postgres import PostgresLedger
from gatehouse.mail.sqlite import SqliteLedger


def work(*, seconds: float) -> Tally:
    """Be a worker for a while: an epoch, a connection to the database and one to the mail server, all ended here."""
    ledger, server = open_ledger(), open_server()
    try:
        ledger.enroll(clock.now())
        outbox = Outbox(ledger, server, sender=settings.MAIL_RETURN_PATH, now=clock.now, unseal=rendering.unseal)
        tally = outbox.work(seconds=seconds) if _may_connect(ledger) else Tally()
        ledger.leave(clock.now())
    finally:
        server.close()
        ledger.close()
    return tally


def _may_connect(ledger: Ledger) -> bool:
    """Whether one more connection to the mail server keeps within the limit; who came first, sends."""
    return not settings.MAIL_CONNECTIONS or ledger.elders(clock.now()) < settings.MAIL_CONNECTIONS


def open_server() -> Server:
    way = route.read(settings.EMAIL_URL)
    if way.kind == "smtp":
        return SmtpServer(way)
    return (
        FileServer(Path(way.path) if way.path else settings.DATA_DIR / "mail")
        if way.kind == "file"
        else ConsoleServer()
    )


def open_ledger() -> Ledger:
    """On a connection of its own: Django's may be in a pool, and closes when it likes."""
    holds = frozenset(settings.MAIL_HOLD_UNSURE)
    if connection.vendor == "sqlite":
        return SqliteLedger(str(connection.settings_dict["NAME"]), locks=settings.DATA_DIR / "locks", holds=holds)
    parameters = connection.get_connection_params()
    wanted = {"dbname", "user", "password", "host", "port", "service", "passfile", "sslmode", "sslrootcert", "options"}
    return PostgresLedger({name: value for name, value in parameters.items() if name in wanted}, holds=holds)


def tidy_locks() -> int:
    """Remove lock files of processes that were killed with nothing in hand."""
    ledger = open_ledger()
    try:
        return ledger.tidy()
    finally:
        ledger.close()
