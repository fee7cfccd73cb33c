"""Wallets register for passes, take their registration back, and write what went wrong."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from gatehouse.core import claims, clock
from gatehouse.passes.actions.issuing import next_tag
from gatehouse.passes.models import Device, DeviceReport, Pass, Registration

TRIES = 8  # one for each wallet that brings the same token at this moment
LONGEST_REPORT, MOST_REPORTS = 500, 10_000
REPORTS_FOR = timedelta(days=30)
SECRET = re.compile(r"[0-9A-Fa-f]{32,}")  # tokens of pushes and of passes


def register_device(*, card: Pass, library_id: str, push_token: str) -> bool:
    """This wallet holds this pass, and hears of changes under this token; True when it was not known to hold it.

    A token that another wallet had is this one's from now on. Two who bring the same news at once both succeed.
    """
    for _ in range(TRIES - 1):
        try:
            return _register(card, library_id, push_token)
        except IntegrityError:  # somebody made the same device a moment ago
            continue
    return _register(card, library_id, push_token)


@transaction.atomic
def _register(card: Pass, library_id: str, push_token: str) -> bool:
    """Whoever renews the pass waits for us, or we for them: so either they see this wallet, or we their version."""
    only_it = Pass.objects.select_for_update(of=("self",), no_key=True)  # its design is held by whoever publishes it
    held = only_it.select_related("design").get(pk=card.pk)
    who = {"library_id": library_id, "pass_type_id": held.design.pass_type_id}
    known = Registration.objects.filter(card=held, device__in=Device.objects.filter(**who)).exists()
    tag = next_tag() if held.version > 1 and not known else 0
    device = _device(push_token=push_token, **who)
    _, is_new = Registration.objects.get_or_create(device=device, card=held, defaults={"tag": tag})
    if is_new and tag:
        Device.objects.filter(pk=device.pk).update(push_since=clock.now(), **claims.anew(clock.now()))
    return is_new


def _device(*, library_id: str, pass_type_id: str, push_token: str) -> Device:
    same = Q(library_id=library_id) | Q(push_token=push_token)
    held = list(Device.objects.select_for_update().filter(same, pass_type_id=pass_type_id).order_by("pk"))
    others = [other.pk for other in held if other.library_id != library_id]
    Device.objects.filter(pk__in=others).update(push_token=None, push_since=None)
    ours = next((device for device in held if device.library_id == library_id), None)
    device = ours or Device(library_id=library_id, pass_type_id=pass_type_id)
    if device.push_token != push_token and device.push_since:
        Device.objects.filter(pk=device.pk).update(**claims.anew(clock.now()))
    device.push_token, device.token_at, device.failed_at, device.answer = push_token, clock.now(), None, ""
    device.save(update_fields=["push_token", "token_at", "failed_at", "answer"] if ours else None)
    return device


@transaction.atomic
def unregister_device(*, card: Pass, library_id: str) -> bool:
    """Whether there was something to take back. A wallet that holds none of our passes is forgotten."""
    mine = Device.objects.filter(library_id=library_id, pass_type_id=card.design.pass_type_id)
    device = mine.select_for_update().first()
    if device is None:
        return False
    gone, _ = Registration.objects.filter(device=device, card=card).delete()
    if not device.registrations.exists():
        device.delete()
    return bool(gone)


def keep_reports(lines: Iterable[str]) -> None:
    """Lines of anybody: printable, short, and without anything that looks like a token."""
    DeviceReport.objects.bulk_create(DeviceReport(text=text) for line in lines if (text := _harmless(line)))


def _harmless(line: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in line)
    return SECRET.sub("…", plain).strip()[:LONGEST_REPORT]


def forget_reports() -> int:
    """Those older than a month, and beyond the newest ten thousand."""
    old, _ = DeviceReport.objects.filter(at__lt=clock.now() - REPORTS_FOR).delete()
    beyond = list(DeviceReport.objects.order_by("-pk").values_list("pk", flat=True)[MOST_REPORTS : MOST_REPORTS + 1])
    if not beyond:
        return old
    return old + DeviceReport.objects.filter(pk__lte=beyond[0]).delete()[0]
