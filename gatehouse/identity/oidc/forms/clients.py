"""The form of a service: what its kind does not decide, with the fields that this kind has."""

import json
from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core.widgets import Choices, ManyChoices, ManyRows
from gatehouse.identity.oidc import claims, policies, scopes, uris
from gatehouse.identity.oidc.kinds import STARTS, grants_of
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.plain import is_plain
from gatehouse.identity.oidc.refusals import WHY_UNFIT, Refused
from gatehouse.people.models import Person, Role

MOST_ADDRESSES: Final = 50
LONG: Final = {"class": "long"}  # choices of several words: one below the other on a phone
SCOPE_WORDS: Final = {
    "openid": gettext_lazy("That it is this person: always"),
    "profile": gettext_lazy("Name and language"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone number"),
    "roles": gettext_lazy("Roles held here"),
    "groups": gettext_lazy("Groups they are in"),
    "membership": gettext_lazy("Membership: level, number, until when"),
    "offline_access": gettext_lazy("All this while the person is away, too (offline access)"),
    "members:read": gettext_lazy("Read people it brought here (members API)"),
    "members:write": gettext_lazy("Add and change people it brought here (members API)"),
    "fobs:sign-in": gettext_lazy("Sign people in whose keyfob was held to a reader"),
}
ACR_HINTS: Final = {
    "plastic": gettext_lazy("A keyfob held to a reader is enough."),
    "bronze": gettext_lazy("However they signed in, and whenever."),
    "silver": gettext_lazy("A code, an authenticator app or a passkey within the last 20 minutes."),
    "gold": gettext_lazy("An authenticator app or a passkey within the last 20 minutes."),
}


class AddressLines(forms.CharField):
    """One address on each line; a list of those, each fit to be registered."""

    widget = forms.Textarea

    def __init__(self, *, is_native: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_native = is_native
        self.widget.attrs |= {"rows": "3", "spellcheck": "false", "autocapitalize": "none"}

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        listed = list(dict.fromkeys(line for line in lines if line))
        if len(listed) > MOST_ADDRESSES:
            raise ValidationError(_("At most %(n)d addresses.") % {"n": MOST_ADDRESSES})
        raise_unfit(listed, is_native=self.is_native)
        return listed


class AddressField(forms.CharField):
    """One address that a browser or the portal will call."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, **kwargs)
        self.widget.attrs |= {"inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}

    def clean(self, value: Any) -> str:
        address = str(super().clean(value))
        raise_unfit([address] if address else [])
        return address


def raise_unfit(addresses: Iterable[str], *, is_native: bool = False) -> None:
    troubles = [(address, uris.trouble_with(address, is_native=is_native)) for address in addresses]
    found = [WHY_UNFIT[trouble] % {"address": address[:200]} for address, trouble in troubles if trouble]
    if found:
        raise ValidationError(found)


class OwnClaims(forms.CharField):
    """`claim = source` on each line; a dict of those. Sources are those that `claims` knows, and `attribute.NAME`."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name} = {source}" for name, source in value.items()) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, str]:
        lines = [line for line in str(super().clean(value)).splitlines() if line.strip()]
        return dict(_own_claim(line) for line in lines[:100])


def _own_claim(line: str) -> tuple[str, str]:
    name, equals, source = (part.strip() for part in line.partition("="))
    if not (equals and name and source and name.isprintable() and " " not in name):
        raise ValidationError(_("“%(line)s”: write a name, =, and where it comes from.") % {"line": line[:100]})
    if name in claims.RESERVED:
        raise ValidationError(_("“%(name)s” is a word of the protocol. Choose another name.") % {"name": name})
    is_attribute = source.startswith(claims.ATTRIBUTE) and len(source) > len(claims.ATTRIBUTE)
    if source not in claims.SOURCES and not is_attribute:
        raise ValidationError(_("“%(source)s” is not known. See the list below.") % {"source": source[:100]})
    return name, source


class KeySet(forms.CharField):
    """Public keys as a JWK set (RFC 7517, section 5), or nothing."""

    widget = forms.Textarea
    PRIVATE: Final = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=2) if isinstance(value, dict) else value

    def clean(self, value: Any) -> dict[str, Any] | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        try:
            said = json.loads(text)
            keys = said["keys"] if isinstance(said, dict) else []
            is_set = (
                bool(keys)
                and is_plain(said)
                and all(isinstance(key, dict) and key.get("kty") in {"EC", "RSA"} for key in keys)
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            is_set, keys = False, []
        if not is_set:
            raise ValidationError(
                _("This is not a set of public keys. It should look like {“keys”: [{“kty”: “EC”, …}]}.")
            )
        if any(self.PRIVATE & set(key) for key in keys):
            raise ValidationError(_("This holds a private key. Keep that to the service, and paste the public one."))
        return {"keys": keys}


class ClientForm(forms.Form):
    """`made_as` names the row a new service gets, so that sending the form twice makes one."""

    made_as = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("As people know it. They read it when it asks who they are."),
    )
    home_url = AddressField(
        label=gettext_lazy("Its own page"),
        required=False,
        help_text=gettext_lazy("Where somebody begins, like https://wiki.example.org/."),
    )
    redirect_uris = AddressLines(label=gettext_lazy("Redirect addresses"))
    post_logout_uris = AddressLines(
        label=gettext_lazy("Addresses after signing out"),
        required=False,
        help_text=gettext_lazy("Where it may send people once they signed out, one on each line."),
    )
    backchannel_logout_uri = AddressField(
        label=gettext_lazy("Address told of sign-outs"),
        required=False,
        help_text=gettext_lazy(
            "Called when somebody signs out here, leaves, or may come in no more (back-channel logout)."
        ),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may learn"), required=False, widget=ManyChoices(attrs=LONG)
    )
    roles = ManyRows(
        label=gettext_lazy("Who may sign in"),
        queryset=Role.objects.none(),
        required=False,
        widget=ManyChoices,
        help_text=gettext_lazy("Whoever holds one of these roles. With none ticked: everybody who is here."),
    )
    acr_floor = forms.ChoiceField(
        label=gettext_lazy("How sure a sign-in must be"),
        choices=Client.Acr.choices,
        widget=Choices(attrs=LONG, hints=ACR_HINTS),
    )
    is_trusted = forms.BooleanField(
        label=gettext_lazy("One of our own: nobody is asked whether it may know"), required=False
    )
    claims = OwnClaims(
        label=gettext_lazy("Claims of its own"),
        required=False,
        help_text=gettext_lazy(
            "One on each line: the name it wants, =, and where it comes from, like “level = membership.level”."
        ),
    )
    claims_in_id_token = forms.BooleanField(
        label=gettext_lazy("Put all claims into the ID token"),
        required=False,
        help_text=gettext_lazy("For services that never ask at the userinfo endpoint."),
    )
    proof = forms.ChoiceField(label=gettext_lazy("How it proves who it is"), widget=Choices(attrs=LONG))
    jwks = KeySet(
        label=gettext_lazy("Its public keys"),
        required=False,
        help_text=gettext_lazy("A JWK set, for a service that signs with its own key."),
    )
    signs_with = forms.ChoiceField(
        label=gettext_lazy("Algorithm of its tokens"),
        choices=[("ES256", "ES256"), ("RS256", "RS256")],
        help_text=gettext_lazy("RS256 only for older programs."),
    )
    subjects = forms.ChoiceField(
        label=gettext_lazy("Number that stands for a person"),
        choices=Client.Subjects.choices,
        help_text=gettext_lazy(
            "Another one at each service keeps services from comparing notes. Choose before people sign in."
        ),
    )
    is_introspector = forms.BooleanField(
        label=gettext_lazy("It may ask about tokens of other services"),
        required=False,
        help_text=gettext_lazy("For a service that only checks tokens it is shown."),
    )
    needs_par = forms.BooleanField(
        label=gettext_lazy("It pushes its requests first"),
        required=False,
        help_text=gettext_lazy(
            "Sign-ins that come by the browser alone are refused (pushed authorization requests). See that it can do so."
        ),
    )
    needs_dpop = forms.BooleanField(
        label=gettext_lazy("Its tokens are bound to a key"),
        required=False,
        help_text=gettext_lazy(
            "A stolen token opens nothing without that key (DPoP). It gets no others, so see that it can do so."
        ),
    )
    access_seconds = forms.IntegerField(
        label=gettext_lazy("Seconds an access token lives"), min_value=60, max_value=3600
    )
    refresh_idle_days = forms.IntegerField(
        label=gettext_lazy("Days a refresh token lives unused"), min_value=1, max_value=365
    )
    refresh_days = forms.IntegerField(
        label=gettext_lazy("Days after which one signs in again"), min_value=1, max_value=3650
    )

    uses_device = forms.BooleanField(
        label=gettext_lazy("People let it in on another screen"),
        required=False,
        help_text=gettext_lazy(
            "For televisions, boxes and programs without a browser: they show a short code, which people type here"
            " (device code). Without redirect addresses this is its only way in."
        ),
    )

    OF_PEOPLE: Final = ("redirect_uris", "post_logout_uris", "roles", "acr_floor", "is_trusted", "claims", "subjects")
    OF_OAUTH: Final = ("proof", "jwks", "signs_with", "is_introspector", "needs_dpop", "access_seconds")
    OF_SIGN_IN: Final = (
        "backchannel_logout_uri", "claims_in_id_token", "needs_par", "refresh_idle_days", "refresh_days",
    )  # fmt: skip
    FINE: Final = (
        "proof", "jwks", "signs_with", "subjects", "claims", "claims_in_id_token", "is_introspector", "needs_par",
        "needs_dpop", "access_seconds", "refresh_idle_days", "refresh_days",
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, actor: Person, client: Client | None = None, **kwargs: Any) -> None:
        self.kind, self.start = kind, STARTS[kind]
        kwargs["initial"] = _values_of(client) if client else self._first_values()
        super().__init__(*args, **kwargs)
        self.is_self_made = client is not None and client.is_self_made
        self._leave_out()
        self._offer_scopes(actor, set(client.scopes) if client else set())
        if "roles" in self.fields:
            held = client.roles.all() if client else Role.objects.none()
            named = Role.objects.filter(archived_at=None) | Role.objects.filter(pk__in=held.values("pk"))
            self.fields["roles"].queryset = named.order_by("-is_built_in", "name")  # type: ignore[attr-defined]
        if "redirect_uris" in self.fields:
            self.fields["redirect_uris"].is_native = kind == Client.Kind.NATIVE  # type: ignore[attr-defined]
            self.fields["redirect_uris"].help_text = REDIRECT_HELP[kind]
        if "uses_device" in self.fields:
            self.fields["redirect_uris"].required = False
        if "proof" in self.fields:
            self.fields["proof"].choices = self._proofs()  # type: ignore[attr-defined]

    @property
    def plain_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name not in self.FINE]

    @property
    def fine_fields(self) -> list[Any]:
        """What most never touch: it lies folded away until one of them is refused."""
        return [field for field in self.visible_fields() if field.name in self.FINE]

    @property
    def is_fine_refused(self) -> bool:
        return bool(set(self.errors) & set(self.FINE))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("proof") == Client.Proof.KEY and not said.get("jwks"):
            self.add_error("jwks", _("Paste its public keys, or let it prove itself by a secret."))
        if said.get("uses_device") is False and said.get("redirect_uris") == []:
            self.add_error("redirect_uris", _("Write at least one address, or let people let it in on another screen."))
        return said

    def values(self) -> dict[str, Any]:
        """What to keep, of the fields that this kind has."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {"made_as", "uses_device"}}
        if "uses_device" in self.fields:
            said["grants"] = grants_of(said["redirect_uris"], uses_device=self.cleaned_data["uses_device"])
        wanted = {*said["scopes"], *self.beyond} | ({"openid"} if self.start.has_people else set())
        return said | {"scopes": scopes.line(wanted).split()}

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def _first_values(self) -> dict[str, Any]:
        start = self.start
        days = {"refresh_idle_days": start.refresh_idle_days, "refresh_days": start.refresh_days}
        said = {"made_as": uuid4(), "scopes": list(start.scopes), "proof": start.proof, "acr_floor": Client.Acr.BRONZE}
        return said | days | {"access_seconds": 300, "signs_with": "ES256", "subjects": Client.Subjects.PUBLIC}

    def _leave_out(self) -> None:
        absent: set[str] = set() if self.kind == Client.Kind.NATIVE else {"uses_device"}
        if not self.start.has_people:
            absent |= {*self.OF_PEOPLE, *self.OF_SIGN_IN}
        if self.kind == Client.Kind.FORUM:
            absent |= {*self.OF_OAUTH, *self.OF_SIGN_IN, "post_logout_uris", "claims"}
        if not self.start.has_secret:
            absent |= {"proof", "jwks", "is_introspector"}
        if self.is_self_made:
            absent |= {"is_trusted", "is_introspector"}
        for name in absent:
            self.fields.pop(name, None)

    def _offer_scopes(self, actor: Person, held: set[str]) -> None:
        """Only what the actor may give; what a service has beyond that stays as it is."""
        ours = set(scopes.OF_PEOPLE if self.start.has_people else scopes.OF_SERVICES) - {"openid"}
        if self.kind == Client.Kind.FORUM:
            ours = {"profile", "email", "roles", "groups"}
        offered = [one for one in scopes.ALL if one in ours and policies.can_give_scopes(actor, [one])]
        self.fields["scopes"].choices = [(one, SCOPE_WORDS[one]) for one in offered]  # type: ignore[attr-defined]
        if not self.start.has_people:
            self.fields["scopes"].label = _("What it may do")
            self.fields["name"].help_text = _("As staff know it. The journal says it.")
        self.beyond = held - set(offered)

    def _proofs(self) -> list[tuple[str, Any]]:
        return [(proof.value, proof.label) for proof in Client.Proof if proof != Client.Proof.NONE]


class SureForm(forms.Form):
    """What a page that asks once more adds to the act: somebody read it."""

    sure = forms.CharField(widget=forms.HiddenInput)


REDIRECT_HELP: Final[dict[str, Any]] = {
    "web": gettext_lazy("Where people come back to, letter by letter as the service says it, one on each line."),
    "page": gettext_lazy("Where people come back to. Scripts of these places may ask for tokens."),
    "native": gettext_lazy(
        "Such as org.example.app:/callback or http://127.0.0.1/callback, where the port is left open."
    ),
    "service": "",
    "forum": gettext_lazy("Like https://forum.example.org/session/sso_login."),
}


def _values_of(client: Client) -> dict[str, Any]:
    names = set(ClientForm.base_fields) - {"made_as", "roles"}
    return {name: getattr(client, name) for name in names} | {"roles": client.roles.all()}
