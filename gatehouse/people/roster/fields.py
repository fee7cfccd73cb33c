"""What a roster may say of a membership and its person, and how long each text may be."""

FIELDS = {
    "source": 60,
    "number": 64,
    "name": 200,
    "given_name": 200,
    "family_name": 200,
    "preferred_name": 200,
    "email": 254,
    "level": 100,
    "status": 100,
    "valid_from": 40,
    "expires_on": 40,
    "card_names": 400,
    "add_ons": 1000,
    "add_on": 200,
    "quantity": 20,
    "address_1": 200,
    "address_2": 200,
    "city": 100,
    "region": 100,
    "postcode": 20,
    "country": 100,
    "groups": 1000,
    "section": 60,
    "role": 40,
    "joined_on": 40,
    "left_on": 40,
}
"""What a column can be mapped to, with its most characters. `attr:NAME` is a detail of one's own, kept as text.

`name` is split where first and last name have no columns; `add_on` with `quantity`, and `groups` with `section`, are for
files that give one to a line; `add_ons` and `groups` hold several, with semicolons: `Parking x2; Guest pass`,
`MATH 101 [02]; Garden committee`.
"""
DETAIL = "attr:"
DETAIL_LENGTH = 1000

COLUMNS = (
    "line",
    "source",
    "number",
    "given_name",
    "family_name",
    "preferred_name",
    "email",
    "level",
    "status",
    "valid_from",
    "expires_on",
    "card_names",
    "add_ons",
    "address_1",
    "address_2",
    "city",
    "region",
    "postcode",
    "country",
    "groups",
    "role",
    "joined_on",
    "left_on",
    "attributes",
)
"""The order of a `Line`. `line` is a number, days are ISO texts or None, all else is text, "" where nothing is said.

`add_ons` is a JSON list of {"name", "quantity"}, `groups` one of {"name", "section"}, `attributes` a JSON object; each
is "" when empty.
"""
DAYS = frozenset({"valid_from", "expires_on", "joined_on", "left_on"})
IDENTIFYING = frozenset({"number", "name", "given_name", "family_name", "preferred_name", "email", "card_names"})
"""Fields in which a formula or a line end is refused; elsewhere such a text is kept as what it is, a text."""

Line = tuple[int | str | None, ...]
AT = {name: index for index, name in enumerate(COLUMNS)}
