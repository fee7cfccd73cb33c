"""A college as small as it can be with something on every page. All of it is made up."""

from dataclasses import dataclass
from datetime import timedelta

from gatehouse.core import clock, housekeeping
from gatehouse.core.models import Occurrence
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.mail.models import Attempt, Letter
from gatehouse.people.models import Group, Membership, Organisation, Person
from gatehouse.people.tests.factories import (
    ExternalIdFactory,
    GroupFactory,
    GroupPlaceFactory,
    MembershipFactory,
    PersonFactory,
    RoleFactory,
    RoleGrantFactory,
    an_owner,
)


@dataclass
class College:
    ruth: Person
    maya: Person
    twin: Person
    membership: Membership
    group: Group
    letter: Letter
    unsubscribe: str = ""
    link: str = "nothing"


def found() -> College:
    Organisation.objects.create(
        pk=1, name="Alder College", unit="Learning Centre", contact_email="help@example.org", door_colour="#7a1f3d"
    )
    for slug in ("member", "student", "tutor"):
        RoleFactory.built_in(slug)
    ruth = an_owner(given_name="Ruth", family_name="Amsel", email="ruth@example.org")
    maya = PersonFactory(
        given_name="Maya", family_name="Okafor-Featherstonehaugh", email="maya@example.org", attributes={"Locker": "12"}
    )
    twin = PersonFactory(given_name="Thảo", family_name="Nguyễn", email="thao@example.org", language="de")
    membership = MembershipFactory(
        person=maya, level="Friend", add_ons=[{"name": "Parking", "quantity": 2}],
        expires_on=clock.today() + timedelta(days=90),
    )  # fmt: skip
    MembershipFactory(person=twin, status="lapsed")
    ExternalIdFactory(person=maya)
    group = GroupFactory(name="Garden committee", source="classlist")
    GroupPlaceFactory(group=group, person=maya, section="02")
    greeter = RoleFactory(slug="greeter", name="Greeter", permissions=["people.view"])
    RoleGrantFactory(person=twin, role=greeter)
    things_happened(ruth, maya)
    return College(ruth, maya, twin, membership, group, a_refused_letter(twin))


def a_refused_letter(to: Person) -> Letter:
    letter = mail.post(to=to, template="mail/letters/test", context={})
    said = {"code": 550, "enhanced": "5.1.1", "text": "User unknown"}
    Attempt.objects.create(letter=letter, at=clock.now(), outcome="failed", **said)
    answer = {f"answer_{name}": value for name, value in said.items()}
    Letter.objects.filter(pk=letter.pk).update(state="failed", attempts=1, settled_at=clock.now(), **answer)
    mail.suppress(address=letter.address, reason="bounce", evidence="550 5.1.1 User unknown")
    return letter


def things_happened(ruth: Person, maya: Person) -> None:
    """Lines for the journal, and for the page of jobs a run that went well and one that failed."""
    about = {"city": ["Alderford", "Lindenau"]}
    journal.record(actor=ruth, verb="person.edited", subject=maya.name, subject_id=maya.pk, details=about)
    journal.record(actor=None, verb="roster.imported", subject="garden-members.csv")
    now = clock.now()
    for sweep, error in ((housekeeping.beat, ""), (housekeeping.tidy_up, "OperationalError: database is locked")):
        Occurrence.objects.create(
            sweep=sweep.module_path, due_at=now, started_at=now, finished_at=now, done=None if error else 0, error=error
        )
