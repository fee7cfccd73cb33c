"""One running portal for all journeys of a run, without people at first."""

from collections.abc import Iterator

import pytest

from tests.services import portal as service


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[service.Portal]:
    with service.running(tmp_path_factory.mktemp("portal") / "data") as running:
        running.command("create-admin", "--email", "olivia.hart@example.org", "--name", "Olivia Hart")
        yield running
