"""What an application configured a connection with.

Enters: the `RTCConfiguration` as a client told it. Leaves: its parts; nothing of what was not told.
"""

from __future__ import annotations

from rtclens.analysis.state import Connection


def turn_urls(conn: Connection) -> list[str]:
    """The addresses of TURN servers in the connection's configuration."""
    servers = (conn.config or {}).get("iceServers")
    urls: list[str] = []
    for server in servers if isinstance(servers, list) else []:
        listed = server.get("urls", server.get("url")) if isinstance(server, dict) else None
        for url in listed if isinstance(listed, list) else [listed]:
            urls += [url] if isinstance(url, str) and url.startswith("turn") else []
    return urls
