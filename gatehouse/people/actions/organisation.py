"""The host's name, unit, mark and colour."""

import re

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import transaction

from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Organisation, Person
from gatehouse.people.refusals import ColourUnfit, EmailUnfit, MarkUnfit, Nameless
from gatehouse.people.tidying import one_line

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MOST = 1_000_000
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}


@transaction.atomic
def save_organisation(
    *,
    name: str,
    unit: str = "",
    contact_email: str = "",
    door_colour: str = "",
    mark: File[bytes] | bool | None = None,
    actor: Person | None,
) -> Organisation:
    """Write what the host is called and looks like. `mark`: a picture, None keeps the present one, False takes it away.

    Whether the colour can be read is for the page to say, which knows what stands on it.
    """
    if not policies.can_edit_portal(actor):
        raise PermissionDenied
    if not (tidy_name := one_line(name)):
        raise Nameless
    organisation = Organisation.objects.select_for_update().first() or Organisation(pk=1)
    organisation.name, organisation.unit = tidy_name, one_line(unit)
    organisation.contact_email, organisation.door_colour = _address(contact_email), _colour(door_colour)
    if mark is False:
        organisation.mark = ""
    elif isinstance(mark, File):
        content = _picture(mark)
        organisation.mark.save(str(content.name), content, save=False)
    organisation.clean_fields()
    organisation.save()
    journal.record(actor=actor, verb="organisation.edited", subject=organisation.name)
    return organisation


def _address(text: str) -> str:
    email = normal_email(text)
    if email and not is_email(email):
        raise EmailUnfit(email)
    return email


def _colour(text: str) -> str:
    colour = text.strip().lower()
    if colour and not _COLOUR.fullmatch(colour):
        raise ColourUnfit
    return colour


def _picture(mark: File[bytes]) -> ContentFile[bytes]:
    """Known by its first bytes, never by its name; SVG can carry a script and is refused."""
    content = mark.read(_MOST + 1)
    kind = next((kind for start, kind in _PICTURES.items() if content.startswith(start)), "")
    if len(content) > _MOST or not kind or (kind == "webp" and content[8:12] != b"WEBP"):
        raise MarkUnfit
    return ContentFile(content, name=f"mark.{kind}")
