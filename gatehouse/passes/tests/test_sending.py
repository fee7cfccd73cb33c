"""Cards go out by letter: to whom, in which words, and what is told of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from gatehouse.core import claims, clock
from gatehouse.journal.models import Entry
from gatehouse.mail import actions as mail, rendering
from gatehouse.mail.models import Letter, Run
from gatehouse.mail.opening import Opened, opened
from gatehouse.mail.tests.factories import SuppressionFactory
from gatehouse.passes import actions, letter_text, tasks
from gatehouse.passes.models import Mailing, Pass
from gatehouse.passes.queries import sending
from gatehouse.passes.refusals import Refused
from gatehouse.passes.tests.factories import a_design, a_pass
from gatehouse.passes.views import sending as views
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

pytestmark = pytest.mark.django_db

OURS = {"subject": actions.offered()["subject"], "text": actions.offered()["text"]}


@pytest.fixture
def design():
    return a_design()


@pytest.fixture
def officer():
    return holder_of("passes.send")


@pytest.fixture
def desk(client, officer) -> Client:
    client.force_login(officer)
    return client


def card_of(design, **person) -> Pass:
    return a_pass(design, MembershipFactory(person=PersonFactory(**person), level="Friend"))


def sent(mailing, officer) -> Mailing:
    """Asked for, and its letters made and written."""
    actions.send_passes(mailing=mailing, actor=officer)
    tasks.post_mailings.call()
    mail.write_some()
    mailing.refresh_from_db()
    return mailing


def addresses() -> list[str]:
    return sorted(Letter.objects.values_list("address", flat=True))


def read(letter: Letter) -> Opened:
    found = opened(rendering.unseal(bytes(letter.rendered)))
    assert found
    return found


def text_of(letter: Letter) -> str:
    return read(letter).text.replace("\r\n", "\n")


# whom


def test_each_holder_gets_a_letter_with_a_link_of_their_own(design, officer):
    ana, ben = card_of(design, given_name="Ana", email="ana@example.org"), card_of(design, email="ben@example.org")

    sent(actions.begin_mailing(actor=officer, design=design), officer)

    assert addresses() == ["ana@example.org", "ben@example.org"]
    letters = {letter.address: text_of(letter) for letter in Letter.objects.all()}
    links = {address: text.split("/card/get/")[1].split()[0] for address, text in letters.items()}
    assert len(set(links.values())) == 2
    assert "Hello Ana" in letters["ana@example.org"]
    for card, address in ((ana, "ana@example.org"), (ben, "ben@example.org")):
        page = Client().get(reverse("passes:link", args=[links[address]])).text
        assert card.membership.number in page


def test_n4_address_and_name_come_from_the_record_whatever_is_posted(design, desk):
    card_of(design, given_name="Maya", family_name="Okafor", email="maya@example.org")
    foreign = {"to": "eve@example.org", "email": "eve@example.org", "address": "eve@example.org", "name": "Eve"}
    began = desk.post(reverse("passes:send"), {"design": design.pk, **foreign})
    desk.post(began.url, {**OURS, "confirm": "1", **foreign})
    desk.post(f"{began.url}/confirm", foreign)

    tasks.post_mailings.call()

    letter = Letter.objects.get()
    assert (letter.address, letter.name) == ("maya@example.org", "Maya Okafor")


def test_only_those_not_sent_yet_are_written_to_unless_all_are_wanted(design, officer):
    card_of(design, email="old@example.org")
    sent(actions.begin_mailing(actor=officer, design=design), officer)
    card_of(design, email="new@example.org")
    again = actions.begin_mailing(actor=officer, design=design)
    assert [sending.sent_before(again).count(), sending.not_sent_yet(again).count()] == [1, 1]

    sent(again, officer)
    assert addresses() == ["new@example.org", "old@example.org"]
    all_of_them = actions.begin_mailing(actor=officer, design=design)
    sent(actions.write_mailing(mailing=all_of_them, actor=officer, **OURS, is_again=True), officer)

    assert addresses() == ["new@example.org", "new@example.org", "old@example.org", "old@example.org"]


def test_one_that_was_sent_before_and_is_chosen_again_is_sent_again(design, officer):
    chosen = Pass.objects.filter(pk=card_of(design, email="old@example.org").pk)
    for _ in range(2):
        sent(actions.begin_mailing(actor=officer, cards=chosen), officer)

    assert addresses() == ["old@example.org", "old@example.org"]


def test_cards_know_when_and_by_which_letter_they_were_sent(design, officer):
    card, other = card_of(design), card_of(a_design("Workshop card"))

    sent(actions.begin_mailing(actor=officer, design=design), officer)

    card.refresh_from_db()
    other.refresh_from_db()
    assert card.letter == Letter.objects.get()
    assert card.sent_at is not None
    assert (other.sent_at, other.letter) == (None, None)


def test_without_an_address_one_is_counted_and_left_out(design, officer):
    card_of(design, email="ana@example.org")
    without = [card_of(design, email=None), card_of(design, email="")]

    mailing = sent(actions.begin_mailing(actor=officer, design=design), officer)

    assert mailing.without_address == 2
    assert addresses() == ["ana@example.org"]
    assert Pass.objects.filter(pk__in=[card.pk for card in without], sent_at=None).count() == 2


def test_stopped_and_lapsed_cards_are_never_sent(design, officer):
    good = card_of(design, email="ana@example.org")
    actions.void_pass(card=card_of(design), reason="lost", actor=None)
    lapsed = a_pass(design, MembershipFactory(status="lapsed"))

    chosen = actions.begin_mailing(actor=officer, cards=Pass.objects.all())

    assert list(sending.to_send(chosen)) == [good]
    assert sending.not_good(chosen).filter(pk=lapsed.pk).exists()


def test_only_chosen_cards_are_sent(design, officer):
    chosen, _other = card_of(design, email="ana@example.org"), card_of(design)

    sent(actions.begin_mailing(actor=officer, cards=Pass.objects.filter(pk=chosen.pk)), officer)

    assert addresses() == ["ana@example.org"]


def test_a_stopped_address_gets_nothing_and_its_card_counts_as_not_sent(design, officer):
    card = card_of(design, email="gone@example.org")
    SuppressionFactory(address="gone@example.org")

    mailing = sent(actions.begin_mailing(actor=officer, design=design), officer)

    card.refresh_from_db()
    assert card.sent_at is None
    assert sending.fates(mailing) == {
        "": 1, "waiting": 0, "sending": 0, "sent": 0, "refused": 0, "stopped": 1, "held": 0,
    }  # fmt: skip


def test_a_card_issued_after_the_word_was_given_waits_for_the_next(design, officer):
    card_of(design, email="ana@example.org")
    mailing = actions.begin_mailing(actor=officer, design=design)
    actions.send_passes(mailing=mailing, actor=officer)
    card_of(design, email="late@example.org")

    tasks.post_mailings.call()

    assert addresses() == ["ana@example.org"]


def test_household_of_one_address_gets_a_letter_for_each_card(design, officer):
    maya = PersonFactory(email="maya@example.org")
    for number in ("8-1", "8-2"):
        a_pass(design, MembershipFactory(person=maya, number=number))

    sent(actions.begin_mailing(actor=officer, design=design), officer)

    assert addresses() == ["maya@example.org", "maya@example.org"]
    assert len({text_of(letter).split("/card/get/")[1][:60] for letter in Letter.objects.all()}) == 2


def test_n7_no_page_and_no_row_shows_the_link(design, officer, client):
    """Whoever may see letters, but no cards, finds no key to one."""
    card_of(design, email="ana@example.org")
    sent(actions.begin_mailing(actor=officer, design=design), officer)
    letter = Letter.objects.get()
    client.force_login(holder_of("mail.view"))

    assert "/card/get/" not in client.get(reverse("mail:letter", args=[letter.pk])).text
    assert b"/card/get/" not in bytes(letter.rendered)
    assert "/card/get/" not in str(letter.values)


# words


def test_words_of_staff_are_plain_text(design, officer):
    card_of(design, given_name="Ana", family_name="", email="ana@example.org")
    mailing = actions.begin_mailing(actor=officer, design=design)
    words = {"subject": "Look, {name}!", "text": "Dear {name},\n\n<script>alert(1)</script>\nsecond line"}

    sent(actions.write_mailing(mailing=mailing, actor=officer, **words, is_again=False), officer)

    letter = Letter.objects.get()
    assert letter.subject == "Look, Ana!"
    assert "<script" not in read(letter).html
    assert "<script>alert(1)</script>\nsecond line" in text_of(letter)


def test_words_are_kept_for_the_next_time_with_the_same_design(design, officer):
    card_of(design)
    mailing = actions.begin_mailing(actor=officer, design=design)
    sent(
        actions.write_mailing(mailing=mailing, actor=officer, subject="Ours", text="Hello again", is_again=False),
        officer,
    )

    assert actions.begin_mailing(actor=officer, design=design).text == "Hello again"


def test_our_words_left_as_they_are_are_read_in_ones_own_language(design, officer):
    card_of(design, email="thao@example.org", language="de")
    mailing = actions.begin_mailing(actor=officer, design=design)

    mailing = sent(actions.write_mailing(mailing=mailing, actor=officer, **OURS, is_again=False), officer)

    assert (mailing.subject, mailing.text) == ("", "")
    letter = Letter.objects.get()
    assert letter.language == "de"
    assert 'lang="de"' in read(letter).html


@pytest.mark.parametrize("words", [{"subject": "Hi {nmae}"}, {"text": "Dear {person.name}"}])
def test_unknown_placeholder_is_refused_beside_its_field(words, design, desk, officer):
    card_of(design)
    mailing = actions.begin_mailing(actor=officer, design=design)

    answer = desk.post(reverse("passes:mailing", args=[mailing.pk]), {**OURS, **words})

    assert answer.status_code == 422
    assert "stands for nothing" in answer.text
    with pytest.raises(Refused, match="stands for nothing"):
        actions.write_mailing(mailing=mailing, actor=officer, **{**OURS, **words}, is_again=False)


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("Hello {name}, look", {"name": "Ana"}, "Hello Ana, look"),
        ("Hello {name}, look", {"name": ""}, "Hello, look"),
        ("{name}", {"name": "{card}", "card": "x"}, "{card}"),
        ("a\r\nb\x00", {}, "a\nb"),
        ("{other} {}", {}, "{other} {}"),
    ],
)
def test_placeholders_are_filled_once(text, values, filled):
    assert letter_text.filled(text, values) == filled


def test_paragraphs_are_parted_by_blank_lines():
    assert letter_text.paragraphs("One\ntwo\n\n \n\nThree") == [["One", "two"], ["Three"]]


@given(st.text(), st.text())
def test_any_text_can_be_filled(text, name):
    said = letter_text.filled(text, {"name": name, "card": "", "number": ""})

    assert all(sign == "\n" or sign.isprintable() or not sign.isascii() for sign in said)
    assert all(line == line.strip() for lines in letter_text.paragraphs(said) for line in lines)
    assert letter_text.unknown("{name} {card} {number}") == []


# doing it


def test_nobody_to_write_to_is_refused(design, officer):
    card_of(design, email=None)
    mailing = actions.begin_mailing(actor=officer, design=design)

    with pytest.raises(Refused, match="nobody to write to"):
        actions.send_passes(mailing=mailing, actor=officer)
    assert not Run.objects.exists()


def test_sending_is_for_those_who_may(design):
    card_of(design)
    reader, mailing = holder_of("passes.view"), actions.begin_mailing(actor=None, design=design)

    with pytest.raises(PermissionDenied):
        actions.begin_mailing(actor=reader, design=design)
    with pytest.raises(PermissionDenied):
        actions.write_mailing(mailing=mailing, actor=reader, **OURS, is_again=False)
    with pytest.raises(PermissionDenied):
        actions.send_passes(mailing=mailing, actor=reader)


def test_the_journal_tells_who_sent_how_many(design, officer):
    card_of(design)
    mailing = sent(actions.begin_mailing(actor=officer, design=design), officer)

    entry = Entry.objects.get(verb="passes.sent")
    assert (entry.actor_name, entry.subject, entry.subject_id) == (officer.name, "1 card", f"mailing {mailing.pk}")


def test_the_sweep_run_twice_makes_the_letters_once(design, officer):
    card_of(design)
    actions.send_passes(mailing=actions.begin_mailing(actor=officer, design=design), actor=officer)

    assert [tasks.post_mailings.call(), tasks.post_mailings.call()] == [1, 0]
    assert Letter.objects.count() == 1


def test_a_mailing_that_failed_three_times_is_given_up_and_says_so(design, officer, desk):
    card_of(design)
    mailing = actions.begin_mailing(actor=officer, design=design)
    actions.send_passes(mailing=mailing, actor=officer)
    Mailing.objects.update(attempts=tasks.TRIES, not_before=clock.now())

    assert tasks.post_mailings.call() == 0

    assert not Letter.objects.exists()
    said = desk.get(reverse("passes:mailing", args=[mailing.pk])).text
    assert "The letters could not be made" in said
    assert "data-refresh" not in said


def test_a_mailing_whose_worker_died_goes_on_where_it_stood(design, officer):
    cards = [card_of(design) for _ in range(3)]
    again = actions.begin_mailing(actor=officer, design=design)
    mailing = actions.write_mailing(mailing=again, actor=officer, **OURS, is_again=True)
    actions.send_passes(mailing=mailing, actor=officer)
    (held,) = claims.take(sending.asked(), lease=timedelta(), at_most=1)
    assert actions.post_some(mailing=held, at_most=2) == 2
    Mailing.objects.update(not_before=clock.now())

    assert tasks.post_mailings.call() == 1

    assert Run.objects.count() == 1
    assert Letter.objects.count() == Pass.objects.filter(letter__isnull=False).count() == len(cards)
    assert Mailing.objects.get().posted_at is not None


def test_who_lost_the_claim_makes_no_letters(design, officer):
    card_of(design)
    mailing = actions.begin_mailing(actor=officer, design=design)
    actions.send_passes(mailing=mailing, actor=officer)
    Mailing.objects.update(claim="00000000-0000-4000-8000-000000000000")
    mailing.refresh_from_db()
    Mailing.objects.update(claim="00000000-0000-4000-8000-000000000001")

    with pytest.raises(RuntimeError):
        actions.post_some(mailing=mailing)

    assert not Letter.objects.exists()
    assert not Run.objects.exists()
    assert not Pass.objects.filter(sent_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_asked_twice_at_once_is_sent_once(design, officer, together):
    card_of(design)
    mailing = actions.begin_mailing(actor=officer, design=design)

    outcomes = together(
        lambda: actions.send_passes(mailing=Mailing.objects.get(pk=mailing.pk), actor=officer),
        lambda: actions.send_passes(mailing=Mailing.objects.get(pk=mailing.pk), actor=officer),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Mailing", "Refused"]


def test_words_are_fixed_once_they_were_asked_for(design, officer):
    card_of(design)
    mailing = sent(actions.begin_mailing(actor=officer, design=design), officer)

    with pytest.raises(Refused, match="on their way"):
        actions.write_mailing(mailing=mailing, actor=officer, subject="x", text="y", is_again=False)


def test_old_drafts_are_forgotten(design, officer):
    old = actions.begin_mailing(actor=officer, design=design)
    Mailing.objects.update(begun_at=clock.now() - timedelta(days=8))

    actions.begin_mailing(actor=officer, design=design)

    assert not Mailing.objects.filter(pk=old.pk).exists()


# pages


def test_from_whom_to_sent(design, desk):
    card_of(design, given_name="Ana", email="ana@example.org")
    assert "1 card was not sent yet" in desk.get(reverse("passes:send")).text

    began = desk.post(reverse("passes:send"), {"design": design.pk}).url
    assert "What Ana Okafor" in desk.get(began).text
    seen = desk.post(began, {"subject": "Now", "text": "Dear {name},"})
    assert "Dear Ana Okafor" in seen.text
    assert desk.post(began, {"subject": "Now", "text": "Dear {name},", "confirm": "1"}).url == f"{began}/confirm"
    assert "Send 1 letter?" in desk.get(f"{began}/confirm").text
    assert not Letter.objects.exists()
    assert desk.post(f"{began}/confirm").url == began
    assert "Making the letters" in desk.get(began).text
    tasks.post_mailings.call()

    assert "0 of 1" in desk.get(f"{began}/work").text
    Letter.objects.update(state=Letter.State.SENT)
    done = desk.get(began).text
    assert "1 of 1" in done
    assert "data-refresh" not in done
    assert "data-going-on" not in desk.get(f"{began}/work").text
    assert "All were sent" in desk.get(reverse("passes:send")).text


def test_sent_already_is_asked(design, desk, officer):
    card_of(design)
    sent(actions.begin_mailing(actor=officer, design=design), officer)
    card_of(design)

    began = desk.post(reverse("passes:send"), {"design": design.pk}).url
    said = desk.get(began).text

    assert "Only those who were not sent theirs yet: 1" in said
    assert "All, also those who were: 2" in said
    desk.post(began, {**OURS, "whom": "all", "confirm": "1"})
    assert "Send 2 letters?" in desk.get(f"{began}/confirm").text


def test_many_letters_need_their_number_typed(design, desk, monkeypatch):
    monkeypatch.setattr(views, "CONFIRMED_BY_NUMBER", 1)
    for _ in range(2):
        card_of(design)
    began = desk.post(reverse("passes:send"), {"design": design.pk}).url

    assert 'data-number="2"' in desk.get(f"{began}/confirm").text
    assert desk.post(f"{began}/confirm", {"number": "3"}).status_code == 422
    assert Mailing.objects.get().asked_at is None
    desk.post(f"{began}/confirm", {"number": "2"})

    assert Mailing.objects.get().asked_at is not None


def test_those_without_an_address_are_named(design, desk):
    card_of(design, email="ana@example.org")
    card_of(design, given_name="Ben", family_name="Amari", email=None)

    began = desk.post(reverse("passes:send"), {"design": design.pk}).url

    assert "Ben Amari" in desk.get(began).text
    assert "1 card is left out" in desk.get(f"{began}/confirm").text


def test_a_list_hands_over_what_was_chosen(design, desk):
    chosen, _other = card_of(design, email="ana@example.org"), card_of(design)

    began = desk.post(reverse("passes:send"), {"card": [chosen.serial, "nothing", "\0"]}).url

    assert "1 letter, each with its own link" in desk.get(began).text
    assert desk.post(reverse("passes:send"), {}).status_code == 422


@pytest.mark.parametrize("name", ["send", "mailing", "confirm_mailing", "mailing_work"])
def test_n1_pages_are_for_those_who_may_send(name, design, client, officer):
    card_of(design)
    mailing = actions.begin_mailing(actor=officer, design=design)
    path = reverse(f"passes:{name}", args=[] if name == "send" else [mailing.pk])
    assert client.get(path).status_code == 302

    client.force_login(holder_of("passes.view"))

    assert client.get(path).status_code == 403
    assert client.post(path, {"design": design.pk}).status_code in {403, 405}
    assert Mailing.objects.get().asked_at is None


def test_n1_sending_needs_the_forms_token(design, officer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)

    assert strict.post(reverse("passes:send"), {"design": design.pk}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", ["send", "mailing"])
def test_pages_ask_as_much_for_three_as_for_one(rows, name, officer, desk, django_assert_num_queries):
    for number in range(rows):
        design = a_design(f"Card {number}")
        card_of(design, email=None)
        for _ in range(rows):
            card_of(design)
        sent(actions.begin_mailing(actor=officer, design=design), officer)
        mailing = actions.begin_mailing(actor=officer, design=design)

    with django_assert_num_queries({"send": 8, "mailing": 13}[name]):
        desk.get(reverse(f"passes:{name}", args=[] if name == "send" else [mailing.pk]))
