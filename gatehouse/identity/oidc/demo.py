"""The demo's sample service: known to the portal, with a secret for it alone."""

from django.db import transaction

from gatehouse.identity.oidc import hashes
from gatehouse.identity.oidc.models import Client, ClientSecret
from gatehouse.identity.oidc.scopes import OF_PEOPLE

CLIENT_ID = "visitors-book"


@transaction.atomic
def load(*, url: str, secret: str = "") -> dict[str, str]:
    """Register it at this address, or move it there; `secret` is the one it has, kept as long as it is good."""
    client, _is_new = Client.objects.update_or_create(
        client_id=CLIENT_ID,
        defaults={
            "name": "Visitors’ Book",
            "kind": Client.Kind.WEB,
            "redirect_uris": [f"{url}/callback"],
            "post_logout_uris": [f"{url}/"],
            "backchannel_logout_uri": f"{url}/backchannel",
            "scopes": list(OF_PEOPLE),
            "grants": ["authorization_code", "refresh_token"],
            "home_url": f"{url}/",
        },
    )
    if not (secret and client.secrets.filter(hash=hashes.digest(secret)).exists()):
        secret = hashes.new_secret()
        ClientSecret.objects.create(client=client, hash=hashes.digest(secret), hint=secret[-4:])
    return {"client_id": client.client_id, "client_secret": secret}
