"""Services are added, shown their secret once, changed, tried, switched off; by pages and by command."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client as Browser

from gatehouse.core import clock
from gatehouse.identity.oidc import actions, addresses, hashes, scopes
from gatehouse.identity.oidc.forms.clients import SCOPE_WORDS, ClientForm
from gatehouse.identity.oidc.models import Client, ClientSecret, Grant
from gatehouse.identity.oidc.refusals import AddressUnfit, Refused, RotatedMeanwhile
from gatehouse.identity.oidc.tests.browser.visiting import come_in
from gatehouse.identity.oidc.tests.conftest import basic
from gatehouse.identity.oidc.tests.factories import CALLBACK, a_client, a_code, a_service, a_session
from gatehouse.identity.tests.conftest import sign_in as sign_in
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry
from gatehouse.people.models import Role, RoleGrant

FORM = {
    "name": "Wiki",
    "home_url": "https://wiki.example.org/",
    "redirect_uris": f"{CALLBACK}\nhttps://wiki.example.org/other",
    "scopes": ["profile", "email"],
    "acr_floor": "bronze",
    "proof": "client_secret_basic",
    "signs_with": "ES256",
    "subjects": "public",
    "access_seconds": "300",
    "refresh_idle_days": "30",
    "refresh_days": "90",
}


@pytest.fixture
def owner(db):
    return an_owner(email="owner@example.org")


@pytest.fixture
def staff(owner, sign_in):
    browser = Browser()
    sign_in(browser, owner)
    return browser


def secret_in(response):
    return re.search(r'id="secret">([\w-]{43})<', response.content.decode())[1]


@pytest.mark.parametrize("kind", Client.Kind.values)
def test_each_kind_has_a_form_with_words_for_all_that_it_may_be_given(staff, kind):
    form = staff.get(f"/manage/identity/services/add/{kind}").context["form"]

    assert set(scopes.ALL) == set(SCOPE_WORDS)
    assert all(label for _scope, label in form.fields["scopes"].choices)


def test_a_service_is_added_and_its_secret_shown_once(staff, provider):
    made_as = str(uuid4())
    added = staff.post("/manage/identity/services/add/web", {**FORM, "made_as": made_as})
    client = Client.objects.get(name="Wiki")

    assert added.status_code == 200
    assert added["Cache-Control"].startswith("no-store")
    secret = secret_in(added)
    assert client.secrets.get().hash == hashes.digest(secret)
    assert client.scopes == ["openid", "profile", "email"]
    assert client.redirect_uris == [CALLBACK, "https://wiki.example.org/other"]
    shown_later = staff.get(f"/manage/identity/services/{client.pk}").content.decode()
    assert secret not in shown_later
    assert Entry.objects.filter(verb="service.added", subject_id=str(client.pk)).count() == 1
    assert secret not in str(list(Entry.objects.values()))
    again = staff.post("/manage/identity/services/add/web", {**FORM, "made_as": made_as})
    assert (again.status_code, Client.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    "address", ["https://*.example.org/", "javascript:alert(1)", "http://wiki.example.org/", "https://a.example/#x", ""]
)
def test_m3_an_unfit_address_is_refused_with_the_field_marked(staff, address):
    refused = staff.post("/manage/identity/services/add/web", {**FORM, "redirect_uris": address})

    assert refused.status_code == 422
    assert "redirect_uris" in refused.context["form"].errors
    assert Client.objects.count() == 0


def test_m26_a_new_secret_leaves_time_to_change_over(staff, provider):
    client = a_service()
    before = client.secret
    newest = client.secrets.get().pk
    made = staff.post(f"/manage/identity/services/{client.pk}/secret", {"newest": newest, "overlap": "1"})
    after = secret_in(made)

    def status(secret):
        auth = basic(client.client_id, secret)
        form = {"grant_type": "client_credentials"}
        return provider.post(addresses.TOKEN, form, HTTP_AUTHORIZATION=auth).status

    assert [status(before), status(after)] == [200, 200]
    ClientSecret.objects.filter(pk=newest).update(
        made_at=clock.now() - timedelta(days=2), ends_at=clock.now() - timedelta(seconds=1)
    )
    assert [status(before), status(after)] == [401, 200]
    twice = staff.post(f"/manage/identity/services/{client.pk}/secret", {"newest": newest})
    assert twice.status_code == 409


def test_of_many_rotations_two_secrets_stay(owner):
    client = a_service()
    for _turn in range(4):
        actions.rotate_secret(client=client, actor=owner)

    assert client.secrets.count() == 2
    with pytest.raises(RotatedMeanwhile):
        actions.rotate_secret(client=client, actor=owner, instead_of=1_000_000)


def test_an_ended_secret_is_no_good_at_once(staff, provider):
    client = a_service()
    end = f"/manage/identity/services/{client.pk}/secrets/{client.secrets.get().pk}/end"

    asked = staff.post(end)
    assert "End the only secret of" in asked.content.decode()
    assert provider.token(client, grant_type="client_credentials").status == 200

    assert staff.post(end, {"sure": "1"}).status_code == 302
    assert provider.token(client, grant_type="client_credentials").status == 401


def test_m19_switching_off_ends_all_tokens_and_on_again_begins_anew(staff, provider, wiki, maya):
    tokens = provider.redeem(wiki, a_code(wiki, a_session(maya))).body
    asked = staff.get(f"/manage/identity/services/{wiki.pk}/disable")
    staff.post(f"/manage/identity/services/{wiki.pk}/disable")

    assert asked.status_code == 200
    assert Grant.objects.get().ended_why == Grant.Ended.DISABLED
    assert provider.userinfo(tokens["access_token"]).status == 401
    assert provider.refresh(wiki, tokens["refresh_token"]).status == 401
    staff.post(f"/manage/identity/services/{wiki.pk}/enable")
    assert provider.refresh(wiki, tokens["refresh_token"]).error == "invalid_grant"
    assert provider.redeem(wiki, a_code(wiki, a_session(maya))).status == 200


def test_whoever_may_come_in_no_more_is_signed_out_when_roles_change(owner, wiki, maya):
    a_code(wiki, a_session(maya))
    actions.edit_client(client=wiki, actor=owner, roles=[Role.objects.get(slug="tutor")])

    assert Grant.objects.get().ended_why == Grant.Ended.WITHDRAWN


def test_nobody_gives_a_service_what_they_lack(db):
    role = Role.objects.create(slug="keeper", name="Keeper", permissions=["services.edit"])
    keeper = a_person()
    RoleGrant.objects.create(person=keeper, role=role)

    with pytest.raises(PermissionDenied):
        actions.add_client(kind="service", name="Door", scopes=["members:write"], actor=keeper)
    assert actions.add_client(kind="service", name="Door", scopes=[], actor=keeper).secret
    with pytest.raises(PermissionDenied):
        actions.add_client(kind="service", name="Door", actor=a_person())


def test_claims_of_the_protocol_and_of_nowhere_are_refused(owner, wiki):
    for own in ({"sub": "email"}, {"level": "password"}):
        with pytest.raises(Refused):
            actions.edit_client(client=wiki, actor=owner, claims=own)
    with pytest.raises(AddressUnfit):
        actions.edit_client(client=wiki, actor=owner, backchannel_logout_uri="file:///etc/passwd")


def test_a_trial_shows_what_the_service_would_be_told(staff, owner, wiki):
    begun = staff.post(f"/manage/identity/services/{wiki.pk}/try")
    asks = staff.get(begun["Location"])
    answered = staff.post(
        "/oauth/authorize/consent",
        {name: asks.context[name] for name in ("asked", "began")} | {"person": owner.pk.hex, "answer": "allow"},
    )
    tried = staff.get(answered["Location"])

    assert tried.status_code == 200
    assert "owner@example.org" in tried.content.decode()
    assert tried.context["is_nonce_right"] is True
    assert Grant.objects.count() == 0
    assert staff.get(answered["Location"]).status_code == 409


def test_n14_a_trial_goes_the_way_that_its_service_needs(staff, owner, wiki):
    Client.objects.update(needs_par=True, needs_dpop=True)
    begun = staff.post(f"/manage/identity/services/{wiki.pk}/try")
    asks = staff.get(begun["Location"])
    answered = staff.post(
        "/oauth/authorize/consent",
        {name: asks.context[name] for name in ("asked", "began")} | {"person": owner.pk.hex, "answer": "allow"},
    )

    assert "request_uri" in begun["Location"]
    assert "owner@example.org" in staff.get(answered["Location"]).content.decode()
    assert Grant.objects.count() == 0


def test_what_a_service_needs_is_ticked_shown_and_unticked(staff):
    needs = {"needs_par": "on", "needs_dpop": "on"}
    staff.post("/manage/identity/services/add/web", {**FORM, **needs, "made_as": str(uuid4())})
    client = Client.objects.get(name="Wiki")
    page = f"/manage/identity/services/{client.pk}"

    assert (client.needs_par, client.needs_dpop) == (True, True)
    shown = staff.get(page).content.decode()
    assert "pushed first, or refused" in shown
    assert "bound to a key of its own" in shown
    assert staff.post(f"{page}/edit", FORM).status_code == 302
    client.refresh_from_db()
    assert (client.needs_par, client.needs_dpop) == (False, False)
    assert "bound to a key" not in staff.get(page).content.decode()
    assert Entry.objects.get(verb="service.edited").details["fields"] == ["needs_dpop", "needs_par"]


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        ("web", {"needs_par", "needs_dpop"}),
        ("page", {"needs_par", "needs_dpop"}),
        ("native", {"needs_par", "needs_dpop"}),
        ("service", {"needs_dpop"}),
        ("forum", set()),
    ],
)
def test_only_what_a_kind_can_do_is_offered(owner, kind, offered):
    form = ClientForm(kind=kind, actor=owner)

    assert set(form.fields) & {"needs_par", "needs_dpop"} == offered
    assert offered <= {field.name for field in form.fine_fields}


def test_the_command_line_sets_them_too(db, capsys):
    call_command("oidc_client_create", "--name", "Bank", "--redirect-uri", CALLBACK, "--needs-par", "--needs-dpop")
    call_command("oidc_client_create", "--name", "Plain", "--redirect-uri", CALLBACK)

    assert Client.objects.filter(needs_par=True, needs_dpop=True).get().name == "Bank"
    assert Client.objects.filter(needs_par=False, needs_dpop=False).get().name == "Plain"


def test_a_trial_of_somebody_else_tells_nothing(staff, wiki):
    response = staff.get(f"/manage/identity/services/{wiki.pk}/try/back?code=x&state=y")

    assert response.status_code == 409
    assert Browser().get(f"/manage/identity/services/{wiki.pk}/try/back?code=x").status_code == 302


def test_n9_nothing_changes_by_get(staff, wiki):
    for deed in ("secret", "enable", "try"):
        assert staff.get(f"/manage/identity/services/{wiki.pk}/{deed}").status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(staff, rows, django_assert_num_queries):
    for _row in range(rows):
        a_client()
    staff.get("/manage/identity")
    with django_assert_num_queries(9):
        assert staff.get("/manage/identity").status_code == 200


def test_pages_are_for_those_who_may(db, wiki):
    browser = Browser()
    come_in(browser, a_person(), code=5)
    pages = ["", "/services/add", "/apps", "/keys", "/sessions", "/sign-ins", "/limits", "/claims"]

    assert {browser.get(f"/manage/identity{page}").status_code for page in pages} == {403}


def test_all_pages_draw(staff, wiki, maya):
    a_code(wiki, a_session(maya))
    kinds = [f"/services/add/{kind}" for kind in ("web", "page", "native", "service", "forum")]
    pages = ["", "/services/add", *kinds, "/apps", "/apps/add", "/keys", "/sessions", "/sign-ins", "/limits", "/claims"]
    pages += [f"/services/{wiki.pk}", f"/services/{wiki.pk}/edit"]

    assert {page: staff.get(f"/manage/identity{page}").status_code for page in pages} == dict.fromkeys(pages, 200)
    assert "Wiki" in staff.get("/manage/identity/sessions?q=maya").content.decode()


def test_command_adds_a_service_and_answers_json(db, capsys, provider):
    call_command("oidc_client_create", "--name", "Booking", "--redirect-uri", CALLBACK, "--json")
    said = json.loads(capsys.readouterr().out)

    client = Client.objects.get(client_id=said["client_id"])
    assert set(said) == {"client_id", "client_secret"}
    assert (client.kind, client.proof, client.redirect_uris) == ("web", "client_secret_basic", [CALLBACK])
    client.secret = said["client_secret"]
    assert provider.redeem(client, a_code(client, a_session(a_person()))).status == 200


def test_command_makes_public_and_service_clients(db, capsys):
    call_command("oidc_client_create", "--name", "Page", "--redirect-uri", CALLBACK, "--public", "--json")
    assert json.loads(capsys.readouterr().out)["client_secret"] == ""
    call_command("oidc_client_create", "--name", "Door", "--scope", "members:read", "--json")
    assert Client.objects.get(name="Door").grants == ["client_credentials"]


@pytest.mark.parametrize("arguments", [["--redirect-uri", "https://x.example/#a"], ["--scope", "everything"]])
def test_command_refuses_with_one_object(db, capsys, arguments):
    with pytest.raises(SystemExit):
        call_command("oidc_client_create", "--name", "Wiki", "--json", *arguments)

    assert set(json.loads(capsys.readouterr().out)) == {"error"}


def test_who_keeps_no_secret_is_told_why_and_what_seals_its_sign_ins(staff):
    added = staff.post("/manage/identity/services/add/page", FORM).content.decode()

    assert "It has no secret, for it could not keep one" in added
    assert "PKCE (S256)" in added


def test_a_reader_of_fobs_reads_where_it_tells_of_them(staff):
    reader = {
        "name": "Door",
        "scopes": ["fobs:sign-in"],
        **{name: FORM[name] for name in ("proof", "signs_with", "access_seconds")},
    }

    added = staff.post("/manage/identity/services/add/service", reader).content.decode()
    other = staff.post("/manage/identity/services/add/service", reader | {"name": "Roll", "scopes": ["members:read"]})

    assert addresses.whole("/api/v1/fobs/sign-in") in added
    assert "/api/v1/fobs/sign-in" not in other.content.decode()


def test_where_claims_come_from_stands_below_the_field_that_asks(staff):
    page = staff.get("/manage/identity/services/add/web").content.decode()

    assert page.index('name="claims"') < page.index("Claims can come from") < page.index('name="claims_in_id_token"')


@pytest.mark.parametrize(
    ("n", "said"), [(0, "Nobody is signed in there"), (1, "1 open sign-in ends;"), (2, "2 open sign-ins end;")]
)
def test_switching_off_counts_the_sign_ins_that_end(staff, wiki, maya, n, said):
    for _one in range(n):
        a_code(wiki, a_session(maya))
    page = staff.get(f"/manage/identity/services/{wiki.pk}/disable").content.decode()

    assert said in page
