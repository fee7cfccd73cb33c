"""The demo's card: certificates to try with, a published design, and a pass for every membership of the garden."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gatehouse.passes import actions, queries
from gatehouse.passes.blueprint import Blueprint
from gatehouse.passes.models import Design

NAME, PASS_TYPE = "Linden Garden", "pass.org.example.garden"
PICTURES = ("icon", "logo", "strip")


def load(folder: Path, *, source: str, progress: Callable[[int, int], object]) -> int:
    """Publish the design in this folder, and issue a pass to each active membership of this source; says how many."""
    actions.make_test_certificates(pass_type_id=PASS_TYPE)
    design = _published(folder, source)
    total, issued = queries.memberships_due(design).count(), 0
    while count := actions.issue_due():
        issued += count
        progress(issued, total)
    return issued


def load_appointment_card() -> Design:
    """As it is begun, in the name that the organisation is about to have."""
    design = actions.make_design(name="Appointment", pass_type_id=PASS_TYPE, beginning="appointment", actor=None)
    blueprint = replace(design.blueprint, organisation="Alder College", logo_text="Alder College")
    design = actions.save_draft(design=design, blueprint=blueprint, seen=design.changed_at, actor=None)
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    return design


def _published(folder: Path, source: str) -> Design:
    design = actions.make_design(name=NAME, pass_type_id=PASS_TYPE, actor=None)
    said = json.loads((folder / "design.json").read_text(encoding="utf-8"))
    images = {role: actions.keep_image(role, said["style"], (folder / f"{role}.png").read_bytes()) for role in PICTURES}
    blueprint = Blueprint.from_json({**said, "images": images})
    design = actions.save_draft(design=design, blueprint=blueprint, seen=design.changed_at, actor=None)
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    return actions.set_audience(
        design=design,
        name=NAME,
        pass_type_id=PASS_TYPE,
        subject=design.subject,
        source=source,
        is_automatic=True,
        actor=None,
    )
