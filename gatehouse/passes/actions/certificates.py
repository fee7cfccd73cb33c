"""Certificates are taken, retired, and made for tests."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gatehouse.core import clock, sealing
from gatehouse.journal import actions as journal
from gatehouse.passes import own_chain, policies, queries
from gatehouse.passes.certificates import PASS_TYPE, Credential, Unusable, certificates_of, read
from gatehouse.passes.models import Certificate
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Person

TEST_PASS_TYPE: Final = "pass.org.example.garden"  # noqa: S105  the name of a kind of pass
TEST_TEAM: Final = "TESTTEAM01"
WORTH_KEEPING: Final = timedelta(days=30)


class Unreadable(Refused):
    """The file was not taken; the text says why, in the reader's language."""


def add_certificate(*, file: bytes, actor: Person | None, password: str = "", intermediate: bytes = b"") -> Certificate:
    """Take a .p12 or PEM file: from now on it signs for its pass type, and the one before is retired.

    The intermediate may be in the file, beside it, or known from an earlier certificate of the same issuer. Raises
    `Unreadable`. The same certificate again is no new one.
    """
    if not policies.can_keep_certificates(actor):
        raise PermissionDenied
    known = Certificate.objects.order_by("-pk").values_list("chain", flat=True)
    try:
        credential = read(
            file,
            now=clock.now(),
            password=password,
            intermediate=intermediate,
            known=known,
            only_apples=settings.IS_PRODUCTION,
        )
    except Unusable as error:
        raise Unreadable(error.said.translated(_)) from error
    try:
        return _keep(credential, actor)
    except IntegrityError as error:
        raise Unreadable(_("Somebody else added one for this pass type just now. Look at the list first.")) from error


@transaction.atomic
def retire_certificate(*, certificate: Certificate, actor: Person | None) -> bool:
    """Sign and push with it no more; True when it was in use until now."""
    if not policies.can_keep_certificates(actor):
        raise PermissionDenied
    retired = _retire(Certificate.objects.filter(pk=certificate.pk, retired_at=None))
    if retired:
        _note(actor, "certificate.retired", certificate)
    return bool(retired)


def make_test_certificates(
    *,
    actor: Person | None = None,
    pass_type_id: str = TEST_PASS_TYPE,
    team_id: str = TEST_TEAM,
    anew: bool = False,
) -> Certificate:
    """A certificate of our own for this pass type; one that is good for a month yet is kept, unless wanted anew.

    Certificates, no keys, are written to the folder `wallet` of the portal's data: certificate.pem, intermediate.pem,
    and root.pem, which holds the roots of all that were made. Raises `Refused` in production, and for a pass type that
    has a certificate of Apple's.
    """
    if not policies.can_keep_certificates(actor):
        raise PermissionDenied
    if settings.IS_PRODUCTION:
        raise Refused(_("Test certificates are not for production: phones would refuse the cards."))
    if not PASS_TYPE.fullmatch(pass_type_id):
        raise Refused(_("%(name)s is no pass type: one looks like pass.org.example.garden.") % {"name": pass_type_id})
    current = queries.certificate_for(pass_type_id)
    if current and not current.is_test:
        raise Refused(_("%(pass_type)s has a certificate of Apple's; it stays.") % {"pass_type": pass_type_id})
    if current and not anew and _is_worth_keeping(current):
        return current
    chain = own_chain.make(pass_type_id, team_id, clock.now())
    certificate = _keep(chain.credential, actor)
    _write(chain.root, chain.credential)
    return certificate


def wallet_folder() -> Path:
    return Path(settings.DATA_DIR) / "wallet"


@transaction.atomic
def _keep(credential: Credential, actor: Person | None) -> Certificate:
    """In the place of the one before; of two at once the later one fails at the unique key (IntegrityError)."""
    same = Certificate.objects.filter(fingerprint=credential.fingerprint)
    if found := same.filter(retired_at=None).first():
        return found
    _retire(Certificate.objects.filter(pass_type_id=credential.pass_type_id, retired_at=None))
    if same.update(retired_at=None):
        certificate = same.get()
    else:
        certificate = Certificate.objects.create(**_columns(credential), added_by=actor.name if actor else "")
    _note(actor, "certificate.added", certificate)
    return certificate


def _columns(credential: Credential) -> dict[str, object]:
    return {
        "pass_type_id": credential.pass_type_id,
        "team_id": credential.team_id,
        "name": credential.name[:200],
        "chain": credential.chain,
        "sealed_key": sealing.seal(credential.key_in_clear(), purpose=Certificate.PURPOSE),
        "fingerprint": credential.fingerprint,
        "is_test": not credential.is_apples,
        "starts_at": credential.leaf.not_valid_before_utc,
        "expires_at": credential.leaf.not_valid_after_utc,
    }


def _retire(certificates: QuerySet[Certificate]) -> int:
    return certificates.update(retired_at=clock.now())


def _note(actor: Person | None, verb: str, certificate: Certificate) -> None:
    details = {"pass_type": certificate.pass_type_id, "until": certificate.expires_at.date().isoformat()}
    subject = f"certificate {certificate.pass_type_id}"
    journal.record(actor=actor, verb=verb, subject=subject, subject_id=f"certificate {certificate.pk}", details=details)


def _is_worth_keeping(certificate: Certificate) -> bool:
    """With its root at hand, or nobody could verify what it signs."""
    roots = wallet_folder() / "root.pem"
    return roots.exists() and certificate.expires_at > clock.now() + WORTH_KEEPING


def _write(root: x509.Certificate, credential: Credential) -> None:
    folder = wallet_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    roots = [root, *_living_roots(folder / "root.pem")]
    (folder / "root.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in roots))
    for name, one in (("intermediate.pem", credential.intermediate), ("certificate.pem", credential.leaf)):
        (folder / name).write_bytes(one.public_bytes(Encoding.PEM))


def _living_roots(file: Path) -> list[x509.Certificate]:
    """At most a dozen, the newest first."""
    return certificates_of(file.read_text())[:11] if file.exists() else []
