"""The host's name, unit, mark and colour."""

import hashlib
import re
from functools import partial

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import transaction

from gatehouse.core import pictures
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.events import OrganisationChanged
from gatehouse.people.models import Organisation, Person
from gatehouse.people.refusals import ColourUnfit, EmailUnfit, MarkTooHeavy, MarkUnfit, MarkWrongSize, Nameless
from gatehouse.people.tidying import one_line

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MOST = 1_000_000  # bytes
_SIDES = range(32, 2049)  # pixels


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
    if mark is not None:
        _change_mark(organisation, mark)
    organisation.clean_fields()
    organisation.save()
    journal.record(actor=actor, verb="organisation.edited", subject=organisation.name)
    publish(OrganisationChanged())
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


def _change_mark(organisation: Organisation, mark: File[bytes] | bool) -> None:
    """The old file goes once the new one is sure. A name carries the content, so browsers may keep a mark for long."""
    if old := organisation.mark.name:
        transaction.on_commit(partial(organisation.mark.storage.delete, old))
    organisation.mark = ""
    if isinstance(mark, File):
        content = _picture(mark)
        organisation.mark.save(str(content.name), content, save=False)


def _picture(mark: File[bytes]) -> ContentFile[bytes]:
    """Known by its bytes, never by its name; SVG can carry a script and is refused."""
    content = mark.read(_MOST + 1)
    if len(content) > _MOST:
        raise MarkTooHeavy
    try:
        picture = pictures.measure(content)
    except pictures.NoPicture as unknown:
        raise MarkUnfit from unknown
    if picture.width not in _SIDES or picture.height not in _SIDES:
        raise MarkWrongSize(picture.width, picture.height)
    digest = hashlib.sha256(content).hexdigest()[:12]
    return ContentFile(content, name=f"mark-{digest}.{picture.kind}")
