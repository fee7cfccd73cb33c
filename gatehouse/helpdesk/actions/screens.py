"""A device in the room becomes the desk's check-in screen or its wall board, and stops being one."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions import counting
from gatehouse.helpdesk.models import Desk, Room
from gatehouse.helpdesk.queries.catalogue import pin_fits
from gatehouse.helpdesk.refusals import PinWrong
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


def open_kiosk(*, pin: str, room: Room | None, actor: Person | None) -> int:
    """The round in which it is opened; `actor` is who was signed in at that browser. Raises `PinWrong`, `TooMany`."""
    _insist(pin, actor)
    journal.record(actor=actor, verb="kiosk.opened", subject=str(room) if room else _("Help desk"))
    return queries.kiosk_round()


def close_kiosk(*, pin: str, room: Room | None) -> None:
    """One screen, by whoever stands before it; raises `PinWrong`, `TooMany`."""
    _insist(pin, None)
    journal.record(actor=None, verb="kiosk.closed", subject=str(room) if room else _("Help desk"))


@transaction.atomic
def close_all_kiosks(*, actor: Person | None) -> None:
    """From afar: every screen that is open asks for the PIN again."""
    if not policies.can_manage(actor):
        raise PermissionDenied
    Desk.objects.get_or_create(pk=1)
    Desk.objects.filter(pk=1).update(kiosk_round=F("kiosk_round") + 1)
    journal.record(actor=actor, verb="kiosk.all_closed", subject=_("Help desk"))


def _insist(pin: str, actor: Person | None) -> None:
    """Tries are counted by network, and only these: nothing else is shut to those who share it."""
    counting.count_pin()
    if not pin_fits(pin):
        journal.record(actor=actor, verb="kiosk.pin_wrong", subject=_("Help desk"))
        raise PinWrong
