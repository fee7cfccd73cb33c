"""Questions about passes."""

from gatehouse.passes.queries.certificates import (
    WARN_AHEAD,
    Expiring,
    all_certificates,
    certificate_for,
    certificate_warnings,
    current_certificates,
    is_testing,
)
from gatehouse.passes.queries.devices import Updates, opened_by, pass_of, updates_for
from gatehouse.passes.queries.due import automatic_designs, memberships_due, people_due
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.fitting import designs_for, pass_types
from gatehouse.passes.queries.google import (
    GoogleSums,
    callbacks_over,
    can_google,
    card_to_save,
    classes_failed,
    classes_outdated,
    classes_to_tell,
    google_account,
    google_failures,
    google_link,
    google_sums,
    has_to_tell,
    objects_to_tell,
)
from gatehouse.passes.queries.pushing import (
    PushTrouble,
    due_to_be_pushed,
    push_troubles,
    pushing_certificates,
    waiting_to_be_pushed,
)

__all__ = [
    "SOURCES",
    "WARN_AHEAD",
    "Expiring",
    "GoogleSums",
    "PushTrouble",
    "Updates",
    "all_certificates",
    "automatic_designs",
    "callbacks_over",
    "can_google",
    "card_to_save",
    "certificate_for",
    "certificate_warnings",
    "classes_failed",
    "classes_outdated",
    "classes_to_tell",
    "code_key",
    "content_of",
    "current_certificates",
    "designs_for",
    "due_to_be_pushed",
    "facts_of",
    "google_account",
    "google_failures",
    "google_link",
    "google_sums",
    "has_to_tell",
    "is_testing",
    "memberships_due",
    "objects_to_tell",
    "opened_by",
    "pass_of",
    "pass_types",
    "people_due",
    "push_troubles",
    "pushing_certificates",
    "updates_for",
    "waiting_to_be_pushed",
]
