from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from gatehouse.core import clock, widgets
from gatehouse.web import dates
from gatehouse.web.templatetags import parts

NOW = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)


@pytest.fixture
def thursday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def draw(source, **values):
    return Template(source).render(Context(values))


def test_icons_are_hidden_from_screen_readers_and_come_from_the_one_sprite():
    assert draw('{% icon "mail" %}') == (
        '<svg class="ic" aria-hidden="true"><use href="/static/gatehouse/icons.svg#mail"/></svg>'
    )


def test_badge_says_colour_icon_and_word():
    drawn = draw('{% badge "sent" %}')

    assert 'class="badge ok"' in drawn
    assert "#circle-check" in drawn
    assert drawn.endswith("Sent</span>")


def test_badge_escapes_its_label():
    assert "<b>" not in draw("{% badge label=label %}", label="<b>")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (date(2026, 11, 18), "Yesterday"),
        (date(2026, 11, 19), "Today"),
        (date(2026, 11, 20), "Tomorrow"),
        (date(2026, 11, 23), "Mon 23 Nov"),
        (date(2027, 1, 4), "Mon 4 Jan"),
        (date(2027, 3, 31), "31 Mar 2027"),
        (None, ""),
    ],
)
def test_days_are_written_as_people_say_them(thursday, when, said):
    assert dates.day(when) == said


def test_moments_are_in_the_organisations_zone(thursday, settings):
    settings.TIME_ZONE = "Asia/Tokyo"

    assert dates.moment(datetime(2026, 11, 18, 23, 5, tzinfo=UTC)) == "Today 08:05"


@pytest.mark.parametrize(("said", "inside"), [("Today 08:05", "today 08:05"), ("Mon 23 Nov", "Mon 23 Nov"), ("", "")])
def test_near_days_are_small_inside_a_sentence(said, inside):
    assert dates.inside(said) == inside


def test_dates_follow_the_language(thursday):
    with translation.override("de"):
        assert "Nov" in dates.day(date(2026, 11, 23))
        assert not dates.day(date(2026, 11, 23)).startswith("Mon")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maya Okafor", "MO"), ("Thảo", "T"), ("Inés de la Cruz", "IC"), ("", ""), ("O'Brien (guest)", "O")],
)
def test_initials(name, letters):
    assert parts.initials(name) == letters


@pytest.mark.parametrize(("number", "said"), [(1284, "1,284"), (300.0, "300"), (None, ""), (0, "0")])
def test_numbers_are_grouped(number, said):
    assert parts.count(number) == said


def test_query_keeps_filters_and_returns_to_the_first_page():
    request = RequestFactory().get("/?q=brnt&state=held&page=3")

    assert draw("{% query state='sent' %}", request=request) == "?q=brnt&amp;state=sent"
    assert draw("{% query page=4 %}", request=request) == "?q=brnt&amp;state=held&amp;page=4"
    assert draw("{% query q=None %}", request=request) == "?state=held"


def test_pager_names_the_rows_and_leads_on():
    request = RequestFactory().get("/?q=a&page=2")

    drawn = draw("{% pager page %}", request=request, page=Paginator(range(1284), 50).get_page(2))

    assert "51 to 100 of 1,284" in drawn
    assert 'href="?q=a&amp;page=1"' in drawn
    assert 'href="?q=a&amp;page=3"' in drawn


def test_steps_before_are_done_and_the_present_one_is_current():
    drawn = draw("{% steps names 2 'Import' %}", names=["Upload", "Columns", "Check"])

    assert drawn.count('class="done"') == 1
    assert drawn.count('aria-current="step"') == 1
    assert 'aria-label="Import, step 2 of 3"' in drawn


def test_only_a_message_that_can_be_undone_has_an_address_for_it():
    assert parts.undo(SimpleNamespace(extra_tags="undo:/manage/imports/3/undo")) == "/manage/imports/3/undo"
    assert parts.undo(SimpleNamespace(extra_tags=None)) == ""


class Sample(forms.Form):
    name = forms.CharField(help_text="As on the card.")
    until = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=widgets.Choices(hints={"a": "The first"}))
    code = forms.CharField(widget=widgets.Code, required=False)
    here = forms.BooleanField(widget=widgets.Switch, required=False)


def test_field_has_label_then_help_then_input_then_error():
    drawn = str(Sample({"name": ""})["name"].as_field_group())

    places = [drawn.index(mark) for mark in ("<label", "As on the card.", "<input", "This field is required.")]
    assert places == sorted(places)
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "is-bad" in drawn


def test_optional_is_marked_and_required_is_not():
    form = Sample()

    assert "(optional)" in form["until"].as_field_group()
    assert "(optional)" not in form["name"].as_field_group()
    assert "(optional)" not in form["here"].as_field_group()


def test_widgets_are_ours_without_being_named():
    form = Sample(initial={"until": date(2027, 3, 31)})

    assert 'type="date"' in str(form["until"])
    assert 'value="2027-03-31"' in str(form["until"])
    assert 'autocomplete="one-time-code"' in str(form["code"])
    assert "<small>The first</small>" in str(form["kind"])
    assert 'role="switch"' in str(form["here"])


def test_summary_of_errors_takes_the_focus_and_links_to_each_field():
    drawn = Sample({"kind": "c"}).render()

    assert "2 things need another look" in drawn
    assert "autofocus" in drawn
    assert 'href="#id_name"' in drawn
    assert 'href="#id_kind"' in drawn
    assert 'id="id_kind"' in drawn
