"""The fixtures that all tests share, held against what they promise."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from playwright.sync_api import Error

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'"


def test_together_runs_at_the_same_moment(together):
    meeting = threading.Barrier(2)

    assert together(lambda: meeting.wait(5) >= 0, lambda: meeting.wait(5) >= 0) == [True, True]


def test_together_lets_two_connections_race(together):
    def create():
        return Group.objects.create(name="The only one")

    outcomes = together(create, create, create)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Group", "IntegrityError", "IntegrityError"]
    assert Group.objects.count() == 1


@pytest.mark.django_db
def test_sqlite_database_is_a_file():
    if connection.vendor == "sqlite":
        assert connection.settings_dict["NAME"].endswith("test.db")


def test_browser_reaches_nobody_outside(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://portal.example.org/")


def test_axe_sees_faults_in_spite_of_a_strict_policy(page, axe):
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body="<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1><img src=/a.png></main>",
            headers={"Content-Type": "text/html", "Content-Security-Policy": STRICT},
        ),
    )
    page.goto("http://127.0.0.1:9/")

    assert [fault.split(":")[0] for fault in axe(page)] == ["image-alt"]
