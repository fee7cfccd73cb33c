"""Passwords, for those who want one."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from gatehouse.identity.actions.sessions import end_all_sessions
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.models import Person


def set_password(*, person: Person, password: str, actor: Person | None, but: UUID | None = None) -> None:
    """Set or change it and end all sessions but this one; raises `ValidationError` for a weak one."""
    validate_password(password, person)
    person.set_password(password)
    _keep(person, verb="password.set", actor=actor, but=but)


def remove_password(*, person: Person, actor: Person, but: UUID | None = None) -> None:
    """From now on a code by e-mail is the way in."""
    person.set_unusable_password()
    _keep(person, verb="password.removed", actor=actor, but=but)


@transaction.atomic
def _keep(person: Person, *, verb: str, actor: Person | None, but: UUID | None) -> None:
    person.save(update_fields=["password"])
    end_all_sessions(person=person, actor=actor, but=but, why="password")
    journal.record(actor=actor, verb=verb, subject=person.name, subject_id=person.pk)
    if person.email:
        context = {"was_removed": verb == "password.removed"}
        mail.post(to=person, template="identity/letters/password", context=context, actor=actor)
