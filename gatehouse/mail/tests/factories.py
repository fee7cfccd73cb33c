"""The least that is valid."""

from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from gatehouse.core import clock
from gatehouse.mail.models import Letter, MessageClass, Suppression
from gatehouse.people.models import Person


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    given_name = "Ana"
    family_name = factory.Sequence(lambda n: f"Example {n}")
    email = factory.Sequence(lambda n: f"ana{n}@example.org")


class LetterFactory(DjangoModelFactory):
    """A letter that waits to be sent."""

    class Meta:
        model = Letter

    recipient = factory.LazyAttribute(lambda letter: f"address:{letter.address}")
    address = factory.Sequence(lambda n: f"reader{n}@example.org")
    message_class = MessageClass.PERSONAL
    urgency = Letter.Urgency.PERSONAL
    message_id = factory.LazyFunction(lambda: f"<{uuid4().hex}@alder.example.org>")
    template = "mail/letters/test"
    language = "en"
    subject = "A test letter"
    state = Letter.State.QUEUED
    not_before = factory.LazyFunction(clock.now)
    rendered = factory.LazyAttribute(
        lambda letter: (
            f"Message-ID: {letter.message_id}\r\nTo: {letter.address}\r\nSubject: {letter.subject}\r\n\r\nHello\r\n"
        ).encode()
    )


class SuppressionFactory(DjangoModelFactory):
    class Meta:
        model = Suppression

    address = factory.Sequence(lambda n: f"reader{n}@example.org")
    reason = Suppression.Reason.BY_HAND
