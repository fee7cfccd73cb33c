"""Posting letters: what is kept, what is sealed, what goes out."""

import email
import email.policy

import pytest

from gatehouse.journal.models import Entry
from gatehouse.mail import actions, tasks
from gatehouse.mail.models import Letter, Sending, Suppression
from gatehouse.mail.tests.factories import LetterFactory, PersonFactory
from gatehouse.people.models import Organisation


def opened(content: bytes):
    return email.message_from_bytes(content, policy=email.policy.default)


def test_a_letter_is_written_once_with_html_and_text_of_one_template(db):
    Organisation.objects.create(pk=1, name="Alder College")
    person = PersonFactory(given_name="Thảo", family_name="Nguyễn", email="thao@example.org")

    letter = actions.post(to=person, template="mail/letters/test", context={"n": 1}, reply_to="office@example.org")

    message = opened(bytes(Letter.objects.get().rendered))
    assert message["Message-ID"] == letter.message_id
    assert str(message["To"]) == "Thảo Nguyễn <thao@example.org>"
    assert str(message["From"]).startswith("Alder College <")
    assert message["Reply-To"] == "office@example.org"
    assert message["Subject"] == letter.subject == "A test letter"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    text, html = (part.get_content() for part in message.iter_parts())
    assert "Mail from Alder College reaches you." in text
    assert "<" not in text
    assert "Mail from Alder College reaches you." in html
    assert 'style="' in html
    assert "prefers-color-scheme: dark" in html


def test_one_click_stands_on_all_but_notices(db):
    letter = actions.post(to="a@example.org", template="mail/letters/test", context={}, message_class="bulk")

    message = opened(letter.rendered)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<http")
    assert "a@example.org" not in message["List-Unsubscribe"]


def test_a_credential_lies_nowhere_in_clear(db):
    letter = actions.post(
        to="ana@example.org", template="mail/letters/test", context={"code": "314159"}, credential=True
    )

    letter.refresh_from_db()
    assert letter.values == {}
    assert b"test letter" not in bytes(letter.rendered)
    assert letter.urgency == Letter.Urgency.CREDENTIAL


def test_an_address_on_the_stop_list_is_not_queued(db):
    actions.suppress(address="Ana@Example.org")

    letter = actions.post(to="ana@example.org", template="mail/letters/test", context={}, credential=True)

    assert letter.state == "suppressed"
    assert letter.rendered is None


@pytest.mark.parametrize("to", ["", "no address", "a@b", "a@example.org\r\nBcc: b@example.org", "a,b@example.org"])
def test_what_is_no_address_is_refused(db, to):
    with pytest.raises(actions.AddressUnusable):
        actions.post(to=to, template="mail/letters/test", context={})


def test_the_sweep_sends_into_files_and_a_second_run_sends_nothing(transactional_db, own_data):
    letter = actions.post(to="ana@example.org", template="mail/letters/test", context={})

    assert tasks.send_waiting.call() == 1
    assert tasks.send_waiting.call() == 0

    (file,) = (own_data / "mail").glob("*.eml")
    assert opened(file.read_bytes())["Message-ID"] == letter.message_id
    assert file.stat().st_mode & 0o777 == 0o600
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert list(own_data.glob("locks/*")) == []


def test_a_server_out_of_reach_is_noted_once_and_tried_again_later(transactional_db, own_data, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    letter = LetterFactory()

    tasks.send_waiting.call()
    tasks.send_waiting.call()

    state = Sending.objects.get()
    assert (state.trouble, state.failures) == ("unreachable", 1)
    assert [entry.verb for entry in Entry.objects.all()] == ["sending.interrupted"]
    settings.EMAIL_URL = "file:"
    Sending.objects.update(retry_at=None)
    assert tasks.send_waiting.call() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("sent", 0)
    assert Sending.objects.get().trouble == ""


def test_staff_never_send_a_credential_again(db):
    PersonFactory()
    secret = LetterFactory(state="failed", is_credential=True, rendered=None)
    plain = LetterFactory(state="failed", rendered=None, values={})

    assert actions.resend(letters=Letter.objects.all(), actor=PersonFactory()) == 1

    secret.refresh_from_db()
    plain.refresh_from_db()
    assert (secret.state, plain.state) == ("failed", "queued")
    assert plain.message_id.encode() in bytes(plain.rendered)
    assert Entry.objects.get().verb == "letters.resent"


def test_unsubscribing_never_stops_notices(db):
    letter = LetterFactory(message_class="bulk")

    stop = actions.unsubscribe(letter=letter, evidence="")

    assert stop.scope == "class:bulk"
    assert not Suppression.objects.filter(scope="all").exists()
