"""Passes as files: what a pass says, in the look of its design, signed with the certificate of its type.

Per process it keeps the last designs and keys at work, ready for use; a new version or certificate is another one.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from gatehouse.core import clock, sealing
from gatehouse.passes import certificates, pkpass, queries, zipping
from gatehouse.passes.blueprint import Blueprint, Content, Face
from gatehouse.passes.cms import Signer
from gatehouse.passes.models import Certificate, DesignImage, DesignVersion, Pass
from gatehouse.passes.refusals import Refused

DESIGNS_AT_HAND, KEYS_AT_HAND = 64, 16
ICONS: Final = Path(__file__).parent / "default_icon"
ICON: Final = tuple(f"icon{scale}.png" for scale in pkpass.SCALES.values())


class NoCertificate(Refused):
    """There is no certificate for the pass type, or it has expired: nothing can be signed or pushed."""

    def __init__(self, pass_type_id: str) -> None:
        self.pass_type_id = pass_type_id
        said = _("There is no certificate in use for %(pass_type)s, so its cards can't be made.")
        super().__init__(said % {"pass_type": pass_type_id})


@dataclass(frozen=True)
class Look:
    """A version of a design, ready to build passes from."""

    blueprint: Blueprint
    archive: pkpass.Archive


def pkpass_of(card: Pass) -> bytes:
    """The pass as it was announced last: a .pkpass. Raises `NoCertificate`."""
    certificate = _certificate_of(card)
    look = _look_of(card.design_version)
    try:
        signer, said = _signer_of(certificate), _pass_json(card, look, certificate)
    except sealing.SealBroken as broken:  # the portal's own key was lost: the certificate has to be brought again
        raise NoCertificate(certificate.pass_type_id) from broken
    return look.archive.build(said, lambda manifest: signer.sign(manifest, clock.now()))


def pkpasses_of(cards: Iterable[Pass]) -> bytes:
    """Several in one, for a household: a .pkpasses, which only Safari opens. Raises `NoCertificate`."""
    return zipping.zipped({f"{card.serial}.pkpass": pkpass_of(card) for card in cards})


def manifest_of(card: Pass) -> bytes:
    """What is signed of this pass: the same bytes for the same version, while signatures differ by their second."""
    look = _look_of(card.design_version)
    return look.archive.manifest(_pass_json(card, look, _certificate_of(card)))


def _certificate_of(card: Pass) -> Certificate:
    pass_type_id = card.design.pass_type_id
    certificate = queries.certificate_for(pass_type_id)
    if certificate is None:
        raise NoCertificate(pass_type_id)
    return certificate


def _pass_json(card: Pass, look: Look, certificate: Certificate) -> bytes:
    token = sealing.unseal(bytes(card.sealed_token), purpose=Pass.PURPOSE).decode()
    identity = pkpass.Identity(
        pass_type_id=certificate.pass_type_id,
        team_id=certificate.team_id,
        serial=card.serial,
        token=token,
        web_service_url=f"{settings.BASE_URL}/wallet",
    )
    return pkpass.pass_json(Face(look.blueprint, Content(**card.content)), identity)


def _look_of(version: DesignVersion) -> Look:
    return _look(version.pk, version.published_at)


@functools.lru_cache(maxsize=DESIGNS_AT_HAND)
def _look(pk: int, published_at: datetime) -> Look:
    blueprint = DesignVersion.objects.get(pk=pk).blueprint
    wanted = {sha256 for sizes in blueprint.images.values() for sha256 in sizes.values()}
    pngs = {one.pk: bytes(one.png) for one in DesignImage.objects.filter(pk__in=wanted)}
    files = pkpass.assets(blueprint, pngs.__getitem__, written_in=settings.LANGUAGE_CODE)
    return Look(blueprint, pkpass.Archive.of(files if "icon" in blueprint.images else files | _default_icon()))


def _default_icon() -> dict[str, bytes]:
    """Wallet takes no pass without an icon."""
    return {name: (ICONS / name).read_bytes() for name in ICON}


def _signer_of(certificate: Certificate) -> Signer:
    return _signer(certificate.pk, certificate.fingerprint)


@functools.lru_cache(maxsize=KEYS_AT_HAND)
def _signer(pk: int, fingerprint: str) -> Signer:
    certificate = Certificate.objects.get(pk=pk, fingerprint=fingerprint)
    key = certificates.key_of(sealing.unseal(bytes(certificate.sealed_key), purpose=Certificate.PURPOSE))
    return Signer.of(key, *certificates.certificates_of(certificate.chain))
