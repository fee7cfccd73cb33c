"""The report's pages: who reads what, what an address may ask, what is written down."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.models import Tutoring
from gatehouse.helpdesk.tests.visiting import a_course, a_term, a_visit, visits
from gatehouse.journal.models import Entry
from gatehouse.people.tests.factories import PersonFactory, holder_of

pytestmark = pytest.mark.django_db
PAGE = "/manage/help/reports"


def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def reader():
    return browser(holder_of(policies.REPORT))


@pytest.fixture
def namer():
    return browser(holder_of(policies.REPORT, policies.NAMES))


@pytest.fixture
def term():
    today = clock.today()
    return a_term(today - timedelta(days=40), today + timedelta(days=20), year=today.year)


def at(days=1):
    return clock.now() - timedelta(days=days, hours=2)


def text(response):
    return BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True)


def figures(response):
    sums = BeautifulSoup(response.content, "html.parser").select_one("dl.sums")
    return {one.dt.get_text(): one.dd.get_text() for one in sums.find_all("div")}


def test_report_tells_of_the_present_term_without_names(reader, term):
    stat = a_course(department="STAT", number="1100", name="Statistics")
    visits(30, at=at(), course=stat, waited=8, helped=14)
    a_visit(at=at(), course=a_course(name="Rare things"), person=PersonFactory(family_name="Okafor"))

    page = reader.get(PAGE)

    assert page.status_code == 200
    assert figures(page) | {"Solved": ""} == {
        "Visits": "31", "People": "31", "Usual wait": "8 min", "Usual help": "·", "Solved": "", "Not here": "·",
    }  # fmt: skip
    assert "Okafor" not in text(page)
    assert "Rare things" not in text(page).partition("More filters")[2]
    assert term.get_season_display() in text(page)


def test_few_people_are_not_told(reader, term):
    visits(4, at=at())

    assert "Fewer than 5 people asked" in text(reader.get(PAGE))


def test_empty_portal_has_a_page(reader):
    assert reader.get(PAGE).status_code == 200


def test_strangers_sign_in_and_members_are_refused():
    assert Client().get(PAGE)["Location"].startswith("/sign-in?")
    assert browser(PersonFactory()).get(PAGE).status_code == 403


def test_whoever_leads_a_course_reads_its_report_alone(term):
    led, other = a_course(name="Led"), a_course(name="Other")
    visits(12, at=at(), course=led), visits(20, at=at(), course=other)
    lead = PersonFactory()
    Tutoring.objects.create(person=lead, course=led, part=Tutoring.Part.LEAD)
    client = browser(lead)

    for address in (PAGE, f"{PAGE}?course={other.pk}"):
        page = client.get(address)
        assert figures(page)["Visits"] == "12"
        assert "Other" not in text(page)
    assert client.get(f"{PAGE}/tickets.csv").status_code == 403


def test_names_need_a_permission_of_their_own(reader, term):
    visits(9, at=at()), a_visit(at=at(), person=PersonFactory(family_name="Okafor"))

    assert "Okafor" not in text(reader.get(f"{PAGE}?names=1"))
    assert reader.get(f"{PAGE}/tickets.csv").status_code == 403
    assert not Entry.objects.filter(verb__in=["report.opened", "tickets.exported"]).exists()


def test_names_are_told_to_who_may_see_them_and_written_down(namer, term):
    visits(9, at=at()), a_visit(at=at(), person=PersonFactory(family_name="Okafor"))

    page = namer.get(f"{PAGE}?names=1&mode=campus")

    assert "Okafor" in text(page)
    assert Entry.objects.get(verb="report.opened").details["mode"] == "campus"
    assert b"Okafor" in b"".join(namer.get(f"{PAGE}/tickets.csv").streaming_content)
    assert Entry.objects.get(verb="tickets.exported").details["form"] == "csv"


def test_report_without_names_is_not_written_down(namer, term):
    visits(9, at=at())

    namer.get(PAGE), namer.get(f"{PAGE}/report.csv")

    assert not Entry.objects.exclude(verb__startswith="session").filter(verb="report.opened").exists()


def test_days_of_ones_own_that_are_none_are_said_at_their_field(namer):
    page = namer.get(f"{PAGE}?period=own&from=2026-02-30&to=2026-03-01")

    assert page.status_code == 422
    assert "Write a day, like 2026-08-31." in text(page)
    assert namer.get(f"{PAGE}/report.csv?period=own&from=x").status_code == 404


@pytest.mark.parametrize(
    "query", ["course=%00", "period=%F0%9F%92%A9", "course=1&section=2", "from=1", "assignment=%00", "page=x&names=2"]
)
def test_odd_addresses_are_pages(query, reader, term):
    visits(6, at=at())

    assert reader.get(f"{PAGE}?{query}").status_code == 200


def test_filters_are_said_in_words(reader, term):
    course = a_course(department="CHEM", number="1210", name="General chemistry")
    visits(9, at=at(), course=course), visits(9, at=at())

    page = reader.get(f"{PAGE}?course={course.pk}&mode=campus")

    assert "Course: CHEM 1210, General chemistry; Where: On campus" in text(page)


@pytest.mark.parametrize("courses", [1, 3])
def test_page_asks_as_much_of_the_database_for_three_courses_as_for_one(
    courses, reader, term, django_assert_num_queries
):
    for _ in range(courses):
        visits(6, at=at(), course=a_course(), tutors=[PersonFactory()])
    reader.get(PAGE)

    with django_assert_num_queries(20):
        reader.get(PAGE)


def test_r7_tables_are_paged(reader, term):
    for _ in range(60):
        visits(6, at=at(), course=a_course())

    page = reader.get(f"{PAGE}/tables/course")

    assert len(BeautifulSoup(page.content, "html.parser").select("tbody tr")) == 50
    assert "51 to 60 of 60" in text(reader.get(f"{PAGE}/tables/course?page=2"))
    assert (
        len(BeautifulSoup(reader.get(PAGE).content, "html.parser").select("section[aria-labelledby=r-course] tbody tr"))
        == 5
    )


def test_r7_people_are_paged(namer, term):
    visits(60, at=at())

    shown = BeautifulSoup(namer.get(f"{PAGE}?names=1").content, "html.parser")

    assert len(shown.select("section[aria-labelledby=r-people] tbody tr")) == 50


@pytest.mark.parametrize("name", ["nothing", "outcome", "hour"])
def test_there_are_no_other_tables(name, reader, term):
    visits(6, at=at())

    assert reader.get(f"{PAGE}/tables/{name}").status_code == 404


def test_a_term_that_is_over_is_compared_with_the_one_before(reader):
    year = clock.today().year - 1
    before, over = (
        a_term(date(year, 1, 10), date(year, 5, 1), year, "Spring"),
        a_term(date(year, 8, 1), date(year, 9, 1), year),
    )
    start = clock.now().replace(year=year, day=15)
    visits(20, at=start.replace(month=2)), visits(30, at=start.replace(month=8))

    page = reader.get(f"{PAGE}?period=t{over.pk}")

    assert "50% up on the term before" in text(page)
    assert before.season in text(reader.get(f"{PAGE}?period=t{before.pk}"))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_files_are_downloads(form, reader, term):
    visits(6, at=at())

    response = reader.get(f"{PAGE}/report.{form}")

    assert response.streaming
    assert f'.{form}"' in response["Content-Disposition"]
    assert b"".join(response.streaming_content)
