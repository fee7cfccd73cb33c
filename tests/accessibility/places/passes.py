"""Addresses of cards."""

from datetime import timedelta
from typing import Any

from gatehouse.core import clock
from gatehouse.passes import card_links
from gatehouse.passes.tests import desk, drafting
from gatehouse.passes.tests.factories import a_certificate
from tests.accessibility.college import College, google_refused
from tests.accessibility.places.row import Row


def four_designs(_college: College) -> dict[str, Any]:
    drafting.four()
    return {}


def certificates(_college: College) -> dict[str, Any]:
    """One retired, one that ends soon, one that ended."""
    a_certificate(again=1)
    a_certificate(expires_at=clock.now() + timedelta(days=5, hours=1))
    a_certificate("pass.org.example.gift-cards", is_test=False, expires_at=clock.now())
    return {}


ROWS = [
    Row("passes:card", "member"),
    Row("passes:card", "owner", note="none"),
    Row("passes:card_of", "member", lambda college: {"serial": college.card.serial}),
    Row("passes:large", "member"),
    Row("passes:large_of", "member", lambda college: {"serial": college.card.serial}),
    Row("passes:stop", "member", lambda college: {"serial": college.card.serial}),
    Row("passes:link", "anonymous", lambda college: {"token": card_links.token(college.card.serial)}),
    Row("passes:link", "anonymous", lambda _college: {"token": "changed"}, status=404, note="changed"),
    Row("passes:link", "anonymous", lambda college: {"token": college.stopped}, status=410, note="stopped"),
    Row("passes:send", "owner"),
    Row("passes:mailing", "owner", lambda college: {"pk": college.draft.pk}),
    Row("passes:mailing", "owner", lambda college: {"pk": college.mailing.pk}, note="asked"),
    Row("passes:confirm_mailing", "owner", lambda college: {"pk": college.draft.pk}),
    Row("passes:desk_code", "owner", lambda college: {"serial": college.card.serial}),
    Row("passes:certificates", "owner", note="none yet"),
    Row("passes:certificates", "owner", certificates, note="three"),
    Row("passes:dashboard", "owner"),
    Row("passes:cards", "owner"),
    Row("passes:cards", "owner", query="?state=failed"),
    Row("passes:card_page", "owner", lambda _college: {"serial": desk.a_held_card().serial}),
    Row("passes:card_page", "owner", lambda _college: {"serial": desk.a_gift_card().serial}, note="gift"),
    Row("passes:stop_card", "owner", lambda _college: {"serial": desk.a_gift_card().serial}),
    Row("passes:replace_card", "owner", lambda _college: {"serial": desk.a_held_card().serial}),
    Row("passes:issue", "owner"),
    Row("passes:batch", "owner", lambda _college: {"pk": desk.a_batch().pk}, note="made"),
    Row("passes:batch", "owner", lambda _college: {"pk": desk.a_draft().pk}, note="draft"),
    Row("passes:batch", "owner", lambda _college: {"pk": desk.a_waiting_batch().pk}, note="waiting"),
    Row("passes:scan", "owner"),
    Row("passes:certificates", "owner"),
    Row("passes:retire_certificate", "owner", lambda _college: {"pk": a_certificate().pk}),
    Row("passes:google", "owner"),
    Row("passes:google", "owner", google_refused, note="refused"),
    Row("passes:forget_google", "owner"),
    Row("passes:google_save", "anonymous", lambda _college: {"token": "broken"}, status=400),
    Row("passes:designs", "owner", note="none"),
    Row("passes:designs", "owner", four_designs, note="four"),
    Row("passes:designs", "owner", query="?state=archived"),
    Row("passes:add_design", "owner"),
    *[
        Row(
            "passes:design",
            "owner",
            lambda _college, slug=slug: {"pk": drafting.full(drafting.begun(slug)).pk},
            note=slug,
        )
        for slug in ("membership", "gift", "ticket", "coupon")
    ],
    Row("passes:design", "owner", lambda _college: {"pk": drafting.full(drafting.plain()).pk}, note="plain"),
    Row("passes:design", "owner", lambda _college: {"pk": drafting.lacking().pk}, note="lacking"),
    Row("passes:design_audience", "owner", lambda _college: {"pk": drafting.begun().pk}),
    Row("passes:publish_design", "owner", lambda _college: {"pk": drafting.twice().pk}),
    Row("passes:publish_design", "owner", lambda _college: {"pk": drafting.lacking().pk}, note="lacking"),
    Row("passes:design_versions", "owner", lambda _college: {"pk": drafting.twice().pk}),
    Row("passes:design_versions", "owner", lambda _college: {"pk": drafting.begun().pk}, note="none"),
    Row("passes:design_version", "owner", lambda _college: {"pk": drafting.twice().pk, "number": 1}),
    Row("passes:delete_design", "owner", lambda _college: {"pk": drafting.begun().pk}),
]
POSTED = {
    "passes:archive_design", "passes:ask_link", "passes:book", "passes:discard_batch",
    "passes:duplicate_design", "passes:issue_file", "passes:issue_numbers", "passes:issue_one",
    "passes:make_batch", "passes:make_for_testing", "passes:restore_design", "passes:scan_picture",
    "passes:stop_cards", "passes:take_back", "passes:tell_google", "passes:try_google", "passes:write_own",
}  # fmt: skip
NO_PAGES = {
    "passes:export_cards": "a file",
    "passes:card_file": "a file",
    "passes:batch_codes": "a file",
    "passes:batch_work": "a part of passes:batch, and drawn there",
    "passes:file": "a file",
    "passes:files": "a file",
    "passes:link_file": "a file",
    "passes:desk_code_part": "a part of passes:desk_code, and drawn there",
    "passes:mailing_work": "a part of passes:mailing, and drawn there",
    "passes:colours": "a style sheet",
    "passes:google_callback": "Google calls it",
    "passes:image": "a picture",
    "passes:preview_design": "parts of passes:design, and drawn there",
    "passes:registration": "Apple's web service",
    "passes:updates": "Apple's web service",
    "passes:download": "Apple's web service",
    "passes:reports": "Apple's web service",
}
