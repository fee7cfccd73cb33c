"""The pages of the outbox: what staff see, may do, and must not see."""

import pytest
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.mail import actions, policies
from gatehouse.mail.models import Attempt, Letter, Sending, Suppression
from gatehouse.mail.tests.factories import LetterFactory, SuppressionFactory
from gatehouse.people.tests.factories import holder_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth():
    return holder_of(policies.VIEW, policies.EDIT, given_name="Ruth", family_name="Amsel")


@pytest.fixture
def staff(client, ruth):
    client.force_login(ruth)
    return client


@pytest.fixture
def onlooker(client):
    client.force_login(holder_of(policies.VIEW, given_name="Leon", family_name="Brandt"))
    return client


def refused(**fields) -> Letter:
    letter = LetterFactory(
        state="failed",
        settled_at=clock.now(),
        attempts=1,
        answer_code=550,
        answer_enhanced="5.1.1",
        answer_text="No such user <here>",
        **fields,
    )
    Attempt.objects.create(
        letter=letter, at=clock.now(), outcome="failed", code=550, enhanced="5.1.1", text="No such user <here>"
    )
    return letter


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "factory"), [("mail:outbox", LetterFactory), ("mail:stops", SuppressionFactory)])
def test_lists_ask_as_much_for_three_as_for_one(rows, address, factory, staff, django_assert_num_queries):
    factory.create_batch(rows)
    staff.get(reverse(address))

    with django_assert_num_queries({"mail:outbox": 8, "mail:stops": 6}[address]):
        assert staff.get(reverse(address)).status_code == 200


@pytest.mark.parametrize("tries", [1, 3])
def test_a_letters_page_asks_as_much_for_three_tries_as_for_one(tries, staff, django_assert_num_queries):
    letter = refused()
    for _ in range(tries - 1):
        Attempt.objects.create(letter=letter, at=clock.now(), outcome="queued", code=451)
    staff.get(reverse("mail:letter", args=[letter.pk]))

    with django_assert_num_queries(8):
        staff.get(reverse("mail:letter", args=[letter.pk]))


def test_the_list_is_narrowed_by_words_state_kind_and_time(staff):
    LetterFactory(name="Thảo Nguyễn", address="thao@example.org", subject="Welcome", state="sent")
    LetterFactory(name="Leon Brandt", subject="It is your turn", state="held", message_class="bulk")
    LetterFactory(name="Old One", created_at=clock.now().replace(year=2020))

    def shown(**query):
        return {letter.name for letter in staff.get(reverse("mail:outbox"), query).context["page"]}

    assert shown() == {"Thảo Nguyễn", "Leon Brandt"}
    assert shown(days="0") == {"Thảo Nguyễn", "Leon Brandt", "Old One"}
    assert shown(q="your brandt") == {"Leon Brandt"}
    assert shown(q="Thao@Example.org") == {"Thảo Nguyễn"}
    assert shown(state="sent") == {"Thảo Nguyễn"}
    assert shown(kind="bulk") == {"Leon Brandt"}
    assert shown(q="brnt") == set()
    assert shown(state="nonsense", kind="nonsense", days="x", page="-1") == {"Thảo Nguyễn", "Leon Brandt"}


def test_states_are_counted(staff):
    LetterFactory.create_batch(2)
    refused()

    chips = staff.get(reverse("mail:outbox")).context["chips"]

    assert [count for _url, _name, count, _now in chips] == [3, 2, 0, 0, 1, 0, 0]


def test_a_refusal_is_told_in_plain_words_beside_the_servers_own(staff):
    page = staff.get(reverse("mail:letter", args=[refused().pk]))

    assert "There is no such address at the receiving server." in page.text
    assert "550 5.1.1 No such user &lt;here&gt;" in page.text


def test_a_letter_is_shown_in_a_sandbox_of_its_own(staff):
    letter = actions.post(to="ana@example.org", template="mail/letters/test", context={})

    page = staff.get(reverse("mail:letter", args=[letter.pk]))
    html = staff.get(reverse("mail:letter_html", args=[letter.pk]))

    assert "somebody wanted to see that letters arrive" in page.text
    policy = html["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert html["X-Frame-Options"] == "SAMEORIGIN"
    assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_a_credential_is_masked_on_every_page(staff):
    letter = actions.post(
        to="ana@example.org", template="mail/letters/test", context={"code": "314159"}, credential=True
    )

    page = staff.get(reverse("mail:letter", args=[letter.pk]))

    assert "Only its reader sees it" in page.text
    assert "somebody wanted to see" not in page.text
    assert staff.get(reverse("mail:letter_html", args=[letter.pk])).status_code == 404
    assert "somebody wanted to see" not in staff.get(reverse("mail:outbox")).text


def test_trying_again_frees_the_held_and_resends_the_refused_and_leaves_the_rest(staff):
    held, failed, sent = LetterFactory(state="held"), refused(), LetterFactory(state="sent")
    secret = refused(is_credential=True)

    answer = staff.post(
        reverse("mail:send_again"),
        {"letter": [held.pk, failed.pk, sent.pk, secret.pk, "x", "9" * 30], "next": "/manage/mail?state=held"},
        follow=True,
    )

    assert answer.redirect_chain == [("/manage/mail?state=held", 302)]
    assert "2 letters go out within a minute. 2 were left as they are" in answer.text
    assert {letter.pk: letter.state for letter in Letter.objects.all()} == {
        held.pk: "queued",
        failed.pk: "queued",
        sent.pk: "sent",
        secret.pk: "failed",
    }
    assert {entry.verb for entry in Entry.objects.all()} == {"letters.released", "letters.resent"}


def test_holding_can_be_undone(staff):
    letter = LetterFactory()

    answer = staff.post(reverse("mail:hold"), {"letter": letter.pk, "next": "https://elsewhere.example/"}, follow=True)
    letter.refresh_from_db()
    assert answer.redirect_chain == [("/manage/mail", 302)]
    assert letter.state == "held"
    undo = f"{reverse('mail:send_again')}?letter={letter.pk}"
    assert f'action="{undo}"' in answer.text
    staff.post(undo)

    letter.refresh_from_db()
    assert letter.state == "queued"


def test_a_sent_letter_goes_once_more_only_from_its_own_page(staff):
    letter = LetterFactory(state="sent", settled_at=clock.now())

    staff.post(reverse("mail:resend", args=[letter.pk]))

    letter.refresh_from_db()
    assert letter.state == "queued"
    assert "Sent once more: Ruth Amsel" in staff.get(reverse("mail:letter", args=[letter.pk])).text


def test_a_pause_is_shown_and_ended(staff):
    staff.post(reverse("mail:pause"))
    assert "Sending is paused: Ruth Amsel" in staff.get(reverse("mail:outbox")).text

    staff.post(reverse("mail:resume"))

    assert "Sending is paused:" not in staff.get(reverse("mail:outbox")).text
    assert Sending.objects.get().paused_at is None


def test_a_sender_that_stopped_is_told_with_the_servers_words(staff):
    Sending.objects.create(
        pk=1,
        trouble="refused",
        trouble_text="535 5.7.8 Wrong <password>",
        trouble_since=clock.now(),
        retry_at=clock.now(),
    )

    page = staff.get(reverse("mail:outbox")).text

    assert "The mail server refuses us, since Today" in page
    assert "535 5.7.8 Wrong &lt;password&gt;" in page


def test_addresses_refused_today_are_counted(staff):
    SuppressionFactory(reason="bounce")
    SuppressionFactory(reason="bounce", created_at=clock.now().replace(year=2020))

    assert "1 address was refused today" in staff.get(reverse("mail:outbox")).text


def test_an_address_is_stopped_by_hand_and_freed_and_the_journal_says_by_whom(staff):
    staff.post(reverse("mail:add_stop"), {"address": "Ana@Example.org", "scope": "class:bulk", "evidence": "by phone"})
    stop = Suppression.objects.get()
    assert (stop.address, stop.scope, stop.reason, stop.evidence) == (
        "ana@example.org",
        "class:bulk",
        "by_hand",
        "by phone",
    )

    staff.post(reverse("mail:lift_stop", args=[stop.pk]))

    assert not Suppression.objects.exists()
    assert [(entry.verb, entry.actor_name) for entry in Entry.objects.order_by("pk")] == [
        ("address.stopped", "Ruth Amsel"),
        ("address.freed", "Ruth Amsel"),
    ]


@pytest.mark.parametrize(
    "form", [{}, {"address": "nobody", "scope": "all"}, {"address": "a@example.org", "scope": "topic:x\x00"}]
)
def test_a_stop_that_makes_no_sense_is_refused_in_place(staff, form):
    answer = staff.post(reverse("mail:add_stop"), form)

    assert answer.status_code == 422
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("name", ["pause", "resume", "send_again", "hold", "add_stop"])
def test_looking_is_not_doing(onlooker, name):
    assert onlooker.get(reverse("mail:outbox")).status_code == 200
    assert onlooker.post(reverse(f"mail:{name}")).status_code == 403


def test_an_onlooker_sees_no_buttons(onlooker):
    LetterFactory()

    page = onlooker.get(reverse("mail:outbox")).text

    assert "Try again" not in page
    assert 'name="letter"' not in page


def test_others_see_nothing(client):
    letter = LetterFactory()
    addresses = [reverse("mail:outbox"), reverse("mail:stops"), reverse("mail:letter", args=[letter.pk])]
    addresses.append(reverse("mail:letter_html", args=[letter.pk]))
    assert [client.get(address).status_code for address in addresses] == [302] * 4

    client.force_login(holder_of("people.view"))

    assert [client.get(address).status_code for address in addresses] == [403] * 4
