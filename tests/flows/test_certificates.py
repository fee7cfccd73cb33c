from datetime import time

from gatehouse import flows
from gatehouse.core import ticker
from gatehouse.passes import tasks


def test_keepers_are_warned_in_the_morning_of_the_organisation():
    flows.connect()

    assert ticker.recurring[tasks.warn_of_expiry.module_path].at == time(7, 0)
