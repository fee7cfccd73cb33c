"""The queue has a version, which every deed raises that moves somebody in it."""

from django.db.models import F

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.helpdesk.events import QueueMoved
from gatehouse.helpdesk.models import QueueVersion


def queue_moved() -> None:
    """Raise the version in the caller's transaction; call it last, for until the commit others wait for its row.

    Due after every change of the queue, of a shift, or of what the asker of a live ticket sees of it;
    and of what the desk keeps, for places, waits and screens follow from its hours, rooms and who tutors what.
    """
    raised = {"value": F("value") + 1, "changed_at": clock.now()}
    if not QueueVersion.objects.filter(pk=1).update(**raised):
        QueueVersion.objects.get_or_create(pk=1)
        QueueVersion.objects.filter(pk=1).update(**raised)
    publish(QueueMoved())
