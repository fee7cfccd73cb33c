"""What is done with passes."""

from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag

__all__ = ["issue_pass", "new_pass", "next_tag"]
