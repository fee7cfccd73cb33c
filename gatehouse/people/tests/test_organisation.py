import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from gatehouse.people import actions, queries
from gatehouse.people.refusals import ColourUnfit, EmailUnfit, MarkUnfit, Nameless

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def test_the_host_gets_its_name_and_colour(owner):
    actions.save_organisation(
        name=" Linden  Garden ", unit="Members", contact_email="Desk@Example.org", door_colour="#1C5145", actor=owner
    )

    host = queries.organisation()
    assert (host.name, host.unit, host.contact_email, host.door_colour) == (
        "Linden Garden", "Members", "desk@example.org", "#1c5145",
    )  # fmt: skip


def test_the_mark_is_kept_and_taken_away(owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    named = actions.save_organisation(name="Garden", mark=ContentFile(PNG, name="../../evil.svg"), actor=owner)
    assert named.mark.name.startswith("organisation/mark")
    assert named.mark.name.endswith(".png")
    actions.save_organisation(name="Garden", actor=owner)
    assert queries.organisation().mark
    actions.save_organisation(name="Garden", mark=False, actor=owner)
    assert not queries.organisation().mark


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", PNG + bytes(1_000_000), b"RIFF1234WAVE"]
)
def test_what_is_no_small_picture_is_no_mark(owner, content):
    with pytest.raises(MarkUnfit):
        actions.save_organisation(name="Garden", mark=ContentFile(content, name="mark.png"), actor=owner)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": " "}, Nameless),
        ({"name": "x", "door_colour": "red;}"}, ColourUnfit),
        ({"name": "x", "contact_email": "desk"}, EmailUnfit),
    ],
)
def test_what_does_not_fit_is_refused(owner, fields, refusal):
    with pytest.raises(refusal):
        actions.save_organisation(actor=owner, **fields)


def test_only_those_who_may_change_the_portal(officer):
    with pytest.raises(PermissionDenied):
        actions.save_organisation(name="Mine now", actor=officer)
