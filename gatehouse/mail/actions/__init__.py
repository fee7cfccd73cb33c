"""Verbs of the outbox; callers import this module: `from gatehouse.mail import actions as mail`."""

from gatehouse.mail.actions.letters import (
    AddressUnusable,
    erase_old_bytes,
    hold,
    post,
    release,
    resend,
    send_test,
)
from gatehouse.mail.actions.sending import note_recovery, note_trouble, pause_sending, resume_sending
from gatehouse.mail.actions.stops import StopUnusable, lift_suppression, suppress, unsubscribe

__all__ = [
    "AddressUnusable",
    "StopUnusable",
    "erase_old_bytes",
    "hold",
    "lift_suppression",
    "note_recovery",
    "note_trouble",
    "pause_sending",
    "post",
    "release",
    "resend",
    "resume_sending",
    "send_test",
    "suppress",
    "unsubscribe",
]
