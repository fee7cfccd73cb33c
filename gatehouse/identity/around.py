"""Kernel: the neighbourhood of a network address, in which one is still "at home" after the provider gave a new one."""

import ipaddress
from typing import Final

NEAR: Final = {4: 24, 6: 48}  # bits; of IPv6 a household or office usually holds a /48 or a part of one


def around(address: str) -> str:
    """203.0.113.0/24, 2001:db8:1::/48; empty for what is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, NEAR[ip.version]), strict=False))
