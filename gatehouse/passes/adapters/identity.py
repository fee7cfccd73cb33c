"""A certificate and its key for Python's `ssl`, which takes them from files only."""

import secrets
import ssl
import tempfile

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)


def present(context: ssl.SSLContext, *, chain: bytes, key: bytes) -> None:
    """Let the context present this chain (PEM, our own certificate first) with this key (PEM, not encrypted).

    The file is ours alone (0600) and gone when this returns; its key is encrypted under a password that only this process
    ever knew, so a file left behind by a kill opens nothing. Raises ValueError where the two do not fit.
    """
    password = secrets.token_bytes(32).hex()
    try:
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError) as error:
        raise ValueError("The certificate's key cannot be read.") from error
    sealed = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    with tempfile.NamedTemporaryFile(prefix="gatehouse-") as file:
        file.write(chain.rstrip() + b"\n" + sealed)
        file.flush()
        try:
            context.load_cert_chain(file.name, password=password)
        except ssl.SSLError as error:
            raise ValueError("The certificate and its key do not fit together.") from error
