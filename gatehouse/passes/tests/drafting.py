"""Designs as somebody works on them: begun, full, published twice, and lacking what publishing needs."""

import io
from dataclasses import replace

from PIL import Image

from gatehouse.passes import actions
from gatehouse.passes.blueprint import Blueprint, Field, Place
from gatehouse.passes.models import Design
from gatehouse.passes.tests.factories import PASS_TYPE, a_free_name


def begun(beginning: str = "membership", name: str = "Friends of the garden") -> Design:
    return actions.make_design(name=a_free_name(name), pass_type_id=PASS_TYPE, beginning=beginning, actor=None)


def saved(design: Design, **changed) -> Design:
    blueprint = replace(design.blueprint, **changed)
    return actions.save_draft(design=design, blueprint=blueprint, seen=design.changed_at, actor=None)


def published(design: Design) -> Design:
    actions.publish_design(design=design, seen=design.changed_at, actor=None)
    design.refresh_from_db()
    return design


def full(design: Design) -> Design:
    """With every picture its style shows, places, times and languages."""
    style = design.blueprint.style
    roles = {"generic": ("thumbnail",), "eventTicket": ("background", "thumbnail")}.get(style, ("strip",))
    images = {role: actions.keep_image(role, style, picture()) for role in ("logo", *roles)}
    return saved(
        design,
        images={**design.blueprint.images, **images},
        places=(Place(40.4389, -79.9479, "Welcome"), Place(48.1, 11.5)),
        relevant=("2027-03-01T18:00:00+00:00",),
        texts={"de": {"Member": "Mitglied", "Membership card": "Mitgliedskarte"}, "ar": {}},
    )


def plain(name: str = "Plain card") -> Design:
    return saved(begun(name=name), style="generic")


def lacking(name: str = "Not ready") -> Design:
    """With a doubled key, no icon and a field that says nothing."""
    design = begun(name=name)
    draft: Blueprint = design.blueprint
    fields = (*draft.fields, Field("number", "auxiliary", "Again", ""))
    return saved(design, images={}, fields=fields)


def four() -> list[Design]:
    """One of each style, two of them published, one with changes since."""
    made = [full(begun(slug, f"The {slug}")) for slug in ("membership", "ticket", "coupon")]
    made.append(full(plain()))
    published(made[0])
    saved(published(made[1]), logo_text="Another title")
    return made


def twice(name: str = "Twice") -> Design:
    """Published twice, with a draft that differs."""
    design = published(begun(name=name))
    design = published(saved(design, logo_text="Second title"))
    return saved(design, logo_text="Third title", description="Another card")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 700), (120, 60, 90)).save(out, "PNG")
    return out.getvalue()
