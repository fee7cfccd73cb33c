"""The pictures of a card on the designer's page: those that are kept, a new one, and one taken away."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gatehouse.passes import actions, checking, pictures
from gatehouse.passes.blueprint import Style
from gatehouse.passes.differences import PICTURES
from gatehouse.passes.models import DesignImage
from gatehouse.passes.refusals import Refused

KEPT = re.compile(r"([123]x):([0-9a-f]{64})")


@dataclass
class Slot:
    """One role: `sizes` is {"1x": SHA-256, …} or empty."""

    role: str
    style: Style
    sizes: dict[str, str]
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"image-{self.role}"

    @property
    def label(self) -> str:
        return _(PICTURES[self.role])

    @property
    def kept(self) -> str:
        """As a hidden field says it."""
        return " ".join(f"{scale}:{name}" for scale, name in sorted(self.sizes.items()))

    @property
    def address(self) -> str:
        return reverse("passes:image", args=[self.sizes[max(self.sizes)]])

    @property
    def is_shown(self) -> bool:
        return self.role in checking.PICTURES[self.style]

    @property
    def help(self) -> str:
        width, height = pictures.size_of(self.role, self.style)
        size = {"width": width * 3, "height": height * 3}
        if self.role in pictures.WHOLE:
            return _("Fits into %(width)s × %(height)s pixels; a clear ground looks best.") % size
        return _("%(width)s × %(height)s pixels; what goes beyond is cut off around the middle.") % size


def from_blueprint(style: Style, images: Mapping[str, Mapping[str, str]]) -> list[Slot]:
    """Those that this style shows, and such as were given and are not shown."""
    found = {role: dict(images.get(role, {})) for role in PICTURES}
    return [slot for role, sizes in found.items() if (slot := Slot(role, style, sizes)).is_shown or sizes]


def from_request(request: HttpRequest, style: Style) -> list[Slot]:
    """What was there, a new picture in its place, or none where it was taken away."""
    slots = [Slot(role, style, dict(KEPT.findall(request.POST.get(f"kept-{role}", "")))) for role in PICTURES]
    known = set(_known(slots))
    for slot in slots:
        slot.sizes = {scale: name for scale, name in slot.sizes.items() if name in known}
        _change(slot, request)
    return [slot for slot in slots if slot.is_shown or slot.sizes or slot.errors]


def _known(slots: list[Slot]) -> Iterator[str]:
    named = {name for slot in slots for name in slot.sizes.values()}
    yield from DesignImage.objects.filter(pk__in=named).values_list("pk", flat=True)


def _change(slot: Slot, request: HttpRequest) -> None:
    file: Any = request.FILES.get(slot.name)
    if file:
        try:
            slot.sizes = actions.keep_image(slot.role, slot.style, file.read(pictures.MOST_BYTES + 1))
        except Refused as refused:
            slot.errors = [str(refused)]
    elif request.POST.get("do") == f"drop-{slot.role}":
        slot.sizes = {}
