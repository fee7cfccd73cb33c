import struct

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from gatehouse.people import actions, queries
from gatehouse.people.refusals import ColourUnfit, EmailUnfit, MarkTooHeavy, MarkUnfit, MarkWrongSize, Nameless


def png(width=64, height=64, rest=40):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(rest)


def test_the_host_gets_its_name_and_colour(owner):
    actions.save_organisation(
        name=" Linden  Garden ", unit="Members", contact_email="Desk@Example.org", door_colour="#1C5145", actor=owner
    )

    host = queries.organisation()
    assert (host.name, host.unit, host.contact_email, host.door_colour) == (
        "Linden Garden", "Members", "desk@example.org", "#1c5145",
    )  # fmt: skip


def test_the_mark_is_kept_and_taken_away(owner, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path

    def save(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            return actions.save_organisation(name="Garden", actor=owner, **fields)

    first = save(mark=ContentFile(png(), name="../../evil.svg")).mark.name
    assert first.startswith("organisation/mark-")
    assert first.endswith(".png")
    save()
    assert queries.organisation().mark.name == first
    second = save(mark=ContentFile(png(65), name="mark.png")).mark.name
    assert [path.name for path in tmp_path.glob("*/*")] == [second.removeprefix("organisation/")]
    save(mark=False)
    assert not queries.organisation().mark
    assert list(tmp_path.glob("*/*")) == []


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", MarkUnfit),
        (b"<svg onload='alert(1)'/>", MarkUnfit),
        (b"GIF89a" + bytes(40), MarkUnfit),
        (b"RIFF1234WAVE", MarkUnfit),
        (png(rest=1_000_000), MarkTooHeavy),
        (png(20_000, 64), MarkWrongSize),
        (png(64, 0), MarkWrongSize),
    ],
)
def test_what_is_no_small_picture_is_no_mark(owner, content, refusal):
    with pytest.raises(refusal) as refused:
        actions.save_organisation(name="Garden", mark=ContentFile(content, name="mark.png"), actor=owner)

    assert refused.type is refusal


def test_the_host_is_asked_for_once_in_a_while(
    owner, settings, django_assert_num_queries, django_capture_on_commit_callbacks
):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "host"}}

    with django_assert_num_queries(1):
        queries.organisation()
        queries.organisation()
    with django_capture_on_commit_callbacks(execute=True):
        actions.save_organisation(name="Linden Garden", actor=owner)

    assert queries.organisation().name == "Linden Garden"


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
