"""A portal that nobody owns yet, and what the command line does about it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from gatehouse.identity import actions, queries
from gatehouse.identity.forms import FirstRunForm
from gatehouse.identity.middleware import FirstRun
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import AlreadyOwned, WordWrong
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry
from gatehouse.people.models import Organisation, Person, Role

RUTH = {"name": "Ruth van der Amsel", "email": "ruth@example.org", "organisation": "Alder College"}


@pytest.fixture
def unowned(db, monkeypatch):
    monkeypatch.setattr(FirstRun, "has_owner", False)


def test_every_page_leads_to_the_first_one(client, unowned):
    for path in ("/", "/sign-in", "/me", "/admin/", "/manage/people"):
        assert client.get(path).url == "/first-run", path


def test_from_this_machine_one_becomes_the_owner_and_is_signed_in(unowned):
    client = Client(HTTP_HOST="localhost:8000")
    answer = client.post("/first-run", RUTH)

    ruth = Person.objects.get()
    assert answer.url == "/"
    assert (ruth.given_name, ruth.family_name, ruth.email) == ("Ruth van der", "Amsel", "ruth@example.org")
    assert ruth.is_staff
    assert Organisation.objects.get().name == "Alder College"
    assert client.get("/me").status_code == 200
    assert client.get("/first-run").url == "/sign-in"
    assert Entry.objects.filter(verb="owner.made").count() == 1


def test_once_owned_nothing_is_asked_of_the_database(client, unowned, django_assert_num_queries):
    an_owner()
    client.get("/sign-in")

    with django_assert_num_queries(1):  # the organisation's name
        client.get("/sign-in")


@pytest.mark.parametrize(
    "from_elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_HOST": "portal.example.org"},
    ],
)
def test_from_elsewhere_one_needs_the_word(unowned, settings, from_elsewhere):
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(**from_elsewhere)
    word = actions.first_run_word()

    without = client.post("/first-run", RUTH)
    wrong = client.post("/first-run", {**RUTH, "word": "abcd-efgh"})
    assert "not the word" in wrong.content.decode()
    assert without.status_code == wrong.status_code == 200
    assert not Person.objects.exists()

    answer = client.post("/first-run", {**RUTH, "word": f" {word.upper()} "})

    assert answer.url == "/"
    assert queries.has_owner()


def test_n13_the_word_is_kept_as_a_hash_and_the_newest_counts(unowned):
    first, second = actions.first_run_word(), actions.first_run_word()

    kept = SignInFlow.objects.get()
    assert second.replace("-", "") not in kept.code_hash
    with pytest.raises(WordWrong):
        actions.found_portal(**RUTH, word=first)
    actions.found_portal(**RUTH, word=second)
    assert actions.first_run_word() is None
    assert not SignInFlow.objects.exists()


def test_the_word_cannot_be_guessed_for_long(unowned, settings):
    actions.first_run_word()
    client = Client(REMOTE_ADDR="192.0.2.7")

    statuses = [client.post("/first-run", {**RUTH, "word": "abcd"}).status_code for _ in range(31)]

    assert statuses == [200] * 30 + [429]


@pytest.mark.django_db(transaction=True)
def test_two_who_set_up_at_once_and_one_owns_it(together):
    Role.objects.get_or_create(slug="owner", defaults={"name": "Owner", "is_built_in": True})
    outcomes = together(
        lambda: actions.found_portal(**RUTH, is_from_here=True),
        lambda: actions.found_portal(**{**RUTH, "email": "ben@example.org"}, is_from_here=True),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [AlreadyOwned.__name__, "Person"]
    assert Person.objects.count() == 1


def test_create_admin_makes_an_owner_and_says_who(db, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("correct horse battery\n"))

    call_command("create_admin", "--email", "Ruth@example.org", "--name", "Ruth Amsel", "--password-stdin", "--json")

    ruth = Person.objects.get()
    assert json.loads(capsys.readouterr().out) == {"id": str(ruth.pk)}
    assert ruth.check_password("correct horse battery")
    assert ruth.is_staff


def test_create_admin_gives_the_role_to_somebody_known(db, maya, capsys):
    for _ in range(2):
        call_command("create_admin", "--email", maya.email, "--json")

    assert Person.objects.get().name == "Maya Okafor"
    assert maya.is_staff
    assert Entry.objects.filter(verb="owner.made").count() == 1


@pytest.mark.parametrize("wrong", [["--email", "nobody"], ["--email", "a@example.org", "--password-stdin"]])
def test_create_admin_refuses_in_one_object(db, capsys, monkeypatch, wrong):
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))

    with pytest.raises(SystemExit) as ended:
        call_command("create_admin", *wrong, "--json")

    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"]
    assert not Person.objects.exists()


def test_sign_in_link_signs_in_any_browser_once(client, maya, capsys):
    call_command("sign_in_link", "--email", maya.email, "--json")
    link = json.loads(capsys.readouterr().out)["url"].removeprefix("http://127.0.0.1:8000")

    page = client.get(link)
    answer = client.post(link)

    assert "maya@example.org" in page.content.decode()
    assert answer.url == "/"
    assert client.get("/me").status_code == 200
    assert Client().post(link).status_code == 410
    assert Entry.objects.get(verb="link.issued").door == "command"


def test_sign_in_link_ends_after_ten_minutes(client, maya, hands):
    link = actions.issue_link(email=maya.email, actor=None)
    hands.turn(minutes=10)

    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 410


def test_sign_in_link_is_for_people_who_are_here(db, hands, capsys):
    a_person(email="gone@example.org", left_at=hands.time)

    with pytest.raises(SystemExit):
        call_command("sign_in_link", "--email", "gone@example.org", "--json")

    assert "gone@example.org" in json.loads(capsys.readouterr().out)["error"]


def test_the_length_of_a_password_is_said_before_it_is_chosen():
    with translation.override("en"):
        form = FirstRunForm(is_from_here=True)

    assert "at least 12 characters" in form.fields["password"].help_text
