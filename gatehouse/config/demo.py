"""The demo: Alder College with its learning centre, its garden and its workshop, loaded once from demo/."""

import json
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import connection, transaction

from gatehouse.config import env, listening, migrating
from gatehouse.config.listening import Address
from gatehouse.journal import actions as journal
from gatehouse.people.models import Organisation, Person, Role, RoleGrant

FILE = env.DATA / "demo.json"
SIGN_INS = (
    ("Olivia", "Hart", "owner"),
    ("Marcus", "Reed", "admin"),
    ("Helen", "Osei", "instructor"),
    ("Ana", "López", "tutor"),
    ("Ben", "Carter", "student"),
    ("Mai", "Nguyễn", "member"),
)


def prepare(address: Address) -> dict[str, Any]:
    """Make this portal a demo that lives at this address, and load it once; a demo that is there keeps its data."""
    if settings.MODE != "demo":
        _begin()
    url = listening.remember(address, mode="demo")
    migrating.bring_up_to_date()
    is_new = not Organisation.objects.exists()
    if is_new:
        _load()
    _write_sign_ins(url)
    return {"state": "prepared", "is_new": is_new, "url": url, "people": Person.objects.count()}


def _begin() -> None:
    if settings.IS_PRODUCTION or _holds_people():
        raise CommandError(
            f"{env.DATA} already holds a portal that is no demo. Choose another folder: GATEHOUSE_DATA=… gatehouse demo"
        )
    env.write_settings({"GATEHOUSE_MODE": "demo", "DATABASE_URL": env.text("DATABASE_URL"), "EMAIL_URL": "file:"})


def _holds_people() -> bool:
    return Person._meta.db_table in connection.introspection.table_names() and Person.objects.exists()  # noqa: SLF001


@transaction.atomic
def _load() -> None:
    Organisation.objects.create(pk=1, name="Alder College", unit="Learning Centre", contact_email="help@example.org")
    for given, family, role in SIGN_INS:
        person = Person.objects.create_user(_email(given, family), given_name=given, family_name=family, source="demo")
        RoleGrant.objects.create(person=person, role=Role.objects.get(slug=role), source="demo")
    journal.record(actor=None, verb="demo.loaded", subject="Alder College")


def _email(given: str, family: str) -> str:
    plain = {"López": "lopez", "Nguyễn": "nguyen"}
    return f"{given}.{plain.get(family, family)}@example.org".lower()


def _write_sign_ins(url: str) -> None:
    people = [
        {"email": _email(given, family), "name": f"{given} {family}", "roles": [role]}
        for given, family, role in SIGN_INS
    ]
    content = {"url": url, "mail": str(env.DATA / "mail"), "sign_ins": people}
    FILE.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def sign_ins_as_text() -> str:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    lines = [f"  {', '.join(one['roles']):<12} {one['email']:<28} {one['name']}" for one in content["sign_ins"]]
    return "\n".join(
        [
            "Sign in with the address of one of them; the code comes by letter:",
            *lines,
            f"Letters lie in {content['mail']}",
        ]
    )
