"""Letters before an appointment: the day before, and the hour before, as the desk chose."""

from datetime import timedelta

from django.db import transaction

from gatehouse.core import clock
from gatehouse.helpdesk import appointment_letters as letters, queries
from gatehouse.helpdesk.models import Appointment

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def remind_of_appointments() -> int:
    """One letter for each mark; whoever booked or moved it later than the reminder would have come gets none."""
    desk, now = queries.desk(), clock.now()
    chosen = [("hour_letter_at", HOUR)] if desk.reminds_hour else []
    chosen += [("day_letter_at", DAY)] if desk.reminds_day else []
    return sum(
        _remind(each, mark) for mark, before in chosen for each in queries.due_for_letter(now, before, mark)[:200]
    )


@transaction.atomic
def _remind(appointment: Appointment, mark: str) -> bool:
    """The hour's reminder says what the day's would: a portal that slept does not send both."""
    marks = {"day_letter_at": clock.now()} if mark == "hour_letter_at" else {}
    ahead = Appointment.objects.filter(Appointment.AHEAD, pk=appointment.pk, **{mark: None})
    if not ahead.update(**marks, **{mark: clock.now()}):
        return False
    letters.soon(appointment)
    return True
