"""Which URLs a webhook may have.

Enters: a URL and the operator's list of hosts. Leaves: what is wrong with it, or ''.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from ipaddress import ip_address
from urllib.parse import urlsplit


def url_problem(url: str, allow_hosts: Sequence[str]) -> str:
    """Why `url` is refused; '' when it is not. Host patterns may hold `*`; an empty list allows every host.

    Link-local addresses are refused unless listed: that is where clouds keep a machine's credentials.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        return f"url: {error}"
    if parts.scheme not in ("http", "https"):
        return f"url: only http and https are possible, not {parts.scheme or 'nothing'!r}"
    if not host or port == 0:
        return "url: there is no host"
    if parts.username is not None or parts.password is not None:
        return "url: credentials belong into headers, URLs end up in logs"
    listed = any(fnmatchcase(host, pattern.lower()) for pattern in allow_hosts)
    if allow_hosts and not listed:
        return f"url: the host {host!r} is not in allow_hosts"
    if not listed and _is_link_local(host):
        return f"url: {host!r} is link-local; list it in allow_hosts if it is meant"
    return ""


def _is_link_local(host: str) -> bool:
    try:
        return ip_address(host).is_link_local
    except ValueError:
        return False
