"""Addresses of mail and the journal."""

from tests.accessibility.places.row import Row

ROWS = [
    Row("journal:journal", "owner"),
    Row("journal:journal", "owner", query="?who=nobody"),
    Row("journal:journal", "owner", query="?verb=none.such", status=422),
    Row("mail:unsubscribe", "anonymous", lambda college: {"token": college.unsubscribe}),
    Row("mail:outbox", "owner"),
    Row("mail:outbox", "owner", query="?q=brnt"),
    Row("mail:letter", "owner", lambda college: {"pk": college.letter.pk}),
    Row("mail:stops", "owner"),
]
POSTED = {
    "mail:add_stop", "mail:hold", "mail:lift_stop", "mail:pause", "mail:resend", "mail:resume",
    "mail:send_again",
}  # fmt: skip
NO_PAGES = {
    "mail:letter_html": "a letter as mail programs draw it, inside the page mail:letter",
    "journal:export": "a file",
}
