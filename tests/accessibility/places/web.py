"""Addresses of the portal itself."""

from tests.accessibility.places.row import Row

ROWS = [
    Row("web:home", "anonymous"),
    Row("web:home", "member"),
    Row("web:home", "owner"),
    Row("web:guide", "anonymous"),
    Row("web:guide_page", "anonymous", lambda _college: {"slug": "reference/roster-files"}),
    Row("web:guide_page", "owner", lambda _college: {"slug": "guide/people"}),
    Row("web:guide_page", "anonymous", lambda _college: {"slug": "nothing"}, status=404),
    Row("web:offline", "anonymous"),
    Row("web:manage", "owner"),
    Row("web:manage", "member", status=403),
    Row("web:parts", "owner"),
    Row("web:organisation", "owner"),
    Row("web:jobs", "owner"),
]
POSTED = {
    "web:looks", "web:run_job",
}  # fmt: skip
NO_PAGES = {
    "web:door": "a style sheet",
    "web:mark": "a picture",
    "web:favicon": "a picture",
    "web:service_worker": "a script",
    "web:door_look": "a part of the organisation's page, and drawn there",
}
