"""The demo: a college that came in by its rosters."""

import json

from gatehouse.config.tests.running import answer, ask

WHO = """
from gatehouse.people.models import Membership, Organisation, Person, RosterImport
maya = Person.objects.get(email="maya.okafor@example.org")
answer = {
    "organisation": str(Organisation.objects.get()),
    "people": Person.objects.count(),
    "imports": sorted(RosterImport.objects.values_list("mapping", "state")),
    "maya": [sorted(maya.roles.values_list("slug", flat=True)), sorted(one.source for one in maya.memberships.all())],
}
"""


def test_the_college_came_in_by_its_rosters(demo):
    data, more = demo

    found = ask(data, WHO, **more)

    assert found["organisation"] == "Alder College"
    assert 290 <= found["people"] <= 320
    assert found["imports"] == [["altru", "applied"], ["classlist", "applied"], ["gatehouse", "applied"]]
    assert found["maya"] == [["student"], ["altru", "classlist"]]


def test_sign_ins_are_written_with_the_roles_they_hold(demo):
    sign_ins = json.loads((demo[0] / "demo.json").read_text())["sign_ins"]

    roles = {one["email"].partition("@")[0]: one["roles"] for one in sign_ins}
    assert "owner" in roles["ruth.amsel"]
    assert "tutor" in roles["ines.duarte"]
    assert roles["maya.okafor"] == ["member", "student"]


def test_the_check_in_screen_has_a_pin_that_no_file_of_ours_says(portal):
    data, more = portal
    pin = json.loads((data / "demo.json").read_text())["kiosk_pin"]

    fits = f"from gatehouse.helpdesk.queries.catalogue import pin_fits\nanswer = {{'fits': pin_fits({pin!r})}}"

    assert len(pin) == 6
    assert ask(data, fits, **more) == {"fits": True}
    answer(data, "demo", **more)
    assert json.loads((data / "demo.json").read_text())["kiosk_pin"] == pin, "it is still told"


def test_a_demo_that_is_there_keeps_its_data_and_where_it_listens(portal):
    data, more = portal
    before = answer(data, "demo", HOST="127.0.0.2", PORT="8123", **more)

    again = answer(data, "demo", **more)

    assert again == before | {"is_new": False}
    assert again["url"] == "http://127.0.0.2:8123"
