"""What is done with passes."""

from gatehouse.passes.actions.automatic import issue_due
from gatehouse.passes.actions.certificates import (
    TEST_PASS_TYPE,
    TEST_TEAM,
    Unreadable,
    add_certificate,
    make_test_certificates,
    retire_certificate,
    wallet_folder,
)
from gatehouse.passes.actions.devices import forget_reports, keep_reports, register_device, unregister_device
from gatehouse.passes.actions.issuing import issue_pass, new_pass, next_tag
from gatehouse.passes.actions.marking import (
    erase_holder,
    give_passes_to_kept,
    mark_changed_people,
    mark_just_left,
    mark_lapsed,
    mark_leavers,
    mark_membership,
    mark_stale,
)
from gatehouse.passes.actions.pushing import push_due, push_waiting
from gatehouse.passes.actions.renewing import renew_stale
from gatehouse.passes.actions.sending import (
    LINKS_OF_A_NETWORK,
    MAILING_LEASE,
    begin_mailing,
    give_up_mailing,
    offered,
    post_some,
    preview,
    send_new_link,
    send_passes,
    write_mailing,
)
from gatehouse.passes.actions.stopping import stop_own_card
from gatehouse.passes.actions.voiding import replace_pass, void_pass
from gatehouse.passes.actions.warning import warn_of_expiry

__all__ = [
    "LINKS_OF_A_NETWORK",
    "MAILING_LEASE",
    "TEST_PASS_TYPE",
    "TEST_TEAM",
    "Unreadable",
    "add_certificate",
    "begin_mailing",
    "erase_holder",
    "forget_reports",
    "give_passes_to_kept",
    "give_up_mailing",
    "issue_due",
    "issue_pass",
    "keep_reports",
    "make_test_certificates",
    "mark_changed_people",
    "mark_just_left",
    "mark_lapsed",
    "mark_leavers",
    "mark_membership",
    "mark_stale",
    "new_pass",
    "next_tag",
    "offered",
    "post_some",
    "preview",
    "push_due",
    "push_waiting",
    "register_device",
    "renew_stale",
    "replace_pass",
    "retire_certificate",
    "send_new_link",
    "send_passes",
    "stop_own_card",
    "unregister_device",
    "void_pass",
    "wallet_folder",
    "warn_of_expiry",
    "write_mailing",
]
