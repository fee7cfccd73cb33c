"""Asking, as people and guests, with all that must not happen by it."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gatehouse.helpdesk import actions, links, queries
from gatehouse.helpdesk.actions import Guest
from gatehouse.helpdesk.models import Attachment, Desk, Message, Ticket
from gatehouse.helpdesk.refusals import AskedAlready, ChangedMeanwhile, NotNow, TooMany
from gatehouse.helpdesk.tests.factories import MAYA, CourseFactory, a_ticket, a_tutor
from gatehouse.helpdesk.tests.reading import last_letter, words_of
from gatehouse.mail.models import Letter
from gatehouse.people.tests.factories import PersonFactory, an_owner

pytestmark = pytest.mark.django_db
State = Ticket.State
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00"


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def filled(course):
    return {
        "course": course.pk, "question": "Which test fits?", "mode": "campus", "assignment": "Set 3",
        "name": "Maya Okafor", "email": "Maya@Example.org", "sent_once": str(uuid4()),
    }  # fmt: skip


def confirm_link():
    return re.search(r"/help/confirm/[^\s>)]+", words_of(last_letter()))[0]


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_guest_address_is_not_trusted_until_confirmed(client, filled):
    answer = client.post("/help/ask", filled)
    ticket = Ticket.objects.get()

    assert answer.url.startswith("/help/asked/")
    assert (ticket.state, ticket.person, queries.waiting().count()) == (State.ASKED, None, 0)
    assert "maya@example.org" in client.get(answer.url).text


def test_guest_confirms_by_the_letter_and_stands_in_the_queue(client, filled):
    client.post("/help/ask", filled)
    link = confirm_link()

    looked = client.get(link)
    assert (looked.status_code, Ticket.objects.get().state) == (200, State.ASKED), "looking is not confirming"
    answer = client.post(link, follow=True)

    assert Ticket.objects.get().state == State.WAITING
    assert "1<sup>st</sup>" in answer.text
    assert client.get(link).status_code == 302, "the letter leads back to the ticket"


def test_r17_answer_to_a_guest_is_the_same_whether_the_address_has_a_ticket(client, filled):
    first = client.post("/help/ask", filled, follow=True)
    again = client.post("/help/ask", filled | {"sent_once": str(uuid4())}, follow=True)

    without_token = [
        re.sub(r"/asked/[^/\"]+|value=\"[^\"]{60,}\"|nonce=\"[^\"]+\"|[0-9a-f]{32}", "", page.text)
        for page in (first, again)
    ]
    assert without_token[0] == without_token[1]
    assert Ticket.objects.count() == 1
    assert Letter.objects.count() == 2, "the second letter leads to the first ticket"


def test_r17_guests_are_limited_by_address_and_by_network_and_the_room_is_not(client, filled):
    Desk.objects.create(pk=1, guest_tickets_per_hour=2, network_tickets_per_hour=3)
    codes = []
    for number, email in enumerate(["a@example.org"] * 3 + ["b@example.org", "c@example.org"]):
        other = {"email": email, "question": f"Question {number}", "sent_once": str(uuid4())}
        codes.append(client.post("/help/ask", filled | other).status_code)

    assert codes == [302, 302, 429, 429, 429], "address, then network"
    maya = signed_in(PersonFactory())
    assert maya.post("/help/ask", filled | {"sent_once": str(uuid4())}).status_code == 302
    a_ticket(Guest("Ben", ""), origin=Ticket.Origin.KIOSK)


def test_r17_limits_say_when_to_come_again_and_keep_the_text(client, filled):
    Desk.objects.create(pk=1, guest_tickets_per_hour=1)
    client.post("/help/ask", filled | {"question": "The first", "sent_once": str(uuid4())})

    answer = client.post("/help/ask", filled)

    assert "Try again in" in answer.text
    assert "Which test fits?" in answer.text


def test_r17_question_of_three_megabytes_is_refused(client, filled):
    assert client.post("/help/ask", filled | {"question": "x" * 3_000_000}).status_code == 413
    answer = client.post("/help/ask", filled | {"question": "x" * 4001})
    assert (answer.status_code, Ticket.objects.count()) == (422, 0)


@pytest.mark.parametrize("email", ["zzz", "maya@", "@example.org", "maya@example", "maya @example.org"])
def test_r17_what_is_no_address_is_refused(client, filled, email):
    answer = client.post("/help/ask", filled | {"email": email})

    assert answer.status_code == 422
    assert "This is not an address" in answer.text


def test_r17_double_tap_is_one_ticket(client, filled):
    client.post("/help/ask", filled)
    client.post("/help/ask", filled)

    assert Ticket.objects.count() == 1
    assert Letter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_r17_two_taps_at_the_same_moment_are_one_ticket(together):
    maya, course, once = PersonFactory(), CourseFactory(), uuid4()

    def tap():
        return a_ticket(maya, course, sent_once=once).pk

    outcomes = together(tap, tap)

    assert outcomes[0] == outcomes[1]
    assert Ticket.objects.count() == 1


def test_somebody_else_gets_nothing_by_a_forms_number(course):
    once = uuid4()
    a_ticket(MAYA, course, sent_once=once)

    with pytest.raises(Exception, match=r"(?i)unique"):
        a_ticket(Guest("Eve", "eve@example.org"), course, sent_once=once)


def test_open_duplicate_is_offered_to_somebody_signed_in(filled):
    maya = PersonFactory()
    client = signed_in(maya)
    first = client.post("/help/ask", filled)
    second = client.post("/help/ask", filled | {"sent_once": str(uuid4())}, follow=True)

    assert Ticket.objects.count() == 1
    assert "You have asked this already" in second.text
    assert links.number_of(first.url.rsplit("/", 1)[1]) == Ticket.objects.get().pk
    with pytest.raises(AskedAlready):
        a_ticket(maya, Ticket.objects.get().course, question="Which test fits?")


def test_r6_form_comes_back_with_everything_typed(client, filled):
    answer = client.post("/help/ask", filled | {"course": "999999", "email": "zzz"})

    assert answer.status_code == 422
    for typed in ("Which test fits?", "Set 3", "Maya Okafor", "zzz"):
        assert typed in answer.text
    assert 'name="course"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert filled["sent_once"] in answer.text


@pytest.mark.parametrize(
    "wrong", [{"mode": "Winter"}, {"course": "abc"}, {"question": ""}, {"sent_once": "x"}, {"question": "\0"}]
)
def test_unknown_values_are_errors_not_faults(client, filled, wrong):
    assert client.post("/help/ask", filled | wrong).status_code == 422


def test_r14_guest_with_a_tutors_address_gets_no_right_of_theirs(client, filled):
    boss = an_owner(email="ruth@example.org")
    client.post("/help/ask", filled | {"email": boss.email})
    page = client.post(confirm_link(), follow=True)

    assert Ticket.objects.get().person == boss, "the mailbox's owner finds the ticket among their own"
    assert client.get("/manage/").status_code == 302
    assert client.get("/help/tickets").status_code == 302, "nobody is signed in by it"
    assert "Manage" not in page.text
    assert page.wsgi_request.user.is_anonymous


def test_r16_every_form_needs_its_token(filled):
    client = Client(enforce_csrf_checks=True)
    token = links.token_of(a_ticket())
    paths = [
        "/help/ask",
        *(f"/help/tickets/{token}/{deed}" for deed in ("leave", "rate", "edit", "messages", "reopen")),
    ]

    assert {client.post(path, filled).status_code for path in paths} == {403}


def test_looking_changes_nothing(client):
    ticket = a_ticket()
    token = links.token_of(ticket)

    for deed in ("leave", "step-away", "come-back", "reopen", "messages", "join", "notice"):
        assert client.get(f"/help/tickets/{token}/{deed}").status_code == 405


def test_foreign_or_forged_link_is_not_found(client):
    ticket = a_ticket()
    token = links.token_of(ticket)

    assert client.get(f"/help/tickets/{token}").status_code == 200
    assert client.get(f"/help/tickets/{token[:-1]}x").status_code == 404
    assert client.get(f"/help/tickets/{ticket.pk}").status_code == 404
    confirm = links.confirm_address_of(ticket).rsplit("/", 1)[1]
    assert client.get(f"/help/tickets/{confirm}").status_code == 404, "each link has its purpose"


def test_r15_nobody_acts_on_a_ticket_of_another(course):
    ticket, stranger = a_ticket(), PersonFactory()
    for deed in (actions.withdraw_ticket, actions.step_away, actions.come_back):
        with pytest.raises(PermissionDenied):
            deed(ticket=ticket, actor=stranger)


def test_r2_saving_an_untouched_form_changes_nothing(client, course):
    ticket = a_ticket(course=course, assignment="Set 3", mode="online")
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    token = links.token_of(ticket)
    page = client.get(f"/help/tickets/{token}/edit")
    form = page.context["form"]
    same = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    same["course"] = course.pk

    client.post(f"/help/tickets/{token}/edit", same)

    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_stale_form_shows_both(client):
    ticket = a_ticket(question="Mine")
    token = links.token_of(ticket)
    typed = {"course": ticket.course.pk, "question": "My words", "mode": "campus", "seen": "1", "assignment": ""}
    actions.edit_ticket(ticket=ticket, actor=a_tutor(), seen=1, question="The tutor's words")

    answer = client.post(f"/help/tickets/{token}/edit", typed)
    assert answer.status_code == 409
    assert "My words" in answer.text
    assert "The tutor&#x27;s words" in answer.text
    client.post(f"/help/tickets/{token}/edit", typed | {"seen": "2"})

    ticket.refresh_from_db()
    assert ticket.question == "My words"


def test_edit_of_an_older_revision_is_refused():
    ticket = a_ticket()
    actions.edit_ticket(ticket=ticket, actor=ticket.person, seen=1, question="New")

    with pytest.raises(ChangedMeanwhile):
        actions.edit_ticket(ticket=ticket, actor=ticket.person, seen=1, question="Newer")


def test_r13_archived_course_can_not_be_chosen_but_stays_in_a_form(client, filled, course):
    ticket = a_ticket(course=course)
    course.archived_at = ticket.asked_at
    course.save()

    assert client.post("/help/ask", filled).status_code == 422
    assert str(course) in client.get(f"/help/tickets/{links.token_of(ticket)}/edit").text


def test_attachment_is_what_its_content_says_and_comes_as_a_download(client, filled):
    picture = SimpleUploadedFile("../../etc/photo.html", PNG, content_type="text/html")
    client.post("/help/ask", filled | {"attached": [picture]})
    attachment = Attachment.objects.get()
    ticket = attachment.ticket

    answer = client.get(f"/help/tickets/{links.token_of(ticket)}/files/{attachment.pk}")
    assert (attachment.name, attachment.media_type) == ("photo.png", "image/png")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="photo.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == PNG


def test_attachment_is_for_its_asker_and_for_tutors(client):
    ticket = a_ticket()
    attachment = Attachment.objects.create(ticket=ticket, name="a.txt", media_type="text/plain", size=1)
    attachment.file.save("a.txt", SimpleUploadedFile("a.txt", b"x"))
    path = f"/help/files/{attachment.pk}"
    other = links.token_of(a_ticket())

    assert client.get(path).status_code == 302
    assert signed_in(PersonFactory()).get(path).status_code == 403
    assert client.get(f"/help/tickets/{other}/files/{attachment.pk}").status_code == 404
    for reader in (ticket.person, a_tutor()):
        answer = signed_in(reader).get(path)
        assert b"".join(answer.streaming_content) == b"x"


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"PK\x03\x04zip", b"\x00\x01"])
def test_other_files_are_refused_and_the_text_is_kept(client, filled, content):
    answer = client.post("/help/ask", filled | {"attached": [SimpleUploadedFile("paper.pdf", content)]})

    assert answer.status_code == 422
    assert "Which test fits?" in answer.text
    assert Ticket.objects.count() == 0


def test_withdrawn_within_two_minutes_comes_back_to_its_place():
    first, second = a_ticket(), a_ticket()
    actions.withdraw_ticket(ticket=first, actor=first.person)
    assert queries.place_of(second).place == 1

    actions.reopen_ticket(ticket=first, actor=first.person)

    assert queries.place_of(first).place == 1


def test_away_keeps_the_place_and_comes_back():
    first, second = a_ticket(), a_ticket()

    away = actions.step_away(ticket=first, actor=first.person)
    assert (away.state, queries.place_of(first).place, queries.place_of(second).place) == (State.AWAY, 1, 2)
    assert actions.come_back(ticket=first, actor=first.person).state == State.WAITING


def test_who_stayed_away_too_long_waits_again():
    ticket = a_ticket()
    actions.step_away(ticket=ticket, actor=ticket.person)
    assert actions.end_absences() == 0
    Ticket.objects.filter(pk=ticket.pk).update(away_until=ticket.asked_at)

    assert actions.end_absences() == 1
    assert actions.end_absences() == 0
    ticket.refresh_from_db()
    assert ticket.state == State.WAITING


def test_closed_ticket_can_not_be_left_or_stepped_away_from():
    ticket = a_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED, closed_at=ticket.asked_at)

    for deed in (actions.withdraw_ticket, actions.step_away):
        with pytest.raises(NotNow):
            deed(ticket=ticket, actor=ticket.person)
    with pytest.raises(NotNow):
        actions.edit_ticket(ticket=ticket, actor=ticket.person, seen=1, question="More")


def test_asker_says_more_and_the_bearer_of_the_link_too(client):
    ticket = a_ticket(MAYA)
    actions.confirm_guest(ticket=ticket)

    client.post(f"/help/tickets/{links.token_of(ticket)}/messages", {"text": "I found it on page 4."})

    message = Message.objects.get()
    assert (message.author_name, message.is_private) == ("Maya Okafor", False)


def test_private_notes_are_not_on_the_askers_page(client):
    ticket = a_ticket()
    Message.objects.create(ticket=ticket, author_name="Ana", text="Seems tired", is_private=True)
    Message.objects.create(ticket=ticket, author_name="Ana", text="Look at page 4")

    text = client.get(f"/help/tickets/{links.token_of(ticket)}").text

    assert "Look at page 4" in text
    assert "Seems tired" not in text


def test_several_join_on_one_assignment():
    course = CourseFactory()
    first, second = (a_ticket(course=course, assignment=name) for name in ("Set 3", "set 3"))
    between = a_ticket()
    third = a_ticket(course=course, assignment="SET 3")

    [others] = queries.others_like(third)
    assert (others.others, others.key) == (2, "assignment")
    actions.join_others(ticket=third, actor=third.person, group=None)

    assert [queries.place_of(each).place for each in (first, second, third, between)] == [1, 1, 1, 4]


def test_guest_is_shown_no_others_before_the_address_is_proved(client):
    ticket = a_ticket(assignment="Set 3")

    guest = client.get("/help/ask/others", {"course": ticket.course.pk, "assignment": "set 3"})
    maya = signed_in(PersonFactory()).get("/help/ask/others", {"course": ticket.course.pk, "assignment": "set 3"})

    assert "asks about" not in guest.text
    assert "1 other asks about “set 3”" in maya.text


def test_too_many_questions_of_one_person():
    maya = PersonFactory()
    for number in range(20):
        a_ticket(maya, question=f"Question {number}")

    with pytest.raises(TooMany):
        a_ticket(maya, question="One more")


@pytest.mark.parametrize("rows", [1, 3])
def test_r7_own_list_asks_as_much_for_three_as_for_one(rows, django_assert_num_queries):
    maya = PersonFactory()
    for number in range(rows):
        a_ticket(maya, question=f"Question {number}")
    client = signed_in(maya)
    client.get("/help/tickets")

    with django_assert_num_queries(10):
        client.get("/help/tickets")


def test_r7_own_list_is_paged():
    maya = PersonFactory()
    course = CourseFactory()
    Ticket.objects.bulk_create(Ticket(person=maya, course=course, question=f"Q{n}") for n in range(120))

    text = signed_in(maya).get("/help/tickets").text

    assert text.count('class="go"') == 50
    assert "1 to 50 of 120" in text


def test_r18_pages_of_the_desk_name_no_other_host(client):
    ticket = a_ticket()

    for path in ("/help", "/help/ask", f"/help/tickets/{links.token_of(ticket)}"):
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]+', client.get(path).text) == []


def test_a_desk_without_courses_shows_no_form_that_nobody_can_send(client):
    page = client.get("/help/ask").text

    assert "This desk has no courses yet" in page
    assert "<textarea" not in page
