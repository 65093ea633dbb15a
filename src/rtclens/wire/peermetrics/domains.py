"""May a page of this origin send for this app?

Enters: the `Origin` header, the app's domains. Leaves: yes or no. An app without domains admits everyone. Names are
compared without case and port, in their ASCII (IDNA) form; `*.example.org` admits every subdomain of example.org.
"""

from __future__ import annotations

from urllib.parse import urlsplit


def allowed(origin: str, domains: tuple[str, ...]) -> bool:
    """Whether `origin` (`https://host:port`, `null` or '') is one of `domains`."""
    if not domains:
        return True
    host = _host(origin)
    return bool(host) and any(_matches(host, _ascii(domain)) for domain in domains)


def _matches(host: str, domain: str) -> bool:
    if domain.startswith("*."):
        return host.endswith(domain[1:]) and len(host) > len(domain) - 1
    return host == domain


def _host(origin: str) -> str:
    try:
        return _ascii(urlsplit(origin).hostname or "")
    except ValueError:
        return ""


def _ascii(name: str) -> str:
    name = name.strip().rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return ""
