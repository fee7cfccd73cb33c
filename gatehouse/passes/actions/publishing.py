"""A draft becomes what phones show, and a version of before becomes the draft again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.passes import checking
from gatehouse.passes.actions.designs import insist_may_design, note, save_draft
from gatehouse.passes.events import PassesStale
from gatehouse.passes.models import Design, DesignVersion, Pass
from gatehouse.passes.queries import example_facts
from gatehouse.passes.refusals import DraftMoved, NotPublishable, Refused
from gatehouse.people.models import Person


@transaction.atomic
def publish_design(*, design: Design, seen: datetime, actor: Person | None) -> DesignVersion:
    """Make the draft the next version, and mark every live pass of the design, so that it takes on the new look.

    `seen` is `changed_at` of the draft that was looked at; `DraftMoved` when it is another by now, `NotPublishable`
    with what forbids it, `Refused` when the design is archived or the draft is what is published already.
    """
    insist_may_design(actor)
    held = Design.objects.select_for_update().get(pk=design.pk)  # alone: what is joined would be from before the wait
    _insist_publishable(held, seen)
    now = clock.now()
    last = held.versions.aggregate(last=Max("number"))["last"] or 0
    by = actor.name[:200] if actor else ""
    held.published = held.versions.create(number=last + 1, content=held.draft, published_at=now, published_by=by)
    held.save(update_fields=["published"])
    stale = Pass.objects.filter(design=held, voided_at=None).update(stale_since=now)
    note(actor, "design.published", held, {"version": last + 1, "passes": stale})
    publish(PassesStale(stale))
    return held.published


def _insist_publishable(design: Design, seen: datetime) -> None:
    if design.changed_at != seen:
        raise DraftMoved(design)
    if design.archived_at:
        raise Refused(_("This design is archived. Restore it first."))
    if forbidding := checking.forbidding(checking.problems(design.blueprint, example_facts(design))):
        raise NotPublishable(forbidding)
    if design.published and not design.is_pending:
        raise Refused(_("Nothing has changed since version %(n)s.") % {"n": design.published.number})


def take_back(*, version: DesignVersion, seen: datetime, actor: Person | None) -> Design:
    """What this version says becomes the draft; the draft of now is lost, what phones show stays until it is published."""
    return save_draft(design=version.design, blueprint=version.blueprint, seen=seen, actor=actor)
