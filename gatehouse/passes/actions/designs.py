"""Designs are begun, drafted, given to whom they are for, and put away. What phones see changes by publishing."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.journal import actions as journal
from gatehouse.passes import pictures, policies
from gatehouse.passes.actions.images import keep_image, strip_of_style
from gatehouse.passes.beginnings import BEGINNINGS
from gatehouse.passes.blueprint import Blueprint
from gatehouse.passes.certificates import PASS_TYPE
from gatehouse.passes.models import Design
from gatehouse.passes.refusals import DraftMoved, Refused
from gatehouse.people.models import Group, Person
from gatehouse.people.queries import organisation
from gatehouse.people.tidying import one_line


@transaction.atomic
def make_design(*, name: str, pass_type_id: str, beginning: str = "membership", actor: Person | None) -> Design:
    """A draft from one of `BEGINNINGS`, with an icon in its colours, so that it lacks nothing to be published."""
    insist_may_design(actor)
    begun = BEGINNINGS[beginning]
    blueprint = begun.blueprint(organisation().name)
    icon = pictures.arch(blueprint.colours.ground, blueprint.colours.text)
    images = {"icon": keep_image("icon", blueprint.style, icon)}
    design = Design(name=one_line(name), subject=begun.subject, pass_type_id=pass_type_id.strip())
    design.draft = {**blueprint.as_json(), "images": images}
    design.changed_by = _name(actor)
    _save(design)
    note(actor, "design.made", design)
    return design


@transaction.atomic
def save_draft(*, design: Design, blueprint: Blueprint, seen: datetime, actor: Person | None) -> Design:
    """Keep what is being worked on, ready to be published or not; phones see nothing of it.

    `seen` is `changed_at` of the design as it was read; `DraftMoved` when somebody saved it since.
    """
    insist_may_design(actor)
    images = strip_of_style(blueprint)
    draft = {**blueprint.as_json(), "images": images}
    unmoved = Design.objects.filter(pk=design.pk, changed_at=seen)
    saved = unmoved.update(draft=draft, changed_at=clock.now(), changed_by=_name(actor))
    design.refresh_from_db()
    if not saved:
        raise DraftMoved(design)
    note(actor, "design.edited", design)
    return design


@transaction.atomic
def set_audience(
    *,
    design: Design,
    name: str,
    pass_type_id: str,
    subject: str,
    source: str = "",
    levels: list[str] | None = None,
    group: Group | None = None,
    is_automatic: bool = False,
    actor: Person | None,
) -> Design:
    """What it is called, for whom it is and whether they get one unasked: this holds at once, without publishing.

    Subject and pass type are fixed once there are passes, which carry both. Raises `Refused`.
    """
    insist_may_design(actor)
    held = Design.objects.select_for_update().get(pk=design.pk)
    is_new_kind = (held.subject, held.pass_type_id) != (subject, pass_type_id.strip())
    if is_new_kind and held.passes.exists():
        raise Refused(_("There are passes of this design already: their kind and type stay."), field="pass_type_id")
    held.name, held.subject, held.pass_type_id = one_line(name), subject, pass_type_id.strip()
    held.source = source if subject == Design.Subject.MEMBERSHIP else ""
    held.levels = sorted(levels or []) if subject == Design.Subject.MEMBERSHIP else []
    held.group = group if subject == Design.Subject.PERSON else None
    held.is_automatic = is_automatic and subject != Design.Subject.NOBODY
    _save(held)
    about: dict[str, Any] = {"source": held.source, "levels": held.levels, "automatic": held.is_automatic}
    note(actor, "design.given", held, about)
    return held


@transaction.atomic
def duplicate_design(*, design: Design, name: str, actor: Person | None) -> Design:
    """A new design with the same draft; nobody gets it unasked."""
    insist_may_design(actor)
    twin = Design(name=one_line(name), subject=design.subject, pass_type_id=design.pass_type_id, draft=design.draft)
    twin.changed_by = _name(actor)
    _save(twin)
    note(actor, "design.made", twin, {"from": design.name})
    return twin


@transaction.atomic
def archive_design(*, design: Design, actor: Person | None) -> bool:
    """No new passes from it; those there are stay true. False when it was archived before."""
    insist_may_design(actor)
    archived = Design.objects.filter(pk=design.pk, archived_at=None).update(archived_at=clock.now())
    if archived:
        note(actor, "design.archived", design)
    return bool(archived)


@transaction.atomic
def restore_design(*, design: Design, actor: Person | None) -> bool:
    insist_may_design(actor)
    restored = Design.objects.filter(pk=design.pk, archived_at__isnull=False).update(archived_at=None)
    if restored:
        note(actor, "design.restored", design)
    return bool(restored)


@transaction.atomic
def delete_design(*, design: Design, actor: Person | None) -> None:
    """With all its versions; refused once a pass was issued from it, also one that was stopped."""
    insist_may_design(actor)
    Design.objects.filter(pk=design.pk).update(published=None)
    try:
        Design.objects.get(pk=design.pk).delete()
    except ProtectedError as used:
        raise Refused(_("There are passes of this design. Archive it instead: they stay true.")) from used
    note(actor, "design.deleted", design)


def insist_may_design(actor: Person | None) -> None:
    if not policies.can_design(actor):
        raise PermissionDenied


def note(actor: Person | None, verb: str, design: Design, details: dict[str, Any] | None = None) -> None:
    journal.record(actor=actor, verb=verb, subject=design.name, subject_id=f"design {design.pk}", details=details)


def _name(actor: Person | None) -> str:
    return actor.name[:200] if actor else ""


def _save(design: Design) -> None:
    """Raises `Refused` for a name that is empty or taken, and a pass type that is none."""
    if not design.name:
        raise Refused(_("Give it a name, by which your colleagues know it."), field="name")
    if not PASS_TYPE.fullmatch(design.pass_type_id):
        raise Refused(_("A pass type looks like pass.org.example.card."), field="pass_type_id")
    try:
        with transaction.atomic():
            design.save()
    except IntegrityError as taken:
        said = _("There is a design called “%(name)s” already.") % {"name": design.name}
        raise Refused(said, field="name") from taken
