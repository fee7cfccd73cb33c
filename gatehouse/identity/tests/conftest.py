import time
from datetime import datetime, timedelta
from statistics import median

import pytest
from django.test import Client

from gatehouse.core import clock
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import code_of, last_letter


@pytest.fixture
def maya(db):
    return a_person(email="maya@example.org")


@pytest.fixture
def sign_in():
    """`sign_in(client, person)` goes the whole way, by code; gives the answer to the last request."""

    def go(client: Client, person, **headers):
        client.post("/sign-in", {"email": person.email}, **headers)
        return client.post("/sign-in/code", {"code": code_of(last_letter())}, **headers)

    return go


class Hands:
    """The clock's hands, moved by the test."""

    def __init__(self, monkeypatch):
        self.monkeypatch = monkeypatch
        self.time = clock.now()
        self.monkeypatch.setattr(clock, "now", lambda: self.time)

    def turn(self, **time: float) -> None:
        self.time += timedelta(**time)

    def set(self, time: datetime) -> None:
        self.time = time


@pytest.fixture
def hands(monkeypatch):
    return Hands(monkeypatch)


@pytest.fixture
def cpu_seconds():
    """`cpu_seconds(deed, these, those)`: the median of each, taken in turns, so that both meet the same weather."""

    def measure(deed, these, those):
        spent = {id(these): [], id(those): []}
        for pair in zip(these, those, strict=True):
            for group, value in zip((these, those), pair, strict=True):
                began = time.process_time()
                deed(value)
                spent[id(group)].append(time.process_time() - began)
        return median(spent[id(these)][2:]), median(spent[id(those)][2:])

    return measure
