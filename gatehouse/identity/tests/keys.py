"""A security key made of Python: answers what a browser would, and lies where a test tells it to."""

import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

HERE = "http://localhost"
FLAG = AuthenticatorData.FLAG


class Key:
    """Discoverable: it knows whose it is. `rp_id`, `origin`, `flags` are what it claims; `count` goes up with each use."""

    def __init__(self, *, rp_id="localhost", origin=HERE, flags=FLAG.UP | FLAG.UV, counts=True):
        self.rp_id, self.origin, self.flags, self.counts = rp_id, origin, flags, counts
        self.private, self.id = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32)
        self.handle, self.count = b"", 0

    def make(self, options: dict) -> str:
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        credential = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.id, ES256.from_cryptography_key(self.private.public_key())
        )
        data = AuthenticatorData.create(self._place(), self.flags | FLAG.AT, self._counted(), credential)
        attestation = AttestationObject.create("none", data, {})
        return self._answer("webauthn.create", asked, {"attestationObject": bytes(attestation)})

    def sign(self, options: dict) -> str:
        asked = options["publicKey"]
        data = AuthenticatorData.create(self._place(), self.flags, self._counted())
        client_data = self._client_data("webauthn.get", asked)
        signed = bytes(data) + hashlib.sha256(client_data).digest()
        signature = self.private.sign(signed, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": bytes(data), "signature": signature, "userHandle": self.handle}
        return self._answer("webauthn.get", asked, parts)

    def _place(self) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest()

    def _counted(self) -> int:
        self.count += self.counts
        return self.count

    def _client_data(self, kind: str, asked: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, kind: str, asked: dict, parts: dict[str, bytes]) -> str:
        parts = {"clientDataJSON": self._client_data(kind, asked), **parts}
        own = websafe_encode(self.id)
        response = {name: websafe_encode(value) for name, value in parts.items() if value}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def a_client() -> Client:
    """A browser that calls us by a name: passkeys know no numbers."""
    return Client(headers={"host": "localhost"})


def add_key(client: Client, key: Key, name: str = "Blue key"):
    """Goes through the pages of somebody who is signed in; gives the last answer."""
    options = client.post("/me/security/passkeys/options").json()
    return client.post("/me/security/passkeys/add", {"name": name, "credential": key.make(options)})


def sign_in_with(client: Client, key: Key, **more):
    options = client.post("/sign-in/passkey/options").json()
    return client.post("/sign-in/passkey", {"credential": key.sign(options), **more})
