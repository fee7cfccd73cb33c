"""Questions about designs: which there are, what their placeholders may name, and for whom they are."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from gatehouse.passes.blueprint import PLACEHOLDER, Blueprint, Fact
from gatehouse.passes.models import Design, DesignVersion, Pass
from gatehouse.passes.queries.certificates import current_certificates
from gatehouse.passes.queries.due import memberships_for, people_for
from gatehouse.passes.queries.facts import SOURCES
from gatehouse.people.models import Person

KNOWN_OF: Final = {
    Design.Subject.MEMBERSHIP: ("person", "membership", "host", "pass"),
    Design.Subject.PERSON: ("person", "host", "pass"),
    Design.Subject.NOBODY: ("host", "pass"),
}
OWN: Final = ("balance", "name", "seat", "when")
LOOKED_AT: Final = 500  # people whose further details are looked through, for names to choose from


def designs(*, archived: bool = False) -> QuerySet[Design]:
    """By name, with the number of their live passes as `live`."""
    live = Count("passes", filter=Q(passes__voided_at=None))
    rows = Design.objects.filter(archived_at__isnull=not archived)
    return rows.select_related("published", "group").annotate(live=live).order_by("name")


def design_counts() -> dict[str, int]:
    """How many are in use ("") and how many are archived."""
    counted = Design.objects.aggregate(all=Count("pk"), archived=Count("archived_at"))
    return {"": counted["all"] - counted["archived"], "archived": counted["archived"]}


def versions(design: Design) -> QuerySet[DesignVersion]:
    """The newest first."""
    return design.versions.order_by("-number")


def live_passes(design: Design) -> QuerySet[Pass]:
    return Pass.objects.filter(design=design, voided_at=None)


def example_facts(design: Design) -> dict[str, Fact]:
    """An example of each fact that a pass of this design can know; further details have the name of the detail."""
    areas = KNOWN_OF[Design.Subject(design.subject)]
    facts: dict[str, Fact] = {name: text for name, text in SOURCES.items() if name.partition(".")[0] in areas}
    if "person" not in areas:
        return facts
    return facts | {f"attributes.{name}": name for name in detail_names()}


def own_names(design: Design) -> list[str]:
    """Names of a pass's own values: the usual ones, those its passes have, and those the draft speaks of."""
    given = Pass.objects.filter(design=design).exclude(own={}).order_by("-pk").values_list("own", flat=True)[:50]
    spoken = {name.removeprefix("own.") for name in placeholders(design.blueprint) if name.startswith("own.")}
    return sorted({*OWN, *spoken, *(name for own in given for name in own)})


def detail_names() -> list[str]:
    """Names of further details, as the people changed last have them; only such as a placeholder can hold."""
    rows = Person.objects.exclude(attributes={}).order_by("-changed_at").values_list("attributes", flat=True)
    names = {name for details in rows[:LOOKED_AT] for name in details}
    return sorted(name for name in names if PLACEHOLDER.fullmatch(f"{{attributes.{name}}}"))


def placeholders(blueprint: Blueprint) -> set[str]:
    """Names of the facts that a design speaks of."""
    code = blueprint.barcode
    texts = [*(field.says for field in blueprint.fields), *((code.says, code.below) if code else ())]
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


@dataclass(frozen=True)
class Audience:
    """How many a design is for, and how many of them have a pass of it that lives."""

    people: int
    having: int

    @property
    def missing(self) -> int:
        return self.people - self.having


def audience(design: Design) -> Audience | None:
    """None for a design of passes that are nobody's."""
    rows: QuerySet[Any]
    if design.subject == Design.Subject.MEMBERSHIP:
        rows = memberships_for(design)
    elif design.subject == Design.Subject.PERSON:
        rows = people_for(design)
    else:
        return None
    having = rows.filter(passes__design=design, passes__voided_at=None)
    return Audience(rows.count(), having.count())


def certified_types() -> list[str]:
    """Pass types whose certificate is in use, A to Z."""
    return sorted(certificate.pass_type_id for certificate in current_certificates())
