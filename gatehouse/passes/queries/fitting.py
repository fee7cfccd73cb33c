"""Which designs are for whom."""

from gatehouse.passes.models import Design
from gatehouse.people.models import Membership


def designs_for(membership: Membership) -> list[Design]:
    """Published designs for memberships of this source and level, by name; blank in a design is all."""
    published = Design.objects.filter(
        subject=Design.Subject.MEMBERSHIP,
        published__isnull=False,
        archived_at=None,
        source__in=["", membership.source],
    )
    wanted = published.select_related("published").order_by("name")
    return [design for design in wanted if not design.levels or membership.level in design.levels]


def pass_types() -> list[str]:
    """That designs name, archived ones left out."""
    named = Design.objects.filter(archived_at=None).exclude(pass_type_id="")
    return sorted(set(named.values_list("pass_type_id", flat=True)))
