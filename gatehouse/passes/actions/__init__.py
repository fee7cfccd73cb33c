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
from gatehouse.passes.actions.designs import (
    archive_design,
    delete_design,
    duplicate_design,
    make_design,
    restore_design,
    save_draft,
    set_audience,
)
from gatehouse.passes.actions.devices import forget_reports, keep_reports, register_device, unregister_device
from gatehouse.passes.actions.google import (
    forget_callbacks,
    forget_google_account,
    hear_google,
    keep_google_account,
    make_save_link,
    mark_google,
    tell_again,
    try_google_account,
)
from gatehouse.passes.actions.images import forget_unused_images, keep_image
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
from gatehouse.passes.actions.publishing import publish_design, take_back
from gatehouse.passes.actions.pushing import push_due, push_waiting
from gatehouse.passes.actions.renewing import renew_stale
from gatehouse.passes.actions.telling import tell_waiting
from gatehouse.passes.actions.voiding import replace_pass, void_pass
from gatehouse.passes.actions.warning import warn_of_expiry

__all__ = [
    "TEST_PASS_TYPE",
    "TEST_TEAM",
    "Unreadable",
    "add_certificate",
    "archive_design",
    "delete_design",
    "duplicate_design",
    "erase_holder",
    "forget_callbacks",
    "forget_google_account",
    "forget_reports",
    "forget_unused_images",
    "give_passes_to_kept",
    "hear_google",
    "issue_due",
    "issue_pass",
    "keep_google_account",
    "keep_image",
    "keep_reports",
    "make_design",
    "make_save_link",
    "make_test_certificates",
    "mark_changed_people",
    "mark_google",
    "mark_just_left",
    "mark_lapsed",
    "mark_leavers",
    "mark_membership",
    "mark_stale",
    "new_pass",
    "next_tag",
    "publish_design",
    "push_due",
    "push_waiting",
    "register_device",
    "renew_stale",
    "replace_pass",
    "restore_design",
    "retire_certificate",
    "save_draft",
    "set_audience",
    "take_back",
    "tell_again",
    "tell_waiting",
    "try_google_account",
    "unregister_device",
    "void_pass",
    "wallet_folder",
    "warn_of_expiry",
]
