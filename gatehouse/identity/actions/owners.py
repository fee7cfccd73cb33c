"""The first owner, and further ones by command."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.identity import codes, queries, rates
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import AlreadyOwned, WordWrong
from gatehouse.journal import actions as journal
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.events import PeopleChanged, RoleGranted
from gatehouse.people.models import Organisation, Person, Role, RoleGrant

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
WORD_LENGTH = 16  # some 79 bits


def first_run_word() -> str | None:
    """The word that lets somebody from another machine set up the portal; None once it has an owner.

    A new one each time it is asked for; the one before works no more. Only its hash is kept.
    """
    if queries.has_owner():
        return None
    word = "".join(secrets.choice(ALPHABET) for _letter in range(WORD_LENGTH))
    flow = SignInFlow(purpose=SignInFlow.Purpose.FIRST_RUN, expires_at=clock.NEVER)
    flow.code_hash = codes.hashed(word, flow_id=flow.pk)
    with transaction.atomic():
        SignInFlow.objects.filter(purpose=SignInFlow.Purpose.FIRST_RUN).delete()
        flow.save()
    return "-".join(word[at : at + 4] for at in range(0, WORD_LENGTH, 4))


def check_word(word: str) -> None:
    """Raises `WordWrong` or `TooOften`."""
    rates.spend_word()
    plain = "".join(word.lower().replace("-", "").split())
    flow = SignInFlow.objects.filter(purpose=SignInFlow.Purpose.FIRST_RUN).first()
    if flow is None or not codes.fits(plain, flow.code_hash, flow_id=flow.pk):
        raise WordWrong


def found_portal(
    *, name: str, email: str, organisation: str, password: str = "", word: str = "", is_from_here: bool = False
) -> Person:
    """Make the first owner and name the organisation; of two who try at once, one gets it.

    Raises `AlreadyOwned`, `WordWrong`, `TooOften`, `ValidationError`.
    """
    if not is_from_here:
        check_word(word)
    with transaction.atomic():
        Role.objects.select_for_update().get(slug="owner")  # PostgreSQL waits here; SQLite has one writer anyway
        if queries.has_owner():
            raise AlreadyOwned
        person = make_owner(email=email, name=name, password=password, actor=None)
        Organisation.objects.update_or_create(pk=1, defaults={"name": organisation})
        SignInFlow.objects.filter(purpose=SignInFlow.Purpose.FIRST_RUN).delete()
    return person


@transaction.atomic
def make_owner(*, email: str, name: str = "", password: str = "", actor: Person | None) -> Person:
    """Give the person at this address the role owner; make the person, if nobody has the address.

    An existing person keeps name and password, unless a password is given. Raises `ValidationError`.
    """
    email = normal_email(email)
    if not is_email(email):
        raise ValidationError(_("%(email)s is no e-mail address.") % {"email": email or "''"})
    person = Person.objects.filter(email=email).first() or _new_person(email, name)
    if password:
        validate_password(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
    _grant, is_new = RoleGrant.objects.get_or_create(person=person, role=Role.objects.get(slug="owner"))
    if is_new:
        journal.record(actor=actor, verb="owner.made", subject=person.name, subject_id=person.pk)
        publish(RoleGranted(person.pk, "owner"))
    return person


def _new_person(email: str, name: str) -> Person:
    given, _blank, family = name.strip().rpartition(" ")
    names = {"given_name": given, "family_name": family} if given else {"given_name": family}
    person = Person.objects.create_user(email=email, joined_on=clock.today(), **names)
    publish(PeopleChanged((person.pk,)))
    return person
