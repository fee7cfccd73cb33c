"""A college as small as it can be with something on every page. All of it is made up."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from gatehouse.core import clock, housekeeping
from gatehouse.core.models import Occurrence
from gatehouse.helpdesk.actions.tutors import set_tutoring
from gatehouse.helpdesk.models import Course
from gatehouse.helpdesk.tests import catalogue
from gatehouse.journal import actions as journal
from gatehouse.mail.models import Letter
from gatehouse.mail.tests.factories import LetterFactory, SuppressionFactory
from gatehouse.passes import actions as passes, card_links
from gatehouse.passes.models import Device, GoogleAccount, GoogleObject, Mailing, Pass, Registration
from gatehouse.passes.tests.factories import a_design
from gatehouse.people import actions, roster
from gatehouse.people.models import Group, Membership, Organisation, Person, RosterImport
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

LIST = """Student ID,Name,Email,Course,Section,Role
0001,"Okafor, Maya",maya.okafor@example.org,MATH 101,02,student
0002,Thảo Nguyễn,house@example.org,MATH 101,02,
0003,Noor van Dijk,house@example.org,MATH 101,01,tutor
0004,Samir Haddad,samir@@example.org,MATH 101,01,student
"""


def an_import(until: str) -> dict[str, int]:
    """The key of a class list on its way in: `uploaded`, `reading`, `checked`, `applied` or `refused`."""
    with NamedTemporaryFile(suffix=".csv") as file:
        file.write(LIST.encode())
        file.flush()
        classlist = roster.MAPPINGS["classlist"]
        begun = actions.begin_import(path=Path(file.name), filename="list.csv", mapping=classlist, actor=None)
    if until in {"checked", "applied"}:
        begun = actions.read_import(roster_import=begun)
    if until == "applied":
        begun = actions.apply_import(roster_import=begun, actor=None)
    if until in {"reading", "refused"}:
        RosterImport.objects.filter(pk=begun.pk).update(state=until)
    return {"pk": begun.pk}


def google_refused(college: "College") -> dict[str, int]:
    """An account that Google does not let in, and a card that it refused."""
    GoogleAccount.objects.create(
        pk=1,
        issuer_id="3388000000022000001",
        client_email="cards@alder-college-learning-centre.iam.gserviceaccount.example.org",
        sealed_key=b"",
        added_by=college.ruth.name,
        tried_at=clock.now(),
        answer="400 invalid_grant: Invalid JWT Signature.",
    )
    GoogleObject.objects.create(
        card=college.card, object_id="1.A", failed_at=clock.now(), answer="400 Invalid value at header"
    )
    return {}


@dataclass
class College:
    ruth: Person
    maya: Person
    twin: Person
    membership: Membership
    group: Group
    letter: Letter
    card: Pass
    draft: Mailing
    mailing: Mailing
    stopped: str
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
    the_desk_keeps_lists(twin)
    SuppressionFactory(address="gone@example.org")
    letter = LetterFactory(person=maya, address=maya.email, state=Letter.State.SENT)
    return College(ruth, maya, twin, membership, group, letter, **cards_of(maya, membership))


def cards_of(maya: Person, membership: Membership) -> dict[str, Any]:
    """Maya's card on a phone, one of her household that ends soon, one that was stopped; letters drafted and on their way."""
    design = a_design()
    card = passes.issue_pass(design=design, membership=membership, actor=None)
    wallet = Device.objects.create(library_id="a", pass_type_id=design.pass_type_id)
    Registration.objects.create(device=wallet, card=card)
    of_ada = MembershipFactory(person=maya, card_names="Ada Okafor", expires_on=clock.today() + timedelta(days=12))
    mailing = passes.begin_mailing(actor=None, cards=Pass.objects.filter(pk=card.pk))
    passes.send_passes(mailing=mailing, actor=None)
    passes.post_some(mailing=mailing)
    stopped = passes.issue_pass(design=design, membership=of_ada, actor=None)
    passes.replace_pass(card=stopped, actor=None)
    passes.issue_pass(design=design, membership=MembershipFactory(person__email=None), actor=None)
    draft = passes.begin_mailing(actor=None, design=design)
    return {"card": card, "mailing": mailing, "draft": draft, "stopped": card_links.token(stopped.serial)}


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


def the_desk_keeps_lists(tutor: Person) -> None:
    for slug in catalogue.ORDER:
        if slug != "staff":
            catalogue.applied(slug)
    set_tutoring(person=tutor, course=Course.objects.get(number="1400"), part="lead", actor=None)


def a_file_of_the_desk(until: str) -> dict[str, int]:
    """The key of a file of courses on its way in: `checked`, with a line of each sort, or `applied`."""
    content = (
        "department,number,name,colour\nCSCI,1400,Introduction to computing,red\nCSCI,1725,Data,red\nCSCI,,Nothing,\n"
    )
    if until == "applied":
        return {"pk": catalogue.applied("courses", content)[0].pk}
    return {"pk": catalogue.begun("courses", content).pk}
