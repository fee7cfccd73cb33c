"""Who may do what with passes. No actor means Gatehouse itself, or whoever sits at the server's command line."""

from typing import Any

VIEW, SEND, SCAN, DESIGN, CERTIFICATES = (
    "passes.view",
    "passes.send",
    "passes.scan",
    "passes.design",
    "passes.certificates",
)


def can_view(actor: Any) -> bool:
    return actor is None or actor.may(VIEW)


def can_send(actor: Any) -> bool:
    """Issue, send, stop and replace passes."""
    return actor is None or actor.may(SEND)


def can_scan(actor: Any) -> bool:
    return actor is None or actor.may(SCAN)


def can_design(actor: Any) -> bool:
    return actor is None or actor.may(DESIGN)


def can_keep_certificates(actor: Any) -> bool:
    return actor is None or actor.may(CERTIFICATES)
