"""What is done with passes."""

from gatehouse.passes.actions.certificates import (
    Unreadable,
    add_certificate,
    make_test_certificates,
    retire_certificate,
)
from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.scanning import Scan, scan

__all__ = [
    "Scan",
    "Unreadable",
    "add_certificate",
    "issue_pass",
    "make_test_certificates",
    "new_pass",
    "next_tag",
    "retire_certificate",
    "scan",
]
