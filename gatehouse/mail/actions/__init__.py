"""Verbs of the outbox; callers import this module: `from gatehouse.mail import actions as mail`."""

from gatehouse.mail.actions.letters import (
    AddressUnusable,
    erase_letters,
    erase_old_bytes,
    give_letters_to_kept,
    hold,
    post,
    release,
    resend,
    send_test,
    try_again,
)
from gatehouse.mail.actions.runs import Recipient, post_many, write_some
from gatehouse.mail.actions.sending import note_recovery, note_trouble, pause_sending, resume_sending
from gatehouse.mail.actions.stops import StopUnusable, lift_suppression, suppress, unsubscribe

__all__ = [
    "AddressUnusable",
    "Recipient",
    "StopUnusable",
    "erase_letters",
    "erase_old_bytes",
    "give_letters_to_kept",
    "hold",
    "lift_suppression",
    "note_recovery",
    "note_trouble",
    "pause_sending",
    "post",
    "post_many",
    "release",
    "resend",
    "resume_sending",
    "send_test",
    "suppress",
    "try_again",
    "unsubscribe",
    "write_some",
]
