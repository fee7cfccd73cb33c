import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """The pace of help, and whether there is a desk, are kept in the process for a while."""
    cache.clear()
