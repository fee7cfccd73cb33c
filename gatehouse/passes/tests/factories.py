"""The least of each that is valid."""

from typing import Any

from gatehouse.passes.actions import issue_pass
from gatehouse.passes.blueprint import Barcode, Blueprint, Field
from gatehouse.passes.models import Design, DesignVersion, Pass
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import MembershipFactory

PASS_TYPE = "pass.org.example.garden"
BLUEPRINT = Blueprint(
    organisation="Linden Garden",
    description="Membership card",
    logo_text="Linden Garden",
    fields=(
        Field("level", "header", "Level", "{membership.level}", change="Your level is now %@"),
        Field("member", "primary", "Member", "{person.name}"),
        Field("number", "secondary", "Number", "{membership.number}"),
        Field("until", "secondary", "Valid until", "{membership.expires_on}", "date", change="Valid until %@"),
    ),
    barcode=Barcode(),
)


def a_design(name: str = "Garden card", *, blueprint: Blueprint = BLUEPRINT, **fields: Any) -> Design:
    """Published, version 1."""
    content = blueprint.as_json()
    design = Design.objects.create(name=name, draft=content, **{"pass_type_id": PASS_TYPE, **fields})
    design.published = DesignVersion.objects.create(design=design, number=1, content=content)
    design.save()
    return design


def a_pass(design: Design | None = None, membership: Membership | None = None) -> Pass:
    return issue_pass(design=design or a_design(), membership=membership or MembershipFactory(), actor=None)
