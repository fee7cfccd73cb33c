"""A small desk: a design with a balance, cards of all states, a batch; for tests of the desk's pages."""

from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from gatehouse.core import clock
from gatehouse.passes import actions
from gatehouse.passes.blueprint import Barcode, Field
from gatehouse.passes.models import Batch, Design, Device, DeviceReport, Pass, Registration, Renewal
from gatehouse.passes.tests.factories import BLUEPRINT, a_design
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory

GIFT = replace(
    BLUEPRINT,
    style="storeCard",
    description="Gift card",
    fields=(
        Field("balance", "primary", "Balance", "{own.balance}", "currency", "EUR", change="Left: %@"),
        Field("name", "secondary", "For", "{own.name}"),
        Field("seat", "secondary", "Seat", "{own.seat}"),
    ),
    barcode=Barcode("code128", "{pass.code}", "{pass.code}"),
)
PUSH_TOKEN = "5ec2e7" * 10  # what no page may show
LIBRARY = "no-page-shows-this-library"
LIST = "Name;E-mail;Balance;Code\r\nMaya Okafor;maya@example.org;25;GIFT-0001\r\nNoor van Dijk;;12,50;\r\n"


def a_gift_design(name: str = "Gift card") -> Design:
    return Design.objects.filter(name=name).first() or a_design(name, blueprint=GIFT, subject="nobody")


def a_garden_design() -> Design:
    return Design.objects.filter(name="Garden card").first() or a_design()


def a_gift_card(balance: str = "25.00", **own: str) -> Pass:
    batch = actions.make_numbers(design=a_gift_design(), number=1, own={"balance": balance, **own}, actor=None)
    return batch.passes.get()


def a_held_card(**of_membership) -> Pass:
    """On a phone, changed once, scanned, told of by the phone."""
    person = PersonFactory(given_name="Zoë", family_name="Brandt")
    membership = MembershipFactory(**{"person": person, "level": "Friend", **of_membership})
    card = actions.issue_pass(design=a_garden_design(), membership=membership, actor=None)
    on_a_phone(card)
    Renewal.objects.create(card=card, version=2, changed=["level", ".expires", ".design"])
    actions.scan(code=card.serial, actor=None, place="Main entrance")
    DeviceReport.objects.create(text="[2026-11-21] Web service error: <b>malformed</b>")
    return card


def on_a_phone(card: Pass, *, is_failed: bool = False) -> Device:
    number = Device.objects.count()
    device = Device.objects.create(
        library_id=f"{LIBRARY}-{number}",
        pass_type_id=card.design.pass_type_id,
        push_token=f"{PUSH_TOKEN}{number}",
        failed_at=clock.now() if is_failed else None,
        answer="410 Unregistered" if is_failed else "",
    )
    Registration.objects.create(device=device, card=card)
    return device


def a_batch(number: int = 3) -> Batch:
    return actions.make_numbers(design=a_gift_design(), number=number, own={"balance": "10.00"}, actor=None)


def a_waiting_batch() -> Batch:
    return Batch.objects.create(design=a_gift_design(), wanted=5000, asked_at=clock.now())


def a_draft(text: str = LIST, *, design: Design | None = None, name: str = "gifts.csv") -> Batch:
    with NamedTemporaryFile(suffix=".csv") as file:
        file.write(text.encode())
        file.flush()
        return actions.read_batch(design=design or a_gift_design(), path=Path(file.name), filename=name, actor=None)
