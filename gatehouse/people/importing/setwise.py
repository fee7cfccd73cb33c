"""Kernel: the set-based SQL of a roster import, in the words that SQLite and PostgreSQL share.

Statements take named parameters: `import`, and `after`/`until` where they work on a stretch of lines. Only the columns
that the file has (`mapped`) are ever compared or written.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

TEXTS = (
    "level",
    "status",
    "card_names",
    "address_1",
    "address_2",
    "city",
    "region",
    "postcode",
    "country",
    "listed_role",
)
DATES = ("valid_from", "expires_on")
MEMBERSHIP = (*TEXTS, *DATES, "add_ons", "listed_groups")
NAMES = ("given_name", "family_name", "preferred_name")
PERSON = (*NAMES, "email", "joined_on", "attributes")
STAGED = ("source", "number", *NAMES, "email", *MEMBERSHIP, "joined_on", "left_on", "attributes")
STAMPS = ("changed_at", "read_as", "read_at")
NULLABLE = {*DATES, "joined_on", "left_on"}
JSON = {"add_ons", "listed_groups", "attributes"}

LINES = """
    people_rosterchange c JOIN people_stagedline s
    ON s.roster_import_id = c.roster_import_id AND s.line = c.line
"""
OF_IMPORT = "c.roster_import_id = %(import)s"
_IS_FIRST = """
    NOT EXISTS (
        SELECT 1 FROM people_membership own JOIN people_membership other
            ON other.person_id = own.person_id AND other.source = own.source AND other.number < own.number
        WHERE own.id = {id} AND other.status <> 'ended')
"""
"""Of several numbers of one person, the first speaks for the person; else two lines could contradict each other for ever."""
STRETCH = "s.roster_import_id = %(import)s AND s.line > %(after)s AND s.line <= %(until)s"


@dataclass(frozen=True)
class Dialect:
    """What the two databases say differently."""

    json_object: str
    as_json: str
    with_attributes: str
    lacks_attributes: str
    end_of_day: str

    def object(self, pairs: Iterable[tuple[str, str]]) -> str:
        inside = ", ".join(f"'{name}', {value}" for name, value in pairs)
        return f"{self.json_object}({inside})"


SQLITE = Dialect(
    json_object="json_object",
    as_json="json(%s)",
    with_attributes="json_patch(people_person.attributes, s.attributes)",
    lacks_attributes="json_patch(p.attributes, s.attributes) <> json(p.attributes)",
    end_of_day="end_of_day(%s)",  # ours, see `database`: SQLite knows no time zones
)
POSTGRESQL = Dialect(
    json_object="jsonb_build_object",
    as_json="%s",
    with_attributes="people_person.attributes || s.attributes",
    lacks_attributes="NOT p.attributes @> s.attributes",
    end_of_day="(%s + 1)::timestamp AT TIME ZONE %%(zone)s",
)


@dataclass(frozen=True)
class Statements:
    """SQL for one import: for this database, and for the columns that this file has."""

    dialect: Dialect
    mapped: frozenset[str]

    @property
    def membership(self) -> list[str]:
        return [column for column in MEMBERSHIP if column in self.mapped]

    @property
    def person(self) -> list[str]:
        return [column for column in PERSON if column in self.mapped]

    # --- comparing ---------------------------------------------------------------------------

    def compare(self) -> str:
        """One change for each new number, and for each known one of which a cell differs."""
        return f"""
            INSERT INTO people_rosterchange
                (roster_import_id, line, kind, membership_id, person_id, is_new_person, before)
            SELECT s.roster_import_id, s.line,
                   CASE WHEN m.id IS NULL THEN 'joined' ELSE 'changed' END,
                   COALESCE(m.id, s.new_id), COALESCE(m.person_id, s.new_id), m.id IS NULL,
                   CASE WHEN m.id IS NULL THEN NULL ELSE {self.before()} END
            FROM people_stagedline s
            LEFT JOIN people_membership m ON m.source = s.source AND m.number = s.number
            LEFT JOIN people_person p ON p.id = m.person_id
            WHERE {STRETCH} AND (m.id IS NULL OR {self.differs()})
        """  # noqa: S608  names of our own columns only

    def differs(self) -> str:
        own = [self._membership_differs(column) for column in self.membership]
        home = [self._person_differs(column) for column in self.person]
        blanks = [f"({self._is_blank('p', column)} AND {self._says('s', column)})" for column in self.person]
        tests = ["(m.status = 'ended' AND s.status <> 'ended')", *own]
        if "left_on" in self.mapped:
            tests.append("(s.left_on IS NOT NULL AND p.left_at IS NULL)")
        if home:
            tests += [f"(p.source = s.source AND ({' OR '.join(home)}) AND {_IS_FIRST.format(id='m.id')})"]
            tests += [f"(p.source <> s.source AND ({' OR '.join(blanks)}))"]
        return f"({' OR '.join(tests)})"

    def _membership_differs(self, column: str) -> str:
        return f"m.{column} IS DISTINCT FROM s.{column}" if column in NULLABLE else f"m.{column} <> s.{column}"

    def _person_differs(self, column: str) -> str:
        if column == "email":  # a blank takes away nobody's way to sign in, nor does a roster one's own address
            return "(s.email <> '' AND NOT m.without_email AND NOT p.is_own_email AND p.email IS DISTINCT FROM s.email)"
        if column == "preferred_name":  # people say themselves how they like to be called
            return "(s.preferred_name <> '' AND p.preferred_name <> s.preferred_name)"
        if column == "attributes":
            return self.dialect.lacks_attributes
        return f"p.{column} IS DISTINCT FROM s.{column}" if column in NULLABLE else f"p.{column} <> s.{column}"

    def _is_blank(self, table: str, column: str) -> str:
        if column == "attributes":
            return self.dialect.lacks_attributes
        return f"{table}.{column} IS NULL" if column in {*NULLABLE, "email"} else f"{table}.{column} = ''"

    def _says(self, table: str, column: str) -> str:
        if column == "attributes":
            return "TRUE"
        if column == "email":
            return "(s.email <> '' AND NOT m.without_email)"
        return f"{table}.{column} IS NOT NULL" if column in NULLABLE else f"{table}.{column} <> ''"

    def before(self) -> str:
        """What stands in the cells that the file could change, as a JSON object."""
        membership = [(column, self._json("m", column)) for column in {*self.membership, "status", *STAMPS}]
        person = [(f"person_{column}", self._json("p", column)) for column in (*self.person, "left_at", "changed_at")]
        return self.dialect.object([*sorted(membership), *person])

    def _json(self, table: str, column: str) -> str:
        return (self.dialect.as_json if column in JSON else "%s") % f"{table}.{column}"

    # --- applying ----------------------------------------------------------------------------

    def insert_people(self) -> str:
        columns = [column for column in self.person if column != "email"]
        return f"""
            INSERT INTO people_person (id, password, is_own_email, preferred_name, given_name, family_name, language, attributes,
                source, created_at, changed_at, email {self._names(columns, "joined_on")})
            SELECT c.person_id, '!', FALSE, s.preferred_name, s.given_name, s.family_name, '', s.attributes,
                s.source, %(now)s, %(now)s,
                CASE WHEN c.without_email THEN NULL ELSE NULLIF(s.email, '') END
                {self._names(columns, "joined_on", table="s.")}
            FROM {LINES}
            WHERE {OF_IMPORT} AND c.kind = 'joined' AND c.is_new_person
        """  # noqa: S608

    @staticmethod
    def _names(columns: Collection[str], *wanted: str, table: str = "") -> str:
        return "".join(f", {table}{column}" for column in wanted if column in columns)

    def insert_memberships(self) -> str:
        columns = ", ".join(MEMBERSHIP)
        values = ", ".join(f"s.{column}" for column in MEMBERSHIP)
        return f"""
            INSERT INTO people_membership
                (id, person_id, source, number, created_at, changed_at, read_at, read_as, without_email, {columns})
            SELECT c.membership_id, c.person_id, s.source, s.number, %(now)s, %(now)s, %(now)s, s.read_as,
                c.without_email, {values}
            FROM {LINES}
            WHERE {OF_IMPORT} AND c.kind = 'joined'
        """  # noqa: S608

    def update_memberships(self) -> str:
        cells = "".join(f", {column} = s.{column}" for column in self.membership if column != "status")
        return f"""
            UPDATE people_membership SET changed_at = %(now)s, read_at = %(now)s, read_as = s.read_as,
                status = {self._status()},
                without_email = people_membership.without_email OR c.without_email {cells}
            FROM {LINES}
            WHERE {OF_IMPORT} AND c.kind = 'changed' AND people_membership.id = c.membership_id
        """  # noqa: S608

    def _status(self) -> str:
        """A file without a status still brings back those who had been marked as left."""
        if "status" in self.mapped:
            return "s.status"
        return "CASE WHEN people_membership.status = 'ended' THEN s.status ELSE people_membership.status END"

    def update_home_people(self) -> str:
        """The source that first brought a person says what their name and address are."""
        cells = [f"{column} = {self._new_value(column)}" for column in self.person]
        whose = f"c.kind = 'changed' AND people_person.source = s.source AND {_IS_FIRST.format(id='c.membership_id')}"
        return self._update_people(cells, whose)

    def fill_blanks(self) -> str:
        """Other sources only fill in what is empty."""
        cells = [f"{column} = {self._filled(column)}" for column in self.person]
        whose = "(c.kind = 'changed' OR c.kind = 'joined' AND NOT c.is_new_person) AND people_person.source <> s.source"
        return self._update_people(cells, whose)

    def _update_people(self, cells: list[str], whose: str) -> str:
        return f"""
            UPDATE people_person SET {", ".join(["changed_at = %(now)s", *cells])}
            FROM {LINES}
            WHERE {OF_IMPORT} AND people_person.id = c.person_id AND {whose}
        """  # noqa: S608

    def _new_value(self, column: str) -> str:
        if column == "email":
            keeps = "s.email = '' OR c.without_email OR people_person.is_own_email"
            return f"CASE WHEN {keeps} THEN people_person.email ELSE s.email END"
        if column == "preferred_name":
            return "COALESCE(NULLIF(s.preferred_name, ''), people_person.preferred_name)"
        return self.dialect.with_attributes if column == "attributes" else f"s.{column}"

    def _filled(self, column: str) -> str:
        if column == "attributes":
            return self.dialect.with_attributes
        if column == "email":
            return "CASE WHEN c.without_email THEN people_person.email ELSE COALESCE(people_person.email, NULLIF(s.email, '')) END"
        if column in NULLABLE:
            return f"COALESCE(people_person.{column}, s.{column})"
        return f"CASE WHEN people_person.{column} = '' THEN s.{column} ELSE people_person.{column} END"

    def bring_back(self) -> str:
        """Whom an import had marked as left, and who stands in the file again."""
        return f"""
            UPDATE people_person SET left_at = NULL, left_by_import = NULL
            FROM {LINES}
            WHERE {OF_IMPORT} AND c.kind IN ('changed', 'joined') AND people_person.id = c.person_id
                AND people_person.left_by_import IS NOT NULL AND s.left_on IS NULL AND s.status <> 'ended'
        """  # noqa: S608

    def let_leave(self) -> str:
        """Whose last day the file names: they have left when that day is over, on the organisation's clock (`zone`)."""
        return f"""
            UPDATE people_person SET left_at = {self.dialect.end_of_day % "s.left_on"}, left_by_import = %(import)s
            FROM {LINES}
            WHERE {OF_IMPORT} AND c.kind IN ('changed', 'joined') AND people_person.id = c.person_id
                AND people_person.left_at IS NULL AND s.left_on IS NOT NULL
        """  # noqa: S608


CANDIDATES = """
    SELECT m.id, m.person_id, m.read_as, m.status, m.expires_on, m.changed_at, m.read_at, p.changed_at
    FROM people_membership m
    JOIN (
        SELECT number FROM people_membership WHERE source = %(source)s AND status <> 'ended'
        EXCEPT SELECT number FROM people_stagedline WHERE roster_import_id = %(import)s AND source = %(source)s
        EXCEPT SELECT number FROM people_refusedline WHERE roster_import_id = %(import)s AND source = %(source)s
    ) unsaid ON unsaid.number = m.number
    JOIN people_person p ON p.id = m.person_id
    WHERE m.source = %(source)s
"""
"""Numbers that this source brought before and of which no staged and no refused line speaks: missing, or known by heart."""
