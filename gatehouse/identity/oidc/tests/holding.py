"""A client that holds a key, and proves it (DPoP)."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import ECKey

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, dpop
from gatehouse.identity.oidc.tests.conftest import Answer, Provider


def ath(token: str) -> str:
    return urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Holder:
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256"))
    algorithm: str = "ES256"

    @property
    def jkt(self) -> str:
        return str(self.key.thumbprint())

    def proof(
        self, path: str = addresses.TOKEN, *, method: str = "POST", token: str = "", header: Any = None, **changes: Any
    ) -> str:
        """A good one; `changes` of the claims, and of the header, with None for what is left out."""
        said = {
            "jti": uuid4().hex,
            "htm": method,
            "htu": addresses.whole(path),
            "iat": int(clock.now().timestamp()),
            "ath": ath(token) if token else None,
        }
        head = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.key.as_dict(private=False)}
        return jwt.encode(
            {name: value for name, value in {**head, **(header or {})}.items() if value is not None},
            {name: value for name, value in {**said, **changes}.items() if value is not None},
            self.key,
            registry=dpop.REGISTRY,
        )

    def speaking(self, path: str = addresses.TOKEN, **changes: Any) -> Provider:
        """The protocol, each request with this one proof."""
        return with_proof(self.proof(path, **changes))

    def userinfo(self, token: str, *, scheme: str = "DPoP", **changes: Any) -> Answer:
        said = {"method": "GET", "token": token, **changes}
        proving = self.speaking(addresses.USERINFO, **said)
        return proving.get(addresses.USERINFO, HTTP_AUTHORIZATION=f"{scheme} {token}")


def with_proof(text: str) -> Provider:
    return Provider(Browser(HTTP_DPOP=text))
