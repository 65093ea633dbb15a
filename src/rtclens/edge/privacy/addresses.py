"""Mask network addresses so that they stay valid addresses and keep their class.

Enters: an address as text, or a text that may quote addresses. Leaves: the network address (/24 for IPv4, /48 for
IPv6). Loopback, unspecified and mDNS names stay. Masking a masked value changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

IPV4_PREFIX = 24
IPV6_PREFIX = 48

_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV6 = re.compile(
    r"(?<![0-9A-Fa-f:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![0-9A-Fa-f:.])"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


@lru_cache(maxsize=4096)
def mask_address(text: str) -> str:
    """The address with its host part zeroed; anything that is not an address comes back unchanged."""
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return text
    if address.is_loopback or address.is_unspecified:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return _mask_ipv6(address)
    return str(ipaddress.ip_network((address, IPV4_PREFIX), strict=False).network_address)


def _mask_ipv6(address: ipaddress.IPv6Address) -> str:
    embedded = address.ipv4_mapped
    if embedded is not None:
        return "::ffff:" + mask_address(str(embedded))
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False).network_address)


def mask_text(text: str) -> str:
    """Free text (an error message, a custom value) with quoted addresses and e-mail addresses masked."""
    if "@" in text:
        text = _EMAIL.sub("masked@masked.invalid", text)
    if "." in text:
        text = _IPV4.sub(lambda found: mask_address(found[0]), text)
    if ":" in text:
        text = _IPV6.sub(lambda found: mask_address(found[0]), text)
    return text


def mask_url(url: str) -> str:
    """A URL without user, fragment and query, except TURN's and STUN's own `transport`."""
    scheme, _, rest = url.partition(":")
    rest, _, _ = rest.partition("#")
    path, question, query = rest.partition("?")
    if scheme.lower() in ("stun", "stuns", "turn", "turns"):
        keep = [part for part in query.split("&") if part.startswith("transport=")]
        return f"{scheme}:{path.rpartition('@')[2]}" + ("?" + keep[0] if keep else "")
    authority, slash, tail = path.removeprefix("//").partition("/")
    if question or "@" in authority:
        path = ("//" if path.startswith("//") else "") + authority.rpartition("@")[2] + slash + tail
    return f"{scheme}:{path}" if _ else url
