"""Whoever may edit services gets no further by them than they may go themselves."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser

from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import ClientSecret
from gatehouse.identity.oidc.tests.factories import a_client, a_service
from gatehouse.identity.tests.conftest import sign_in as sign_in
from gatehouse.identity.tests.factories import a_person
from gatehouse.people.models import ExternalId, Role, RoleGrant

KEYS = {"keys": [{"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ"}]}


@pytest.fixture
def keeper(db):
    """May edit services, and see nobody."""
    person = a_person(email="keeper@example.org")
    RoleGrant.objects.create(
        person=person, role=Role.objects.create(slug="keeper", name="Keeper", permissions=["services.edit"])
    )
    return person


@pytest.fixture
def roster(db):
    """A service that an owner let write people."""
    return a_service(name="Roster", scopes=["members:read", "members:write"])


def test_nobody_makes_a_secret_of_a_service_that_may_do_more_than_they(keeper, roster):
    with pytest.raises(PermissionDenied):
        actions.rotate_secret(client=roster, actor=keeper)

    assert ClientSecret.objects.get(client=roster).hint == roster.secret[-4:]
    assert actions.rotate_secret(client=a_client(), actor=keeper)
    assert actions.rotate_secret(client=roster, actor=None)


@pytest.mark.parametrize("change", [{"jwks": KEYS}, {"proof": "private_key_jwt"}, {"proof": "none"}])
def test_nobody_says_how_such_a_service_proves_itself(keeper, roster, change):
    with pytest.raises(PermissionDenied):
        actions.edit_client(client=roster, actor=keeper, **change)

    assert actions.edit_client(client=roster, actor=keeper, name="Our roster").name == "Our roster"


def test_nobody_switches_such_a_service_on(keeper, roster):
    """Switching off is for everybody who looks after services; its owner may have had a reason."""
    off = actions.disable_client(client=roster, actor=keeper)

    with pytest.raises(PermissionDenied):
        actions.enable_client(client=off, actor=keeper)
    assert actions.enable_client(client=off, actor=None).disabled_at is None


def test_the_page_says_so_and_shows_no_button(keeper, roster, sign_in):
    browser = Browser()
    sign_in(browser, keeper)
    page = browser.get(f"/manage/identity/services/{roster.pk}").content.decode()

    assert f'/manage/identity/services/{roster.pk}/secret"' not in page
    assert browser.post(f"/manage/identity/services/{roster.pk}/secret").status_code == 403


def test_a_service_never_gets_an_id_by_which_a_roster_names_people(keeper, settings):
    """It would read and write all whom that roster brought (members API), for they are found by the service's id."""
    settings.UPSTREAM_SOURCE = "entra"
    ExternalId.objects.create(person=a_person(), source="crm", value="7")

    made = [actions.add_client(kind="service", name=name, scopes=[], actor=keeper).client for name in ("CRM", "Entra")]

    assert [client.client_id for client in made] == ["crm-2", "entra-2"]
