"""What is done with passes."""

from gatehouse.passes.actions.certificates import (
    Unreadable,
    add_certificate,
    make_test_certificates,
    retire_certificate,
)
from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.sending import (
    LINKS_OF_A_NETWORK,
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
    "LINKS_OF_A_NETWORK",
    "MAILING_LEASE",
    "Unreadable",
    "add_certificate",
    "begin_mailing",
    "give_up_mailing",
    "issue_pass",
    "make_test_certificates",
    "new_pass",
    "next_tag",
    "offered",
    "post_mailing",
    "preview",
    "retire_certificate",
    "send_new_link",
    "send_passes",
    "write_mailing",
]
