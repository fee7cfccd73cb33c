import pytest

from gatehouse.core import menu


class Somebody:
    def __init__(self, *permissions):
        self.permissions = permissions

    def may(self, permission):
        return permission in self.permissions


@pytest.fixture(autouse=True)
def empty(monkeypatch):
    for name in ("_entries", "_member_entries", "_home"):
        monkeypatch.setattr(menu, name, {})


def titles(person):
    return [(str(title), [entry.label for entry in entries]) for title, entries in menu.entries_for(person)]


def test_sections_and_entries_stand_in_their_order_and_only_what_one_may_see():
    menu.add(menu.Entry("letters", "Outbox", "mail:outbox", "mail", "mail.read"))
    menu.add(menu.Entry("people", "Imports", "people:imports", "file-up", "people.import", order=20))
    menu.add(menu.Entry("people", "People", "people:people", "users", "people.view", order=10))

    assert titles(Somebody("people.view", "people.import", "mail.read")) == [
        ("People", ["People", "Imports"]),
        ("Letters", ["Outbox"]),
    ]
    assert titles(Somebody("people.view")) == [("People", ["People"])]


def test_entry_with_pages_leads_to_the_first_that_one_may_see():
    cards = menu.Page("All cards", "passes:cards", "passes.view")
    designs = menu.Page("Designs", "passes:designs", "passes.design")
    menu.add(menu.Entry("people", "Cards", "passes:cards", "wallet", "passes.view", pages=(cards, designs)))

    ((_title, (entry,)),) = menu.entries_for(Somebody("passes.design"))

    assert (entry.url_name, entry.pages) == ("passes:designs", (designs,))
    assert titles(Somebody("passes.send")) == []


def test_overview_is_for_whoever_has_anything_else():
    menu.add(menu.Entry("today", "Overview", "web:manage", "layout-dashboard", menu.ANY_STAFF))
    menu.add(menu.Entry("people", "People", "people:people", "users", "people.view"))

    assert titles(Somebody()) == []
    assert titles(Somebody("people.view")) == [("Today", ["Overview"]), ("People", ["People"])]


def test_saying_the_same_entry_twice_shows_it_once():
    for _ in range(2):
        menu.add_member(menu.MemberEntry("Home", "web:home", "house"))

    assert [entry.label for entry in menu.member_entries(Somebody())] == ["Home"]


def test_member_entry_may_be_left_out():
    menu.add_member(menu.MemberEntry("My card", "passes:card", "id-card", shown=lambda person: person.may("card")))

    assert menu.member_entries(Somebody()) == []
    assert len(menu.member_entries(Somebody("card"))) == 1
