"""What is done with passes."""

from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.scanning import Scan, scan

__all__ = ["Scan", "issue_pass", "new_pass", "next_tag", "scan"]
