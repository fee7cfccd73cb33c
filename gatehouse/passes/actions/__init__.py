"""What is done with passes."""

from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.sending import (
    MAILING_LEASE,
    begin_mailing,
    give_up_mailing,
    offered,
    post_mailing,
    preview,
    send_new_link,
    send_passes,
    write_mailing,
)

__all__ = [
    "MAILING_LEASE",
    "begin_mailing",
    "give_up_mailing",
    "issue_pass",
    "new_pass",
    "next_tag",
    "offered",
    "post_mailing",
    "preview",
    "send_new_link",
    "send_passes",
    "write_mailing",
]
