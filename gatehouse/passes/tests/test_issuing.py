"""Cards are issued: to somebody, to nobody in numbers, from a file; whole or not at all."""

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings, strategies as st

from gatehouse.core.sheets import BadRow
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, policies, queries, tasks, values
from gatehouse.passes.actions import batches
from gatehouse.passes.blueprint import Field
from gatehouse.passes.models import Batch, Pass
from gatehouse.passes.presenting import in_words
from gatehouse.passes.refusals import Refused
from gatehouse.passes.tests.desk import GIFT, a_batch, a_draft, a_gift_card, a_gift_design, a_waiting_batch
from gatehouse.passes.tests.factories import a_design
from gatehouse.passes.values import BALANCE, Unfit, Value
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of


@pytest.fixture
def staff(client, db):
    client.force_login(holder_of(policies.VIEW, policies.SEND, given_name="Ruth"))
    return client


# --- the kernel ----------------------------------------------------------------------------------


def test_a_design_asks_for_its_own_values_in_order():
    assert [(value.name, value.label, value.currency) for value in values.asked_for(GIFT)] == [
        ("balance", "Balance", "EUR"), ("name", "For", ""), ("seat", "Seat", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text", "kept"),
    [
        (Value(BALANCE, ""), "25", "25.00"),
        (Value(BALANCE, ""), " 12,5 ", "12.50"),
        (Value("when", "", "date"), "2027-03-31", "2027-03-31"),
        (Value("at", "", "moment"), "2027-03-31 19:30", "2027-03-31T19:30"),
        (Value("n", "", "number"), "-3,25", "-3.25"),
        (Value("seat", ""), "  B   7 ", "B 7"),
        (Value("seat", ""), "", ""),
    ],
)
def test_values_are_kept_plainly(value, text, kept):
    assert values.fit(value, text) == kept


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(BALANCE, ""), "-1"), (Value(BALANCE, ""), "1e9"), (Value(BALANCE, ""), "٣"), (Value(BALANCE, ""), "1.234"),
        (Value("x", "", "date"), "31.3.2027"), (Value("x", "", "date"), "2027-02-30"), (Value("x", "", "number"), "NaN"),
        (Value("x", ""), "x" * 201), (Value("x", ""), "a\u202eb"), (Value("x", ""), "a\0b"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(value, text):
    with pytest.raises(Unfit):
        values.fit(value, text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=250), form=st.sampled_from(["text", "date", "moment", "number", "currency"]))
def test_no_text_makes_a_value_fall(text, form):
    try:
        kept = values.fit(Value("x", "", form), text)
    except Unfit:
        return
    assert "\0" not in kept
    assert values.fit(Value("x", "", form), kept) == kept


@settings(max_examples=100, deadline=None)
@given(cells=st.lists(st.tuples(*[st.text(max_size=30)] * 3), min_size=1, max_size=8))
def test_every_line_is_read_or_has_a_fault(cells):
    rows = [(number, list(cell)) for number, cell in enumerate(cells, start=2)]

    lines, faults = values.read_lines(("Name", "Code", "Balance"), rows, values.asked_for(GIFT))

    assert {line.line for line in lines} | {fault.line for fault in faults} == {number for number, _cells in rows}
    given = [line.code for line in lines if line.code]
    assert len(given) == len(set(given))


def test_columns_are_known_by_name_or_label():
    lines, faults = values.read_lines(
        ("E-mail", "For", "BALANCE", "Table no."), [(2, ["a@example.org", "Maya", "5", "7"])], values.asked_for(GIFT)
    )

    assert faults == []
    assert lines[0].own == {"email": "a@example.org", "name": "Maya", "balance": "5.00", "table_no": "7"}


@pytest.mark.parametrize("header", [("Name", "name"), ("", "Name"), ("Balance", "balance")])
def test_odd_headers_are_refused(header):
    with pytest.raises(Unfit):
        values.read_lines(header, [(2, ["x", "y"])], values.asked_for(GIFT))


def test_a_file_without_lines_or_with_too_many_is_refused():
    with pytest.raises(Unfit, match="no lines"):
        values.read_lines(("Name",), [], [])
    with pytest.raises(Unfit, match="10000"):
        values.read_lines(("Name",), ((number, ["x"]) for number in range(10_001)), [])


def test_a_row_that_can_not_be_read_is_told_of():
    bad = BadRow(3, "2", "odd")

    assert values.read_lines(("Name",), [(2, ["x"]), bad], [])[1] == [bad]


# --- in numbers ----------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_so_many_are_made_with_codes_of_their_own_and_one_tag(staff):
    answer = staff.post(
        reverse("passes:issue_numbers"), {"design": a_gift_design().pk, "number": "40", "own-balance": "25"}
    )

    batch = Batch.objects.get()
    cards = list(batch.passes.all())
    assert answer.url == reverse("passes:batch", args=[batch.pk])
    assert len({card.code for card in cards}) == len({card.serial for card in cards}) == 40
    assert {card.content["values"]["balance"] for card in cards} == {"25.00"}
    assert len({card.tag for card in cards}) == 1
    assert all(queries.read_code(card.code).verdict.is_valid for card in cards[:3])
    entry = Entry.objects.get(verb="passes.issued")
    assert (entry.subject, entry.actor_name) == ("40 passes of Gift card", batch.asker.name)


def test_more_than_a_thousand_are_made_by_a_sweep_in_steps(staff, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 5)
    monkeypatch.setattr(batches, "STEP", 4)
    batch = actions.make_numbers(design=a_gift_design(), number=10, own={}, actor=None)
    assert batch.passes.count() == 0
    assert "Cards are being made" in staff.get(reverse("passes:batch", args=[batch.pk])).text

    assert tasks.fill_batches.call() == 10
    assert tasks.fill_batches.call() == 0

    assert batch.passes.count() == 10
    assert "data-going-on" not in staff.get(reverse("passes:batch_work", args=[batch.pk])).text


def test_a_batch_whose_worker_died_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(batches, "STEP", 2)
    batch = a_waiting_batch()
    Batch.objects.filter(pk=batch.pk).update(wanted=5)
    batch = Batch.objects.select_related("design__published").get(pk=batch.pk)
    batches._save(batch, batches._drawn_up(batch, 0, 2))  # and then it died

    assert actions.fill_waiting() == 3

    assert batch.passes.count() == 5


def test_a_batch_that_fails_three_times_is_given_up():
    batch = a_waiting_batch()
    Batch.objects.filter(pk=batch.pk).update(attempts=3)

    actions.fill_waiting()

    batch.refresh_from_db()
    assert (batch.is_waiting, batch.fault != "") == (False, True)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_each_card_once(together, monkeypatch):
    monkeypatch.setattr(batches, "STEP", 10)
    batch = a_waiting_batch()
    Batch.objects.filter(pk=batch.pk).update(wanted=60)

    outcomes = together(actions.fill_waiting, actions.fill_waiting)

    assert sorted(outcomes) == [0, 60]
    assert batch.passes.count() == 60


@pytest.mark.parametrize("number", ["0", "-1", "100001", "many", ""])
def test_odd_numbers_are_refused_at_their_field(number, staff):
    answer = staff.post(reverse("passes:issue_numbers"), {"design": a_gift_design().pk, "number": number})

    assert answer.status_code == 422
    assert "is-bad" in answer.text
    assert not Pass.objects.exists()


def test_cards_of_somebody_are_not_made_in_numbers():
    with pytest.raises(Refused, match="one by one"):
        actions.make_numbers(design=a_design(), number=3, own={}, actor=None)


def test_who_may_not_send_makes_nothing():
    for deed in (
        lambda who: actions.make_numbers(design=a_gift_design(), number=3, own={}, actor=who),
        lambda who: actions.read_batch(design=a_gift_design(), path=Path("x"), filename="x", actor=who),
        lambda who: actions.discard_batch(batch=a_waiting_batch(), actor=who),
    ):
        with pytest.raises(PermissionDenied):
            deed(holder_of(policies.VIEW))


def test_codes_are_a_file_of_codes_alone(staff):
    batch = a_batch(3)

    answer = staff.get(reverse("passes:batch_codes", args=[batch.pk]))

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").split()
    assert lines == ["code", *batch.passes.order_by("pk").values_list("code", flat=True)]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_issuing_ask_as_much_for_three_as_for_one(rows, staff, django_assert_num_queries):
    batch = a_batch(rows)
    for _ in range(rows - 1):
        a_batch(1)
    staff.get(reverse("passes:issue"))
    with django_assert_num_queries(7):
        staff.get(reverse("passes:issue"))
    with django_assert_num_queries(7):
        staff.get(reverse("passes:batch", args=[batch.pk]))


# --- from a file ---------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_then_made(staff):
    file = SimpleUploadedFile("gifts.csv", b"Name,Code,Balance\nMaya,GIFT-0001,25\nNoor,,12.50\n")
    address = staff.post(reverse("passes:issue_file"), {"design": a_gift_design().pk, "file": file}).url
    page = staff.get(address).text
    assert "GIFT-0001" in page
    assert "Make 2 cards" in page
    assert not Pass.objects.exists()

    staff.post(reverse("passes:make_batch", args=[Batch.objects.get().pk]))

    maya, noor = Pass.objects.order_by("pk")
    assert (maya.code, maya.own) == ("GIFT-0001", {"name": "Maya", "balance": "25.00"})
    assert (len(noor.code), noor.own["balance"]) == (14, "12.50")
    assert queries.read_code("gift0001").only.card == maya


def test_a_workbook_is_read_as_well(staff):
    book = openpyxl.Workbook()
    book.active.append(["Name", "Balance"])
    book.active.append(["Thảo Nguyễn", 25])
    kept = io.BytesIO()
    book.save(kept)
    file = SimpleUploadedFile("gifts.xlsx", kept.getvalue())

    staff.post(reverse("passes:issue_file"), {"design": a_gift_design().pk, "file": file})

    assert Batch.objects.get().lines == [{"line": 2, "code": "", "own": {"name": "Thảo Nguyễn", "balance": "25.00"}}]


def test_a_file_with_very_many_columns_is_refused():
    header = ";".join(f"Column {n}" for n in range(61))

    with pytest.raises(Refused, match="More than 60 columns"):
        a_draft(f"{header}\r\n1;2\r\n")

    assert len(a_draft(f"{header.removesuffix(';Column 60')}\r\n1;2\r\n").lines) == 1


def test_what_a_file_said_of_people_stays_on_their_cards_alone():
    batch = a_draft()
    actions.ask_batch(batch=batch, actor=None)

    batch.refresh_from_db()
    assert batch.finished_at
    assert batch.lines == []
    assert batch.passes.filter(own__email="maya@example.org").count() == 1


def test_faults_are_told_by_line_and_nothing_is_made(staff):
    taken = a_gift_card()
    batch = a_draft(
        f"Name,Code,Balance,Email\nA,X1,5,a@example.org\nB,,minus,b\nC,{taken.code},5,\nD,DOUBLE-1,5,\nE,double-1,5,\n"
    )

    text = staff.get(reverse("passes:batch", args=[batch.pk])).text

    assert [(fault["line"], fault["column"]) for fault in batch.faults] == [
        (2, "code"), (3, "balance"), (3, "email"), (4, "code"), (6, "code"),
    ]  # fmt: skip
    assert "This code stands in line 5 as well." in text
    assert "Another card has this code already." in text
    assert "Make " not in text
    assert staff.post(reverse("passes:make_batch", args=[batch.pk])).status_code == 422
    assert Pass.objects.count() == 1


def test_a_code_that_was_taken_meanwhile_makes_the_whole_file_fail():
    batch = a_draft("Name,Code\nA,FIRST-1\nB,TAKEN-1\n")
    actions.issue_pass(design=a_gift_design(), actor=None, code="TAKEN-1")

    with pytest.raises(Refused, match="meanwhile"):
        actions.ask_batch(batch=batch, actor=None)

    batch.refresh_from_db()
    assert (batch.passes.count(), batch.is_draft) == (0, True)


def test_a_large_file_comes_whole_or_not_at_all(monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 1)
    batch = actions.ask_batch(batch=a_draft("Name,Code\nA,FIRST-1\nB,TAKEN-1\n"), actor=None)
    actions.issue_pass(design=a_gift_design(), actor=None, code="TAKEN-1")

    assert actions.fill_waiting() == 0

    batch.refresh_from_db()
    assert (batch.passes.count(), "Nothing was made" in batch.fault) == (0, True)


def test_asking_twice_makes_them_once():
    batch = a_draft()

    for _ in range(2):
        actions.ask_batch(batch=batch, actor=None)

    assert batch.passes.count() == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<html></html>", b"Name\n", b'Name\n"open', b"Name,Name\na,b\n"],
)
def test_what_is_no_table_is_refused_at_its_field(content, staff):
    file = SimpleUploadedFile("x.csv", content)

    answer = staff.post(reverse("passes:issue_file"), {"design": a_gift_design().pk, "file": file})

    assert answer.status_code == 422
    assert not Batch.objects.exists()


def test_a_list_is_put_away_and_old_ones_are_forgotten(staff):
    staff.post(reverse("passes:discard_batch", args=[a_draft().pk]))
    assert not Batch.objects.exists()
    made = a_batch(1)
    staff.post(reverse("passes:discard_batch", args=[made.pk]))
    assert Batch.objects.count() == 1
    old = a_draft()
    Batch.objects.filter(pk=old.pk).update(begun_at=old.begun_at - 2 * batches.DRAFTS_LIVE)

    assert tasks.forget_drafts.call() == 1
    assert Batch.objects.get() == made


# --- to somebody ---------------------------------------------------------------------------------


def test_a_card_is_issued_by_hand_to_a_membership_that_a_search_finds(staff):
    design = a_design(source="altru")
    membership = MembershipFactory(person=PersonFactory(given_name="Zoë"), number="8-77")
    MembershipFactory(person=membership.person, number="0077", source="classlist")
    page = staff.get(reverse("passes:issue"), {"find": "zoë"}).text
    assert ("8-77" in page, "0077" in page) == (True, False)

    answer = staff.post(reverse("passes:issue_one"), {"design": design.pk, "membership": membership.pk})

    card = Pass.objects.get()
    assert (card.membership, answer.url) == (membership, reverse("passes:card_page", args=[card.serial]))
    assert "Has one" in staff.get(reverse("passes:issue"), {"person": membership.person.pk}).text


def test_a_card_is_issued_to_a_person(staff):
    design, person = a_design(subject="person"), PersonFactory(given_name="Zoë")
    assert "Zoë" in staff.get(reverse("passes:issue"), {"find": "zoë"}, headers={"HX-Request": "true"}).text

    staff.post(reverse("passes:issue_one"), {"design": design.pk, "person": person.pk})

    assert Pass.objects.get().person == person


@pytest.mark.parametrize("sent", [{}, {"design": "x"}, {"design": "9" * 30}, {"design": "1", "membership": "'"}])
def test_odd_posts_issue_nothing(sent, staff):
    a_design(pk=1)

    for name in ("issue_one", "issue_numbers", "issue_file"):
        assert staff.post(reverse(f"passes:{name}"), sent).status_code in {404, 422}
    assert not Pass.objects.exists()


def test_n5_two_people_with_one_name_have_two_cards(staff):
    design = a_design()
    for number in ("../../x", "8-2"):
        membership = MembershipFactory(person=PersonFactory(given_name="Maya", family_name="Okafor"), number=number)
        staff.post(reverse("passes:issue_one"), {"design": design.pk, "membership": membership.pk})

    assert Pass.objects.count() == 2
    assert len(set(Pass.objects.values_list("serial", flat=True))) == 2


def test_without_a_design_the_page_says_where_to_begin(staff):
    assert "No design is published yet" in staff.get(reverse("passes:issue")).text


def test_a_time_as_people_write_it_is_of_our_clock_on_every_card(settings):
    """A value of one's own names no zone; phones and pages take no time without one."""
    settings.TIME_ZONE = "Europe/Vienna"
    begins = Field("begins", "primary", "Begins", "{own.at}", "moment")
    design = a_design("Ticket", blueprint=replace(GIFT, fields=(begins,)), subject="nobody")
    batch = a_draft("Code;At\r\nTICKET-01;2027-03-31 19:30\r\nTICKET-02;2027-01-31 19:30\r\n", design=design)
    actions.ask_batch(batch=batch, actor=None)

    summer, winter = Pass.objects.order_by("code")

    assert summer.content["values"]["begins"] == "2027-03-31T19:30:00+02:00"
    assert winter.content["values"]["begins"] == "2027-01-31T19:30:00+01:00"
    assert in_words(begins, summer.content["values"]["begins"]) == "31 Mar 2027 19:30"
