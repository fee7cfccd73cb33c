"""What is done with passes."""

from gatehouse.passes.actions.automatic import issue_due
from gatehouse.passes.actions.batches import (
    ask_batch,
    discard_batch,
    fill_waiting,
    forget_drafts,
    make_numbers,
    read_batch,
)
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
    mark_all,
    mark_changed_people,
    mark_just_left,
    mark_lapsed,
    mark_leavers,
    mark_membership,
    mark_stale,
)
from gatehouse.passes.actions.noting import note_download, note_export
from gatehouse.passes.actions.own_values import balance_of, book, write_own
from gatehouse.passes.actions.publishing import publish_design, take_back
from gatehouse.passes.actions.pushing import push_due, push_waiting
from gatehouse.passes.actions.renewing import renew_stale
from gatehouse.passes.actions.scanning import Scan, scan
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
from gatehouse.passes.actions.standing_for import forget_cards, keep_card, stop_card
from gatehouse.passes.actions.stopping import stop_own_card
from gatehouse.passes.actions.telling import tell_waiting
from gatehouse.passes.actions.voiding import replace_pass, void_pass
from gatehouse.passes.actions.warning import warn_of_expiry

__all__ = [
    "LINKS_OF_A_NETWORK",
    "MAILING_LEASE",
    "TEST_PASS_TYPE",
    "TEST_TEAM",
    "Scan",
    "Unreadable",
    "add_certificate",
    "archive_design",
    "ask_batch",
    "balance_of",
    "begin_mailing",
    "book",
    "delete_design",
    "discard_batch",
    "duplicate_design",
    "erase_holder",
    "fill_waiting",
    "forget_callbacks",
    "forget_cards",
    "forget_drafts",
    "forget_google_account",
    "forget_reports",
    "forget_unused_images",
    "give_passes_to_kept",
    "give_up_mailing",
    "hear_google",
    "issue_due",
    "issue_pass",
    "keep_card",
    "keep_google_account",
    "keep_image",
    "keep_reports",
    "make_design",
    "make_numbers",
    "make_save_link",
    "make_test_certificates",
    "mark_all",
    "mark_changed_people",
    "mark_google",
    "mark_just_left",
    "mark_lapsed",
    "mark_leavers",
    "mark_membership",
    "mark_stale",
    "new_pass",
    "next_tag",
    "note_download",
    "note_export",
    "offered",
    "post_some",
    "preview",
    "publish_design",
    "push_due",
    "push_waiting",
    "read_batch",
    "register_device",
    "renew_stale",
    "replace_pass",
    "restore_design",
    "retire_certificate",
    "save_draft",
    "scan",
    "send_new_link",
    "send_passes",
    "set_audience",
    "stop_card",
    "stop_own_card",
    "take_back",
    "tell_again",
    "tell_waiting",
    "try_google_account",
    "unregister_device",
    "void_pass",
    "wallet_folder",
    "warn_of_expiry",
    "write_mailing",
    "write_own",
]
