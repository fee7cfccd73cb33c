from datetime import time

from gatehouse import flows
from gatehouse.core import ticker
from gatehouse.people import tasks


def test_memberships_lapse_soon_after_midnight_of_the_organisation():
    flows.connect()

    assert ticker.recurring[tasks.lapse_memberships.module_path].at == time(0, 5)
