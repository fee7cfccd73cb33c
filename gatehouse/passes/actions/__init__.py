"""What is done with passes."""

from gatehouse.passes.actions.certificates import (
    TEST_PASS_TYPE,
    TEST_TEAM,
    Unreadable,
    add_certificate,
    make_test_certificates,
    retire_certificate,
    wallet_folder,
)
from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.warning import warn_of_expiry

__all__ = [
    "TEST_PASS_TYPE",
    "TEST_TEAM",
    "Unreadable",
    "add_certificate",
    "issue_pass",
    "make_test_certificates",
    "new_pass",
    "next_tag",
    "retire_certificate",
    "wallet_folder",
    "warn_of_expiry",
]
