import re

import pytest
from django.db import transaction

from gatehouse.core import clock
from gatehouse.identity.tasks import write_invitations
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import words_of
from gatehouse.mail.models import Letter
from gatehouse.people.models import Invitation, Membership


def test_the_invited_get_one_letter_that_leads_to_the_gate(client, maya):
    Membership.objects.create(person=maya, source="garden", number="00017", level="Friend")
    Invitation.objects.create(person=maya)

    assert write_invitations.call() == 1
    assert write_invitations.call() == 0

    letter = Letter.objects.get()
    words = words_of(letter)
    assert "Friend (00017)" in words
    assert not letter.is_credential
    link = re.search(r"/sign-in\?to=\S+", words)[0]
    assert 'value="maya@example.org"' in client.get(link).content.decode()
    assert client.get("/me").status_code == 302


def test_a_link_we_did_not_sign_fills_in_nothing(client, db):
    assert client.get("/sign-in?to=maya@example.org").context["form"]["email"].value() == ""


def test_nobody_is_invited_who_left_or_has_no_address(db):
    Invitation.objects.create(person=a_person(left_at=clock.now()))
    Invitation.objects.create(person=a_person(email=None))

    assert write_invitations.call() == 0
    assert not Letter.objects.exists()
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_each_invitation_once(together):
    for person in [a_person() for _ in range(6)]:
        Invitation.objects.create(person=person)

    outcomes = together(write_invitations.call, write_invitations.call)

    assert sum(outcomes) == 6
    assert Letter.objects.count() == 6


def test_a_letter_that_cannot_be_written_leaves_the_invitation(maya, monkeypatch):
    invitation = Invitation.objects.create(person=maya)
    monkeypatch.setattr("gatehouse.mail.rendering.write", _broken)

    with pytest.raises(RuntimeError), transaction.atomic():
        write_invitations.call()

    invitation.refresh_from_db()
    assert invitation.written_at is None


def _broken(*args):
    raise RuntimeError
