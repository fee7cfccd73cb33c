"""What the desk writes about appointments: to whoever booked, and to the tutor, each in their own language."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from gatehouse.helpdesk import links, ports
from gatehouse.helpdesk.models import Appointment
from gatehouse.helpdesk.words import on_day, place_of_meeting
from gatehouse.mail import actions as mail
from gatehouse.people.models import Person


def booked(appointment: Appointment) -> None:
    _post("booked", appointment, appointment.person)
    _post("booked", appointment, appointment.tutor)


def moved(appointment: Appointment, before: datetime, given: Person) -> None:
    """Another tutor than before reads of an appointment, and the former one that there is none."""
    _post("moved", appointment, appointment.person, before=before)
    if given.pk == appointment.tutor_id:
        _post("moved", appointment, appointment.tutor, before=before)
    else:
        _post("booked", appointment, appointment.tutor)
        _post("cancelled", appointment, given, at=before, because="", by=appointment.person.name)


def cancelled(appointment: Appointment, actor: Person | None, silent_to: Any = None) -> None:
    """To whoever did not do it, and as a receipt to whoever booked; nothing to `silent_to`, who is erased."""
    about = {"because": appointment.cancelled_because, "by": actor.name if actor else ""}
    for reader in (appointment.person, appointment.tutor):
        if reader.pk == silent_to:
            continue
        if actor is None or reader.pk != actor.pk or reader.pk == appointment.person_id:
            _post("cancelled", appointment, reader, **about, is_own=actor is not None and reader.pk == actor.pk)


def soon(appointment: Appointment) -> None:
    _post("soon", appointment, appointment.person)


def _post(name: str, appointment: Appointment, reader: Person, **about: Any) -> None:
    """`before` and `at` are moments; they go into the reader's words."""
    if not reader.email or not reader.is_active:
        return
    is_tutor = reader.pk != appointment.person_id
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        moments = {"before": about.pop("before", None), "when": about.pop("at", None) or appointment.starts_at}
        words = {key: on_day(moment) for key, moment in moments.items() if moment}
        values = {
            **words,
            **about,
            "is_tutor": is_tutor,
            "other": (appointment.person if is_tutor else appointment.tutor).name,
            "course": appointment.course.code,
            "place": place_of_meeting(appointment.mode, appointment.room),
            "question": appointment.question.splitlines(),
            "link": links.appointment_address(appointment),
            "file": links.appointment_file(appointment),
            "again": settings.BASE_URL + reverse("helpdesk:book"),
            "card": "" if is_tutor else ports.card_of(appointment.pk) or "",
        }
    # the card's link is a key, so a letter with it is kept sealed, as those are that hand cards out
    mail.post(
        to=reader,
        template=f"helpdesk/letters/appointment_{name}",
        context=values,
        credential=bool(values["card"]),
    )
