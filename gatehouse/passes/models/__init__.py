"""Designs, passes, the phones that hold them, and the certificates that sign them."""

from gatehouse.passes.models.batches import Batch
from gatehouse.passes.models.cards import Device, DeviceReport, LastTag, Pass, Registration, Renewal
from gatehouse.passes.models.designs import Certificate, Design, DesignImage, DesignVersion
from gatehouse.passes.models.google import GoogleAccount, GoogleCallback, GoogleClass, GoogleObject
from gatehouse.passes.models.mailings import Mailing

__all__ = [
    "Batch",
    "Certificate",
    "Design",
    "DesignImage",
    "DesignVersion",
    "Device",
    "DeviceReport",
    "GoogleAccount",
    "GoogleCallback",
    "GoogleClass",
    "GoogleObject",
    "LastTag",
    "Mailing",
    "Pass",
    "Registration",
    "Renewal",
]
