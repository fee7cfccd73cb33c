"""The least of each that is valid."""

import functools
from typing import Any

from gatehouse.core import clock
from gatehouse.passes import own_chain
from gatehouse.passes.actions import issue_pass
from gatehouse.passes.actions.certificates import _keep
from gatehouse.passes.blueprint import Barcode, Blueprint, Field
from gatehouse.passes.models import Certificate, Design, DesignVersion, Pass
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


def a_free_name(name: str) -> str:
    """This one, or numbered where there are such designs already."""
    others = Design.objects.filter(name__startswith=name).count()
    return f"{name} {others + 1}" if others else name


def a_design(name: str = "Garden card", *, blueprint: Blueprint = BLUEPRINT, **fields: Any) -> Design:
    """Published, version 1."""
    content = blueprint.as_json()
    design = Design.objects.create(name=a_free_name(name), draft=content, **{"pass_type_id": PASS_TYPE, **fields})
    design.published = DesignVersion.objects.create(design=design, number=1, content=content)
    design.save()
    return design


def a_pass(design: Design | None = None, membership: Membership | None = None) -> Pass:
    """One that was looked at once since it was issued."""
    return looked_at(issue_pass(design=design or a_design(), membership=membership or MembershipFactory(), actor=None))


def looked_at(card: Pass) -> Pass:
    card.stale_since = None
    card.save(update_fields=["stale_since"])
    return card


def a_chain(pass_type_id: str = PASS_TYPE, again: int = 0) -> own_chain.OwnChain:
    """Kept for the whole run, for keys take long to make; `again` gives another one."""
    return _chain(pass_type_id, again)


@functools.cache
def _chain(pass_type_id: str, again: int) -> own_chain.OwnChain:
    return own_chain.make(pass_type_id, "TESTTEAM01", clock.now())


def a_certificate(pass_type_id: str = PASS_TYPE, *, again: int = 0, **fields: Any) -> Certificate:
    """In use for this pass type, with its key."""
    kept = _keep(a_chain(pass_type_id, again).credential, None)
    for name, value in fields.items():
        setattr(kept, name, value)
    kept.save()
    return kept
