"""A ledger on the test's own database, and a way out that answers as told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatehouse.core import clock
from gatehouse.mail import worker
from gatehouse.mail.delivery import Answer, Parcel
from gatehouse.mail.ledger import Ledger


class Told:
    """A server in this process: it keeps what it gets, and says what it was told, once each; else yes."""

    def __init__(self) -> None:
        self.got: list[Parcel] = []
        self.says: list[Exception | Callable[[], object] | None] = []

    def deliver(self, parcel: Parcel) -> Answer:
        self.got.append(parcel)
        if self.says:
            said = self.says.pop(0)
            if isinstance(said, Exception):
                raise said
            if said:
                said()
        return Answer(250, "2.0.0", "Ok")

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def own_data(settings, tmp_path: Path) -> Path:
    """A data folder of the test's own: letters go into its `mail/`."""
    settings.DATA_DIR, settings.EMAIL_URL = tmp_path, "file:"
    return tmp_path


@pytest.fixture
def make_ledger(transactional_db, own_data) -> Iterator[Callable[[], Ledger]]:
    """Ledgers with an epoch each, as several processes would have them."""
    made: list[Ledger] = []

    def make() -> Ledger:
        ledger = worker.open_ledger()
        made.append(ledger)
        ledger.enroll(clock.now())
        return ledger

    yield make
    for ledger in made:
        ledger.close()


@pytest.fixture
def ledger(make_ledger) -> Ledger:
    return make_ledger()
