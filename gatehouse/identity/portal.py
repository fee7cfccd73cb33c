"""What the identity app adds to the portal: a permission, and a section of a person's page for staff."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.identity import factors, policies, queries
from gatehouse.identity.upstream import providers
from gatehouse.journal import words
from gatehouse.people.models import Person
from gatehouse.people.slots import PersonPart, add_person_part


def where_signed_in(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    viewer = request.user
    if not (isinstance(viewer, Person) and policies.can_end_sessions_of(viewer, person)):
        return None
    seen = list(queries.sessions_of(person).values_list("seen_at", flat=True))
    may_reset = policies.can_reset_factors_of(viewer, person) and factors.strong_of(person).exists()
    return {"of": person.pk, "count": len(seen), "seen": seen[0] if seen else None, "may_reset": may_reset}


def ways_of(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    viewer = request.user
    if not isinstance(viewer, Person) or not policies.can_manage_fobs_of(viewer, person):
        return None
    named = [(providers.by_issuer(one.issuer), one) for one in person.upstream_identities.order_by("linked_at")]
    return {
        "of": person.pk,
        "fobs": person.fobs.order_by("added_at"),
        "connected": [{"name": up.name if up else one.issuer, "since": one.linked_at} for up, one in named],
        "may_fobs": True,
        "may_invite": bool(providers.all_of_them()) and policies.can_invite_upstream(viewer, person),
        "upstream": settings.UPSTREAM_NAME,
    }


declare(
    Permission(policies.MANAGE_FOBS, _("give people keyfobs and take them away")),
    Permission(policies.INVITE_UPSTREAM, _("invite people to connect another organisation's sign-in")),
    Permission(policies.END_SESSIONS, _("see where people are signed in, and sign them out")),
    Permission(policies.RESET_FACTORS, _("take away passkeys, apps and recovery codes that people lost"), roles=()),
)
add_person_part(PersonPart("identity/_person_part.html", where_signed_in, order=80))
add_person_part(PersonPart("identity/_ways_part.html", ways_of, order=81))
words.name(
    {
        "session.began": _("Signed in"),
        "session.ended": _("Signed out"),
        "sessions.ended": _("Signed out everywhere"),
        "session.proved": _("Proved who they are"),
        "browser.trusted": _("Browser trusted"),
        "browser.mistrusted": _("Browser trusted no more"),
        "totp.added": _("Authenticator app added"),
        "totp.removed": _("Authenticator app removed"),
        "passkey.added": _("Passkey added"),
        "passkey.removed": _("Passkey removed"),
        "recovery.made": _("Recovery codes made"),
        "second-step.began": _("Second step asked for"),
        "second-step.ended": _("Second step asked for no more"),
        "factors.reset": _("Passkeys, app and codes taken away"),
        "fob.added": _("Fob added"),
        "fob.removed": _("Fob removed"),
        "fob.shown": _("Fob shown to a reader"),
        "upstream.connected": _("Connected another sign-in"),
        "upstream.disconnected": _("Disconnected another sign-in"),
        "upstream.invited": _("Invited to connect another sign-in"),
        "owner.made": _("Owner made"),
        "password.set": _("Password set"),
        "password.removed": _("Password removed"),
        "link.issued": _("Sign-in link made"),
        "details.edited": _("Own details changed"),
        "address.changed": _("Own address changed"),
    }
)
