"""Staff of the desk: people with the role tutor or admin, and the courses they help with. The person stays the roster's."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat, Trim
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import clock
from gatehouse.core.said import noop
from gatehouse.helpdesk.catalogue.cells import Courses, Email, OneOf, Text, Truth, Unfit
from gatehouse.helpdesk.catalogue.kinds import Change, Column, Key, Kind, Known, Lookup, Values, by, fold
from gatehouse.helpdesk.models import Course, Tutoring
from gatehouse.people import actions as people
from gatehouse.people.models import Person, Role, RoleGrant
from gatehouse.people.roster import split_name

ROLES = ("tutor", "admin")
_NO_COURSE = noop("There is no course “%(cell)s” here. Bring the courses in first.")


def code_of(before: str = "") -> Trim:
    """A course's code, CSCI 1400, in SQL; "" where there is no course."""
    return Trim(Concat(F(f"{before}department"), Value(" "), F(f"{before}number"), output_field=CharField()))


class StaffKind(Kind):
    """Keyed by e-mail. A name is read for whoever is new, and never compared: people's own records say it."""

    @classmethod
    def described(cls) -> Self:
        return cls(
            slug="staff",
            model=Person,
            icon="hand-helping",
            columns=(
                Column("email", Email(254), is_name=True),
                Column("name", Text(200), is_required=False, is_told=True),
                Column("role", OneOf(words=ROLES), is_required=False),
                Column("active", Truth(), is_required=False, blank=True),
                Column("courses", Courses(), is_required=False, blank=()),
            ),
            key=by("email"),
            fields=(),
            shown=(),
            search=("given_name", "family_name", "preferred_name", "email"),
            empty=gettext_lazy("Nobody helps here yet. Find people and say which courses they help with."),
        )

    @property
    def many(self) -> str:
        return _("tutors")

    @property
    def one(self) -> str:
        return _("tutor")

    def rows(self) -> QuerySet[Person]:
        """Whoever has a role of the desk, or ever helped with a course; by an address, for others can't sign in."""
        holding = RoleGrant.objects.filter(role__slug__in=ROLES).values("person")
        helping = Tutoring.objects.values("person")
        people = Person.objects.filter(Q(pk__in=holding) | Q(pk__in=helping), left_at=None, email__isnull=False)
        return people.order_by("family_name", "given_name", "pk")

    def known(self, **narrowed: Any) -> dict[Key, Known]:
        found = states(self.rows().filter(**narrowed))
        return {(state["email"],): Known(person.pk, state) for person, state in found}

    def lookups(self) -> dict[str, Lookup]:
        courses = Course.objects.values_list("pk", "department", "number")
        return {
            "course": {
                (fold(f"{department} {number}"),): (pk, f"{department} {number}") for pk, department, number in courses
            }
        }

    def resolve(self, values: Values, lookups: dict[str, Lookup]) -> Values:
        """Courses get the spelling they have here; whoever is not active has no role."""
        wanted: dict[int, str] = {}
        codes = []
        for code, part in values["courses"]:
            if (found := lookups["course"].get((fold(code),))) is None:
                raise Unfit(_NO_COURSE, column="courses", cell=code[:60])
            wanted[found[0]] = part
            codes.append((found[1], part))
        values["courses"] = tuple(sorted(codes))
        values["role"] = (values["role"] or "tutor") if values["active"] else ""
        return {"email": values["email"], "name": values["name"], "role": values["role"], "courses": wanted}

    def written(self, differing: Sequence[Column], fields: Values) -> Values:
        return fields

    def asks_nothing(self, after: Values) -> bool:
        return not after["active"] and not after["courses"]

    def write(self, changes: Sequence[Change], *, actor: Person | None) -> None:
        """One after another through the people app, which asks whether this actor may add people and give roles."""
        roles = {role.slug: role for role in Role.objects.filter(slug__in=ROLES)}
        emails = {change.after["email"] for change in changes if change.after}
        there = {str(person.email): person for person in Person.objects.filter(email__in=emails)}
        for change in changes:
            if after := change.after:
                person = there.get(after["email"]) or _added(after, actor)
                if change.before is None or change.before["role"] != after["role"]:
                    _give(person, after["role"], roles, actor)
                _set_courses(person, change.fields["courses"], is_active=after["active"])

    def put_away(self, pks: Sequence[Any], *, actor: Person | None) -> None:
        """They keep their records, and no longer help."""
        roles = {role.slug: role for role in Role.objects.filter(slug__in=ROLES)}
        for person in Person.objects.filter(pk__in=pks):
            _give(person, "", roles, actor)
            Tutoring.objects.filter(person=person, archived_at=None).update(archived_at=clock.now())

    def take_back(self, pks: Sequence[Any], *, actor: Person | None) -> None:
        """People who were added stay; they may have been here before."""
        self.put_away(pks, actor=actor)
        Tutoring.objects.filter(person__in=pks).delete()


def states(people: QuerySet[Person]) -> list[tuple[Person, Values]]:
    """What a line of the file says of each: role, whether active, and the courses, those put away of who is not."""
    held = people.prefetch_related("roles")
    courses: defaultdict[Any, list[tuple[str, str, bool]]] = defaultdict(list)
    tutorings = Tutoring.objects.filter(person__in=people.order_by()).annotate(
        code=Concat("course__department", Value(" "), "course__number")
    )
    for person_id, code, part, archived_at in tutorings.values_list("person", "code", "part", "archived_at"):
        courses[person_id].append((code, part, archived_at is None))
    return [(person, _state(person, courses[person.pk])) for person in held]


def _state(person: Person, courses: list[tuple[str, str, bool]]) -> Values:
    slugs = {role.slug for role in person.roles.all()}
    is_active = bool(slugs & set(ROLES)) or any(is_open for _code, _part, is_open in courses)
    return {
        "email": person.email or "",
        "name": person.name,
        "role": next((slug for slug in reversed(ROLES) if slug in slugs), "tutor") if is_active else "",
        "active": is_active,
        "courses": tuple(sorted((code, part) for code, part, is_open in courses if is_open or not is_active)),
    }


def _added(after: Mapping[str, Any], actor: Person | None) -> Person:
    given, family = split_name(after["name"])
    return people.add_person(email=after["email"], given_name=given, family_name=family, actor=actor)


def _give(person: Person, wanted: str, roles: dict[str, Role], actor: Person | None) -> None:
    """This role of the two; an admin may stay a tutor too."""
    held = set(RoleGrant.objects.filter(person=person, role__slug__in=ROLES).values_list("role__slug", flat=True))
    for slug in () if wanted == "admin" else held - {wanted}:
        people.revoke_role(person=person, role=roles[slug], actor=actor)
    if wanted and wanted not in held:
        people.grant_role(person=person, role=roles[wanted], actor=actor)


def _set_courses(person: Person, wanted: Mapping[int, str], *, is_active: bool) -> None:
    """Exactly these; of who is not active all are put away, and come back with the person."""
    archived_at = None if is_active else clock.now()
    Tutoring.objects.filter(person=person, archived_at=None).exclude(course__in=wanted).update(archived_at=clock.now())
    for course, part in wanted.items():
        values = {"part": part, "archived_at": archived_at}
        Tutoring.objects.update_or_create(person=person, course_id=course, defaults=values)
