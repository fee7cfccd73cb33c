import pytest

from gatehouse.core import clock
from gatehouse.mail.models import Letter
from gatehouse.mail.tests.factories import LetterFactory
from gatehouse.people.models import Organisation, RosterImport
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory, an_owner
from gatehouse.web import checklist

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return an_owner()


def done(owner):
    return [step.is_done for step in checklist.steps(owner)]


def test_new_portal_has_all_before_it(owner):
    assert done(owner) == [False] * 7


def test_steps_are_told_by_what_is_there(owner, settings):
    Organisation.objects.create(pk=1, name="Alder College", contact_email="help@example.org")
    assert done(owner) == [True, False, False, False, False, False, False]

    settings.EMAIL_URL = "smtp://mail.example.org:587"
    LetterFactory(state=Letter.State.SENT, template=checklist.TEST_LETTER)
    assert done(owner) == [True, True, True, False, False, False, False]

    RosterImport.objects.create(filename="a.csv", sha256="", mapping="altru", source="altru", applied_at=clock.now())
    assert done(owner) == [True, True, True, True, False, False, False]

    RoleGrantFactory(person=PersonFactory(), role=RoleFactory(slug="desk"))
    assert checklist.steps(owner) == []


def test_a_portal_with_a_name_alone_is_asked_for_its_address(owner):
    Organisation.objects.create(pk=1, name="Alder College")

    assert checklist.steps(owner)[0].label == "Say where people can reach you"


def test_what_was_taken_back_or_refused_is_not_done(owner):
    now = clock.now()
    RosterImport.objects.create(
        filename="a.csv", sha256="", mapping="altru", source="altru", applied_at=now, undone_at=now
    )
    LetterFactory(state=Letter.State.FAILED, template=checklist.TEST_LETTER)
    RoleGrantFactory(person=PersonFactory(), role=RoleFactory.built_in("student"))

    assert done(owner) == [False] * 7


def test_only_owners_see_it(client, owner):
    client.force_login(owner)
    assert "0 of 7 done" in client.get("/manage/").text

    client.force_login(RoleGrantFactory(role=RoleFactory(permissions=["people.view"])).person)
    assert "of 6 done" not in client.get("/manage/").text


def test_browsers_that_take_no_svg_get_a_picture(client, owner):
    assert client.get("/favicon.ico").url == "/static/gatehouse/icon-32.png"
    assert 'rel="apple-touch-icon"' in client.get("/").text
