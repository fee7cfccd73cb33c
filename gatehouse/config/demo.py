"""The demo: Alder College with its learning centre, its garden and its workshop, loaded once from demo/."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction

from gatehouse.config import env, listening, migrating
from gatehouse.config.listening import Address
from gatehouse.core.commands import progress_bar
from gatehouse.helpdesk import demo as helpdesk
from gatehouse.identity.oidc import demo as oidc
from gatehouse.journal import actions as journal
from gatehouse.passes import demo as passes
from gatehouse.people import actions as people
from gatehouse.people.models import Membership, Organisation, Person, Role

FILE = env.DATA / "demo.json"
SAMPLE = env.DATA / "sample-app.json"  # what the sample service was told; it holds its secret
ROSTERS = (("staff.csv", "gatehouse"), ("students.csv", "classlist"), ("garden-members.csv", "altru"))
GARDEN = "altru"  # the source of the memberships that have a card
GRANTED = {"ruth.amsel@example.org": "owner", "diego.nunez@example.org": "admin"}  # the rosters bring the other roles
SIGN_INS = (
    "ruth.amsel@example.org",  # the membership officer
    "diego.nunez@example.org",  # the course office
    "edith.thornbury@example.org",
    "ines.duarte@example.org",
    "maya.okafor@example.org",  # a student, and a member of the garden
    "thandiwe.wang0@example.org",
)


def prepare(address: Address) -> dict[str, Any]:
    """Make this portal a demo that lives at this address, and load it once; a demo that is there keeps its data.

    Only its help desk is at work anew each day.
    """
    if settings.MODE != "demo":
        _begin()
    url = listening.remember(address, mode="demo")
    migrating.bring_up_to_date()
    is_new = not Organisation.objects.exists()
    pin = _load() if is_new else ""
    helpdesk.enliven()
    prepare_sample(address, url)
    write_sign_ins(url, pin=pin)
    return {"state": "prepared", "is_new": is_new, "url": url, "people": Person.objects.count()}


def _begin() -> None:
    if settings.IS_PRODUCTION or _holds_people():
        raise CommandError(
            f"{env.DATA} already holds a portal that is no demo. Choose another folder: GATEHOUSE_DATA=… gatehouse demo"
        )
    env.write_settings({"GATEHOUSE_MODE": "demo", "DATABASE_URL": env.text("DATABASE_URL"), "EMAIL_URL": "file:"})


def _holds_people() -> bool:
    return Person._meta.db_table in connection.introspection.table_names() and Person.objects.exists()  # noqa: SLF001


def _load() -> str:
    """The rosters as anybody would bring them; the organisation comes last, as the sign that all is there.

    Gives the PIN of the help desk's screens, which nobody can read afterwards.
    """
    with progress_bar("Loading the demo", unit="rosters") as progress:
        for number, (name, mapping) in enumerate(ROSTERS, start=1):
            _import(settings.DEMO_DIR / name, mapping)
            progress(number, len(ROSTERS))
    with progress_bar("Making its cards", unit="cards") as progress, transaction.atomic():
        passes.load(settings.DEMO_DIR / "garden-card", source=GARDEN, progress=progress)
    with transaction.atomic():
        for email, role in GRANTED.items():
            person, granted = Person.objects.get(email=email), Role.objects.get(slug=role)
            people.grant_role(person=person, role=granted, actor=None, source="demo")
        pin = helpdesk.load(card=passes.load_appointment_card().pk)
        people.save_organisation(
            name="Alder College", unit="Learning Centre", contact_email="help@example.org", actor=None
        )
        journal.record(actor=None, verb="demo.loaded", subject="Alder College")
    return pin


def _import(path: Path, mapping: str) -> None:
    known = people.mappings()[mapping]
    roster = people.begin_import(path=path, filename=path.name, mapping=known, actor=None)
    people.read_import(roster_import=roster)
    people.apply_import(roster_import=roster, actor=None)


def prepare_sample(address: Address, url: str) -> None:
    """Tell the sample service where the portal is, and the portal where its sample is: on a free port beside it."""
    known = json.loads(SAMPLE.read_text(encoding="utf-8")) if SAMPLE.exists() else {}
    there = address.beside()
    place = urlsplit(there.url).netloc
    told = oidc.load(url=there.url, secret=known.get("client_secret", ""))
    env.write_settings({"GATEHOUSE_PRIVATE_SERVICES": place})
    SAMPLE.touch(mode=0o600)
    SAMPLE.write_text(
        json.dumps({**told, "issuer": url, "url": there.url, "host": there.host, "port": there.port}, indent=2) + "\n",
        encoding="utf-8",
    )


def write_sign_ins(url: str, *, pin: str = "") -> None:
    """Who may be tried, with the roles they hold, for a person who looks on and for scripts; and the kiosk's PIN."""
    found = {person.email: person for person in Person.objects.filter(email__in=SIGN_INS)}
    sign_ins = [_sign_in(found[email]) for email in SIGN_INS if email in found]
    pin = pin or _pin_written()
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))["url"] if SAMPLE.exists() else ""
    content = {"url": url, "sample": sample, "mail": str(env.DATA / "mail"), "kiosk_pin": pin, "sign_ins": sign_ins}
    FILE.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _pin_written() -> str:
    return str(json.loads(FILE.read_text(encoding="utf-8")).get("kiosk_pin", "")) if FILE.exists() else ""


def _sign_in(person: Person) -> dict[str, Any]:
    roles = set(person.roles.values_list("slug", flat=True))
    if person.memberships.filter(status=Membership.Status.ACTIVE).exists():
        roles.add("member")
    return {"email": person.email, "name": person.name, "roles": sorted(roles)}


def sign_ins_as_text() -> str:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    lines = [f"  {one['email']:<28} {one['name']:<16} {', '.join(one['roles'])}" for one in content["sign_ins"]]
    return "\n".join(
        [
            "Sign in with the address of one of them; the code comes by letter:",
            *lines,
            f"Letters lie in {content['mail']}",
            f"A service to sign in to is at {content['sample']}",
            f"Check-in screen: {content['url']}/help/kiosk, PIN {content.get('kiosk_pin', '')}",
        ]
    )
