"""Passwords, where one is set."""

import pytest
from django.test import Client

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import last_letter
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter

GOOD = "correct horse battery"


@pytest.fixture
def with_password(maya):
    maya.set_password(GOOD)
    maya.save()
    return maya


def test_a_password_signs_in(client, with_password):
    answer = client.post("/sign-in/password", {"email": "MAYA@example.org", "password": GOOD, "next": "/me/sessions"})

    assert answer.url == "/me/sessions"
    assert list(BrowserSession.objects.get().methods) == ["password"]
    assert BrowserSession.objects.get().person == with_password


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "https://testserver/me", "\\\\evil"])
def test_m36_one_is_never_sent_away_after_signing_in(client, with_password, wanted):
    answer = client.post(
        f"/sign-in/password?next={wanted}", {"email": with_password.email, "password": GOOD, "next": wanted}
    )

    assert answer.url == "/"


def test_passwords_are_argon2(with_password):
    assert with_password.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("stored", ["", "!", "!abc", "nonsense"])
def test_nobody_comes_in_without_a_password_by_none(client, maya, stored):
    maya.password = stored
    maya.save()

    for tried in ("", "!", "nonsense", GOOD):
        client.post("/sign-in/password", {"email": maya.email, "password": tried})

    assert not BrowserSession.objects.filter(person=maya).exists()


def test_m41_wrong_password_and_unknown_address_read_the_same(client, with_password):
    wrong = client.post("/sign-in/password", {"email": with_password.email, "password": "x" * 12})
    unknown = client.post("/sign-in/password", {"email": "none@example.org", "password": "x" * 12})

    assert wrong.status_code == unknown.status_code == 200
    for answer in (wrong, unknown):
        assert "This address and this password do not belong together." in answer.content.decode()
    assert [entry.subject_id for entry in Entry.objects.filter(verb="sign-in.failed").order_by("pk")] == [
        str(with_password.pk),
        "",
    ]


@pytest.mark.slow
def test_n8_m41_wrong_password_and_unknown_address_cost_the_same(db, cpu_seconds, settings):
    settings.PASSWORDS_PER_NETWORK = settings.PASSWORDS_PER_ADDRESS = 10_000
    people = [a_person(password=GOOD).email for _ in range(7)]
    strangers = [f"stranger{n}@example.org" for n in range(7)]

    wrong, unknown = cpu_seconds(
        lambda email: Client().post("/sign-in/password", {"email": email, "password": "x" * 12}), people, strangers
    )

    assert 0.7 < unknown / wrong < 1.4, (wrong, unknown)


def test_n3_tries_are_limited_and_a_success_gives_none_back(client, with_password, settings):
    settings.PASSWORDS_PER_ADDRESS = 3
    tries = ["x" * 12, GOOD, "x" * 12, GOOD]

    statuses = [
        Client().post("/sign-in/password", {"email": with_password.email, "password": word}).status_code
        for word in tries
    ]

    assert statuses == [200, 302, 200, 429]


def test_n11_the_limit_of_passwords_does_not_stop_codes(client, with_password, sign_in, settings):
    settings.PASSWORDS_PER_ADDRESS = 1
    for _ in range(2):
        client.post("/sign-in/password", {"email": with_password.email, "password": "x" * 12})

    assert sign_in(client, with_password).status_code == 302


def test_whoever_forgot_theirs_signs_in_by_code_and_sets_another(client, with_password, sign_in, hands):
    other = Client()
    sign_in(other, with_password)
    hands.turn(minutes=2)
    sign_in(client, with_password)

    answer = client.post("/me/password", {"password": "another horse battery"})

    assert answer.url == "/me"
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    assert Entry.objects.filter(verb="password.set").count() == 1
    assert last_letter().template == "identity/letters/password"
    with_password.refresh_from_db()
    assert with_password.check_password("another horse battery")


@pytest.mark.parametrize("weak", ["short", "password1234", "maya@example.org", "", "x" * 1001])
def test_weak_passwords_are_refused(client, maya, sign_in, weak):
    sign_in(client, maya)

    answer = client.post("/me/password", {"password": weak})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    maya.refresh_from_db()
    assert not maya.has_usable_password()


def test_after_twenty_minutes_a_password_asks_to_sign_in_again(client, maya, sign_in, hands):
    sign_in(client, maya)
    hands.turn(minutes=21)

    asked = client.get("/me/password")
    page = client.get(asked.url)
    back = sign_in(client, maya)

    assert asked.url == "/sign-in/prove?next=%2Fme%2Fpassword"
    assert "Is it you?" in page.content.decode()
    assert back.status_code == 302
    assert client.get("/me/password").status_code == 200


def test_a_password_can_be_removed(client, with_password, sign_in):
    sign_in(client, with_password)

    client.post("/me/password/remove")

    assert client.get("/me").status_code == 200
    again = Client().post("/sign-in/password", {"email": with_password.email, "password": GOOD})
    assert again.status_code == 200
    assert Entry.objects.filter(verb="password.removed").count() == 1
    assert Letter.objects.filter(template="identity/letters/password").count() == 1
