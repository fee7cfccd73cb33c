import csv
import io

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gatehouse.journal.models import Entry
from gatehouse.journal.tests.factories import entries, entry

Person, Role, RoleGrant = (apps.get_model("people", name) for name in ("Person", "Role", "RoleGrant"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    person = Person.objects.create_user("ruth@example.org", given_name="Ruth", family_name="Amsel")
    RoleGrant.objects.create(person=person, role=Role.objects.get(slug="admin"))
    return person


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin)
    return client


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_page_tells_who_did_what_to_whom(admin_client):
    entry(verb="role.granted", subject="Maya Okafor", details={"role": "tutor"}, address="192.0.2.7")

    page = admin_client.get("/manage/journal").text

    assert "<b>Role given</b>: Maya Okafor" in page
    assert "by Ruth Amsel, from 192.0.2.7" in page
    assert "role: tutor" in page


def test_changes_are_shown_as_before_and_after(admin_client):
    entry(details={"city": ["Alderford", ""], "kept": "", "groups": ["a", "b", "c"]})

    assert "city: Alderford → —, groups: a, b, c" in admin_client.get("/manage/journal").text


def test_what_somebody_wrote_is_text(admin_client):
    entry(subject="<script>alert(1)</script>", details={"note": "<b>"})

    page = admin_client.get("/manage/journal").text

    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page


def test_older_and_newer_keep_the_filters(admin_client):
    entries(60, verb="thing.tried")
    entry(verb="other.tried")

    page = admin_client.get("/manage/journal?verb=thing.tried").text

    assert "verb=thing.tried&amp;before=" in page
    assert 'rel="prev"' not in page


def test_a_search_without_a_match_says_how_to_go_on(admin_client):
    entry()

    assert "No entry matches" in admin_client.get("/manage/journal?who=Nobody").text


@pytest.mark.parametrize("query", ["since=31/02/2026", "verb=none.such", "who=%00", "until=x&before=9-9-9"])
def test_what_is_no_filter_is_said_beside_its_field(admin_client, query):
    entry()

    page = admin_client.get(f"/manage/journal?{query}")

    assert page.status_code == 422
    assert "is-bad" in page.text


def test_the_file_holds_what_the_page_shows_and_is_itself_written_down(admin_client, admin):
    entry(subject="Maya", details={"role": "tutor"})
    entry(subject="Ana", verb="other.tried")

    rows = rows_of(admin_client.get("/manage/journal/csv?verb=thing.tried"))

    assert [row["subject"] for row in rows] == ["Maya"]
    assert rows[0]["details"] == '{"role": "tutor"}'
    taken = Entry.objects.get(verb="journal.exported")
    assert (taken.actor_id, taken.details) == (admin.pk, {"verb": "thing.tried"})


def test_cells_that_a_spreadsheet_would_run_are_guarded(admin_client):
    entry(subject='=HYPERLINK("http://x.example.org")', actor_name="@Ruth")

    (row,) = rows_of(admin_client.get("/manage/journal/csv?verb=thing.tried"))

    assert row["subject"] == '\'=HYPERLINK("http://x.example.org")'
    assert row["actor"] == "'@Ruth"


def test_a_long_journal_comes_in_pieces(admin_client):
    entries(1100)

    response = admin_client.get("/manage/journal/csv?verb=thing.tried")

    pieces = list(response.streaming_content)
    assert len(pieces) == 4
    assert sum(piece.count(b"\r\n") for piece in pieces) == 1101


def test_members_see_no_journal(client):
    client.force_login(Person.objects.create_user("maya@example.org"))

    assert client.get("/manage/journal").status_code == 403
    assert client.get("/manage/journal/csv").status_code == 403
    assert not Entry.objects.filter(verb="journal.exported").exists()


def test_page_asks_as_much_for_many_entries_as_for_one(admin_client):
    entry()
    with CaptureQueriesContext(connection) as for_one:
        admin_client.get("/manage/journal")
    entries(70)

    with CaptureQueriesContext(connection) as for_many:
        admin_client.get("/manage/journal")

    assert len(for_many) == len(for_one) < 10
