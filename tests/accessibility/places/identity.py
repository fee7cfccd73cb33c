"""Addresses of signing in."""

from tests.accessibility.places.row import Row

ROWS = [
    Row("identity:sign_in", "anonymous"),
    Row("identity:code", "asking"),
    Row("identity:link", "anonymous", lambda college: {"text": college.link}),
    Row("identity:link", "asking", lambda college: {"text": college.link}),
    Row("identity:password", "anonymous"),
    Row("identity:me", "member"),
    Row("identity:address", "member"),
    Row("identity:own_password", "member"),
    Row("identity:sessions", "member"),
    Row("identity:sessions_of", "owner", lambda college: {"person_id": college.maya.pk}),
]
POSTED = {
    "identity:end_others", "identity:end_session", "identity:end_sessions_of", "identity:remove_password",
    "identity:send_again", "identity:sign_out",
}  # fmt: skip
NO_PAGES = {
    "identity:data": "a file",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
