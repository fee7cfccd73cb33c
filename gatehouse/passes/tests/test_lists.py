"""The list of cards, one card's page, and what is done there: stop, replace, book, write."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gatehouse.core import clock, sealing
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.models import Design, Pass, Renewal
from gatehouse.passes.queries import WantedCards
from gatehouse.passes.refusals import Refused
from gatehouse.passes.tests.desk import (
    LIBRARY,
    PUSH_TOKEN,
    a_gift_card,
    a_gift_design,
    a_held_card,
    on_a_phone,
)
from gatehouse.passes.tests.factories import a_design, a_pass
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def officer():
    return holder_of(policies.VIEW, policies.SEND, given_name="Ruth", family_name="Amsel")


@pytest.fixture
def staff(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def onlooker(client):
    client.force_login(holder_of(policies.VIEW))
    return client


def serials(**wanted) -> set[str]:
    return set(queries.cards(WantedCards(**wanted)).values_list("serial", flat=True))


# --- the list ------------------------------------------------------------------------------------


def test_sql_says_of_each_state_what_the_verdict_says():
    """Every mixture of status, days, stopped, left: the list and the scanner never differ."""
    design, days = a_design(), (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
    for status, start, end in product(("active", "lapsed", "suspended", "ended"), days, days):
        a_pass(design, MembershipFactory(status=status, valid_from=start, expires_on=end))
    for person in (PersonFactory(), PersonFactory(left_at=clock.now() - timedelta(days=1))):
        actions.issue_pass(design=a_design(f"P{person.pk}", subject="person"), person=person, actor=None)
        a_pass(design, MembershipFactory(person=person))
    a_gift_card()
    a_pass(design, MembershipFactory())
    Pass.objects.filter(pk=a_pass(design, MembershipFactory()).pk).update(voided_at=clock.now())
    Pass.objects.filter(pk=a_pass(design, MembershipFactory()).pk).update(membership=None)
    words = {"valid": "valid", "early": "early", "expired": "expired", "voided": "stopped"}

    said = {card.serial: words[queries.verdict_of(card).word] for card in queries.with_holder(Pass.objects.all())}

    for state in set(words.values()):
        assert serials(state=state) == {serial for serial, word in said.items() if word == state}, state
    counts = queries.card_counts(WantedCards())
    assert counts[""] == len(said) == sum(counts[state] for state in words.values())


def test_chips_count_what_is_not_sent_on_no_phone_and_failed():
    held, failed, plain = (a_pass(a_design(name), MembershipFactory()) for name in "abc")
    on_a_phone(held)
    on_a_phone(failed, is_failed=True)
    Pass.objects.filter(pk=held.pk).update(sent_at=clock.now())

    assert serials(state="not-sent") == {failed.serial, plain.serial}
    assert serials(state="not-on-a-phone") == {plain.serial}
    assert serials(state="failed") == {failed.serial}
    Pass.objects.filter(pk=plain.pk).update(fault="KeyError: level")
    assert queries.card_counts(WantedCards())["failed"] == 2


def test_cards_are_found_by_name_number_code_and_design():
    card = a_held_card(number="8-77")
    gift = a_gift_card(name="Thảo Nguyễn")

    for q, found in (
        ("brandt zoë", card), ("8-77", card), (card.serial.lower(), card), (gift.code, gift),
        (gift.code.replace("-", "").lower(), gift), ("Nguyễn", gift),
    ):  # fmt: skip
        assert serials(q=q) == {found.serial}, q
    assert serials(q="nobody") == set()
    assert serials(design=str(gift.design_id)) == {gift.serial}


@pytest.mark.parametrize("sort", ["", "name", "updated", "sent", "scanned", "-password"])
def test_each_order_lists_every_card_once(sort, staff):
    a_held_card()
    a_gift_card()

    page = staff.get(reverse("passes:cards"), {"sort": sort})

    assert page.text.count('name="card"') == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(rows, staff, django_assert_num_queries):
    for _ in range(rows):
        a_held_card()
        a_gift_card()
    staff.get(reverse("passes:cards"))

    with django_assert_num_queries(8):
        staff.get(reverse("passes:cards"))


@pytest.mark.parametrize("rows", [1, 3])
def test_one_card_asks_as_much_with_three_changes_as_with_one(rows, staff, django_assert_num_queries):
    card = a_held_card()
    for version in range(3, 3 + rows):
        Renewal.objects.create(card=card, version=version, changed=["level"])
        on_a_phone(card)
    staff.get(reverse("passes:card_page", args=[card.serial]))

    with django_assert_num_queries(11):
        staff.get(reverse("passes:card_page", args=[card.serial]))


def test_odd_filters_narrow_nothing(staff):
    card = a_held_card()

    for query in ({"design": "x"}, {"state": "'"}, {"design": "9" * 30}, {"q": "\0"}, {"page": "-1"}):
        assert card.serial in staff.get(reverse("passes:cards"), query).text


def test_the_spreadsheet_has_what_the_list_has_and_no_formulas(staff):
    card = a_held_card(level="=cmd()")
    a_gift_card()

    answer = staff.get(reverse("passes:export_cards"), {"q": "brandt"})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["serial"], row["level"], row["state"]) for row in rows] == [(card.serial, "'=cmd()", "valid")]
    assert Entry.objects.get(verb="passes.exported").details == {"q": "brandt"}


# --- what must never happen ----------------------------------------------------------------------

NAMED = ["dashboard", "cards", "export_cards", "stop_cards", "issue", "issue_one", "issue_numbers", "issue_file"]
OF_CARD = ["card_page", "stop_card", "replace_card", "book", "write_own", "card_file"]
OF_BATCH = ["batch", "batch_work", "make_batch", "discard_batch", "batch_codes"]


def addresses(card: Pass, batch_pk: int) -> list[str]:
    return [
        *(reverse(f"passes:{name}") for name in NAMED),
        *(reverse(f"passes:{name}", args=[card.serial]) for name in OF_CARD),
        *(reverse(f"passes:{name}", args=[batch_pk]) for name in OF_BATCH),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_n1_every_page_of_the_desk_is_closed_to_strangers_and_members(client, method):
    card = a_gift_card()
    for address in addresses(card, card.batch_id):
        assert getattr(client, method)(address).status_code in {302, 405}, address
    client.force_login(PersonFactory())
    for address in addresses(card, card.batch_id):
        assert getattr(client, method)(address).status_code in {403, 405}, address
    card.refresh_from_db()
    assert card.voided_at is None


def test_n1_posts_without_csrf_token_are_refused(officer):
    card = a_gift_card()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer)

    for address in addresses(card, card.batch_id):
        assert strict.post(address).status_code in {403, 405}, address


def test_n3_stopping_needs_the_right_a_post_and_a_second_word(onlooker, officer):
    card = a_held_card()
    address, many = reverse("passes:stop_card", args=[card.serial]), reverse("passes:stop_cards")

    assert onlooker.get(address).status_code == 403
    assert onlooker.post(address).status_code == 403
    assert onlooker.post(many, {"card": [card.serial], "sure": "1"}).status_code == 403
    onlooker.force_login(officer)
    assert onlooker.get(address).status_code == 200
    assert "Stop 1 card" in onlooker.post(many, {"card": [card.serial]}).text
    card.refresh_from_db()
    assert card.voided_at is None


def test_n7_no_page_or_file_of_the_desk_shows_a_token(staff, officer):
    card = a_held_card()
    on_a_phone(card, is_failed=True)
    gift = a_gift_card()
    token = sealing.unseal(card.sealed_token, purpose=Pass.PURPOSE).decode()
    secrets = [PUSH_TOKEN, LIBRARY, token, bytes(card.sealed_token).hex(), "sealed_token"]
    pages = [address for address in addresses(card, gift.batch_id) if not address.endswith(".pkpass")]
    pages.append(reverse("people:person", args=[card.holder.pk]))
    role = officer.grants.first().role
    role.permissions = [*role.permissions, "people.view", policies.SCAN]
    role.save()

    for address in pages:
        answer = staff.get(address)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.text
        for secret in secrets:
            assert secret not in text, (address, secret)
    told = staff.post(reverse("passes:scan"), {"code": card.serial}).text
    assert not any(secret in told for secret in secrets)


# --- one card ------------------------------------------------------------------------------------


def test_one_card_tells_what_changed_in_words(staff):
    card = a_held_card()

    text = staff.get(reverse("passes:card_page", args=[card.serial])).text

    assert "Level, the last day, the design" in text
    assert "Valid, Main entrance" in text
    assert "Apple Wallet" in text
    assert 'class="pass' in text


def test_a_card_is_stopped_with_its_reason(staff):
    card = a_held_card()

    staff.post(reverse("passes:stop_card", args=[card.serial]), {"reason": "lost phone"})

    card.refresh_from_db()
    assert card.void_reason == "lost phone"
    assert queries.read_code(card.serial).verdict.why == "This card was stopped: lost phone"
    assert "Stop this card" not in staff.get(reverse("passes:card_page", args=[card.serial])).text


def test_chosen_cards_are_stopped_after_a_second_word(staff):
    cards = [a_gift_card() for _ in range(3)]
    chosen = {"card": [cards[0].serial, cards[1].serial, "nothing"]}
    assert "Stop 2 cards" in staff.post(reverse("passes:stop_cards"), chosen).text

    staff.post(reverse("passes:stop_cards"), chosen | {"sure": "1", "reason": "wrong print"})

    assert set(Pass.objects.filter(voided_at=None)) == {cards[2]}


def test_more_than_a_hundred_are_stopped_only_with_their_number(staff):
    batch = actions.make_numbers(design=a_gift_design(), number=101, own={}, actor=None)
    chosen = {"card": list(batch.passes.values_list("serial", flat=True)), "sure": "1"}
    staff.post(reverse("passes:stop_cards"), chosen)
    assert not Pass.objects.exclude(voided_at=None).exists()

    staff.post(reverse("passes:stop_cards"), chosen | {"number": "101"})

    assert Pass.objects.exclude(voided_at=None).count() == 101


def test_a_card_is_replaced_and_the_new_one_keeps_its_values(staff):
    card = a_gift_card("25.00")

    assert "Replace 1 card" in staff.get(reverse("passes:replace_card", args=[card.serial])).text
    assert not Pass.objects.exclude(voided_at=None).exists()

    answer = staff.post(reverse("passes:replace_card", args=[card.serial]))

    new = Pass.objects.get(voided_at=None)
    assert answer.url == reverse("passes:card_page", args=[new.serial])
    assert (new.own["balance"], new.code == card.code) == ("25.00", False)
    assert queries.read_code(card.code).verdict.word == "voided"


# --- balance and other values --------------------------------------------------------------------


def test_a_booking_renews_the_card_and_marks_its_phones(officer):
    card = a_gift_card("25.00")
    device = on_a_phone(card)

    left = actions.book(card=card, amount=Decimal("-12.50"), actor=officer, note="coffee")

    card.refresh_from_db()
    device.refresh_from_db()
    assert (left, card.own["balance"], card.content["values"]["balance"]) == (Decimal("12.50"), "12.50", "12.50")
    assert (card.version, device.push_since is not None) == (2, True)
    assert Entry.objects.get(verb="pass.booked").details == {"balance": ["25.00", "12.50"], "note": "coffee"}


def test_a_balance_never_goes_below_zero(officer):
    card = a_gift_card("10.00")

    with pytest.raises(Refused, match=r"10\.00"):
        actions.book(card=card, amount=Decimal("-10.01"), actor=officer)

    card.refresh_from_db()
    assert (card.own["balance"], card.version) == ("10.00", 1)


@pytest.mark.django_db(transaction=True)
def test_a_gift_card_charged_twice_at_once_never_goes_below_zero(together):
    card = a_gift_card("10.00")

    outcomes = together(
        lambda: actions.book(card=card, amount=Decimal(-8), actor=None),
        lambda: actions.book(card=card, amount=Decimal(-8), actor=None),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Decimal", "Refused"]
    card.refresh_from_db()
    assert card.own["balance"] == "2.00"


def test_who_may_not_send_books_nothing():
    card = a_gift_card()

    with pytest.raises(PermissionDenied):
        actions.book(card=card, amount=Decimal(5), actor=holder_of(policies.VIEW))


def test_booking_on_the_page(staff):
    card = a_gift_card("25.00")
    address = reverse("passes:book", args=[card.serial])

    assert staff.post(address, {"what": "charge", "amount": "30"}).status_code == 422
    assert staff.post(address, {"what": "charge", "amount": "-5"}).status_code == 422
    assert staff.post(address, {"what": "credit", "amount": "1e9"}).status_code == 422
    staff.post(address, {"what": "charge", "amount": "5,50", "note": "cake"})

    card.refresh_from_db()
    assert card.own["balance"] == "19.50"


def test_a_seat_is_written_and_a_balance_is_not(staff):
    card = a_gift_card("25.00", seat="A1")
    address = reverse("passes:write_own", args=[card.serial])

    staff.post(address, {"own-seat": "B 7", "own-name": "", "own-balance": "1000"})

    card.refresh_from_db()
    assert card.own == {"balance": "25.00", "seat": "B 7"}
    assert card.content["values"]["seat"] == "B 7"
    assert Entry.objects.get(verb="pass.edited").details == {"seat": ["A1", "B 7"]}
    actions.void_pass(card=card, reason="", actor=None)
    assert staff.post(address, {"own-seat": "C"}).status_code == 422


def test_the_person_page_lists_their_cards(client):
    card = a_held_card()
    client.force_login(holder_of("people.view", policies.VIEW))

    text = client.get(reverse("people:person", args=[card.holder.pk])).text

    assert reverse("passes:card_page", args=[card.serial]) in text
    client.force_login(holder_of("people.view"))
    assert card.serial not in client.get(reverse("people:person", args=[card.holder.pk])).text


def test_designs_without_cards_are_no_filter():
    a_design("Unused")
    card = a_gift_card()

    assert queries.designs_with_cards() == [(card.design_id, "Gift card")]
    assert Design.objects.count() == 2


def test_an_export_asked_for_with_control_characters_is_written_down_without_them(onlooker):
    answer = onlooker.get(reverse("passes:export_cards"), {"q": "a\0b", "x\0": "y", "state": "\0"})

    assert answer.status_code == 200
    assert Entry.objects.get(verb="passes.exported").details == {"q": "ab", "x": "y"}
