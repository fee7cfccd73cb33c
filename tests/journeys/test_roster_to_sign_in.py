"""The first promise, whole: a file of 20,000 members comes in, and one of them signs in with a code from the mailbox."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo import people
from tests.services.portal import Portal

pytestmark = pytest.mark.slow
MEMBERS = 20_000


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "members.csv"
    people.write(path, people.ALTRU_HEADER, people.altru_rows(MEMBERS))
    return path


def somebody_with_a_card(path: Path) -> dict[str, str]:
    """A member in good standing whose address nobody else in the file has."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    addresses = [row[people.ALTRU_HEADER[12]] for row in rows]
    return next(
        row
        for row in rows
        if row["Status"] == "Active"
        and row[people.ALTRU_HEADER[12]]
        and addresses.count(row[people.ALTRU_HEADER[12]]) == 1
    )


def test_twenty_thousand_members_come_in_and_one_of_them_signs_in(portal: Portal, members: Path, page: Page) -> None:
    preview = portal.command("import-roster", str(members), "--mapping", "altru")
    applied = portal.command("import-roster", str(members), "--mapping", "altru", "--apply")
    again = portal.command("import-roster", str(members), "--mapping", "altru")

    in_doubt = len(preview["errors"])
    assert (preview["joined"], preview["changed"], preview["unchanged"]) == (MEMBERS - in_doubt, 0, 0)
    assert 0 < in_doubt < MEMBERS / 20, "households that share an address under two names are asked about"
    assert (applied["joined"], applied["errors"]) == (preview["joined"], preview["errors"])
    assert (again["joined"], again["changed"], again["missing"]) == (0, 0, 0)
    assert again["unchanged"] == applied["joined"]

    member = somebody_with_a_card(members)
    email, number = member[people.ALTRU_HEADER[12]], member["Membership ID"]
    page.goto(f"{portal.url}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    page.get_by_label("Code").fill(portal.code_for(email))
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(member[people.ALTRU_HEADER[6]])
    expect(page.get_by_text(number)).to_be_visible()
    expect(page.get_by_text(member["Membership level"])).to_be_visible()
