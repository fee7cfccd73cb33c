"""How the desk works: its limits, whether it is closed for the moment, what it tells, and the kiosk's PIN."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.catalogue.refusals import EntryRefused
from gatehouse.helpdesk.models import Desk
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

NEWS_MINUTES = (30, 60, 120, 240)
_PIN = re.compile(r"[0-9]{4,12}")


@transaction.atomic
def save_desk(*, values: Mapping[str, Any], actor: Person | None, pin: str | None = None) -> Desk:
    """Write what differs. `pin`: 4 to 12 digits to leave the kiosk, kept as a hash; "" takes it away, None keeps it.

    A PIN that is new or taken away closes every screen that was opened with the old one. The journal tells which
    settings changed, of the PIN that it did.
    """
    if not policies.can_manage(actor):
        raise PermissionDenied
    if pin and not _PIN.fullmatch(pin):
        raise EntryRefused(_("Write 4 to 12 digits."), field="pin")
    Desk.objects.get_or_create(pk=1)
    desk = Desk.objects.select_for_update().get(pk=1)
    changed = {name: value for name, value in values.items() if getattr(desk, name) != value}
    if pin is not None and (pin or desk.kiosk_pin):
        changed["kiosk_pin"] = make_password(pin) if pin else ""
        changed["kiosk_round"] = desk.kiosk_round + 1
    for name, value in changed.items():
        setattr(desk, name, value)
    if changed:
        desk.save(update_fields=list(changed))
        journal.record(actor=actor, verb="desk.edited", subject=_("Help desk"), details={"fields": sorted(changed)})
        queue_moved()
    return desk


@transaction.atomic
def tell_everybody(*, text: str, minutes: int, actor: Person) -> Desk:
    """A line for whoever waits or is about to ask ("We are running late"), for so long; "" ends it."""
    if not policies.can_help(actor):
        raise PermissionDenied
    Desk.objects.get_or_create(pk=1)
    desk = Desk.objects.select_for_update().get(pk=1)
    desk.news = one_line(text)[:160]
    desk.news_until = clock.now() + timedelta(minutes=minutes) if desk.news else None
    desk.save(update_fields=["news", "news_until"])
    journal.record(actor=actor, verb="desk.told", subject=desk.news or _("Help desk"))
    queue_moved()
    return desk
