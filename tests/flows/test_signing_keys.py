"""Signing keys are made by themselves, long before they are needed."""

from datetime import timedelta

from gatehouse import flows
from gatehouse.core import ticker
from gatehouse.identity.oidc import tasks
from gatehouse.identity.oidc.models import SigningKey


def test_keys_are_looked_after_each_hour():
    flows.connect()

    assert ticker.recurring[tasks.rotate_keys.module_path].interval == timedelta(hours=1)
    assert timedelta(hours=1) < SigningKey.PUBLISHED_BEFORE
