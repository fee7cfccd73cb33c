"""Pictures of cards are kept by what they are, and forgotten when no design names them."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.passes import pictures
from gatehouse.passes.blueprint import Blueprint, Style
from gatehouse.passes.models import Design, DesignImage, DesignVersion
from gatehouse.passes.refusals import Refused

KEPT_FOR: Final = timedelta(days=2)  # while somebody may still be about to save the design it was chosen for


@transaction.atomic
def keep_image(role: str, style: Style, content: bytes) -> dict[str, str]:
    """Cut and resize a picture for this role: {"1x": SHA-256, "2x": …}. Raises `Refused` saying what is needed."""
    try:
        made = pictures.made(content, role, style)
    except pictures.Unfit as unfit:
        raise Refused(unfit.said.translated(_), field=f"image-{role}") from unfit
    names = {scale: hashlib.sha256(one.png).hexdigest() for scale, one in made.items()}
    rows = [
        DesignImage(sha256=names[scale], png=one.png, width=one.width, height=one.height) for scale, one in made.items()
    ]
    DesignImage.objects.bulk_create(rows, ignore_conflicts=True)
    return names


def strip_of_style(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    """The pictures, with the strip cut anew where it was cut for another style; one too small for this one goes."""
    images = {role: dict(sizes) for role, sizes in blueprint.images.items() if sizes}
    if not (sizes := images.get("strip")):
        return images
    finest = DesignImage.objects.filter(pk=sizes[max(sizes)]).first()
    width, height = pictures.size_of("strip", blueprint.style)
    if finest and finest.width * height == finest.height * width:
        return images
    try:
        return images | {"strip": keep_image("strip", blueprint.style, bytes(finest.png))} if finest else images
    except Refused:
        return {role: sizes for role, sizes in images.items() if role != "strip"}


def forget_unused_images() -> int:
    """Pictures that no draft and no version names, some days after they came."""
    drafts = Design.objects.values_list("draft", flat=True)
    versions = DesignVersion.objects.values_list("content", flat=True)
    used = {sha256 for said in (*drafts, *versions) for sha256 in _named(said)}
    old = DesignImage.objects.filter(added_at__lt=clock.now() - KEPT_FOR)
    unused = set(old.values_list("pk", flat=True)) - used
    forgotten, _each = DesignImage.objects.filter(pk__in=unused).delete()
    return forgotten


def _named(said: dict[str, dict[str, dict[str, str]]]) -> Iterator[str]:
    for sizes in said.get("images", {}).values():
        yield from sizes.values()
