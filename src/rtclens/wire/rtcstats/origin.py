"""Say who speaks on a stream.

Enters: `Hello` (verified claims, path, headers). Leaves: `Origin` and what is known of the client before it speaks.

Call: the token's `conference`, else a hint of the page, else the path segment behind the key. Participant: the token's
`user`. Session: the stream itself, because two people may carry equal session claims and a reload is a new visit.

The door verifies the token before it hands the claims over: signature by a configured secret or key (`alg: none`
refused), `exp` and `nbf` with 30 s leeway; its payload is `{"rtcStats": {"user"?, "session"?, "conference"?}}`.
"""

from __future__ import annotations

from typing import Literal

from rtclens.model.codec import Hello
from rtclens.model.events import Client, Origin
from rtclens.wire.rtcstats.values import mapping, text

Claim = Literal["user", "session", "conference"]
FORMAT = "rtcstats"


def claim(hello: Hello, name: Claim) -> str:
    """One of the token's claims; '' when it has none."""
    return text(mapping(hello.claims.get("rtcStats")).get(name))


def origin(hello: Hello, format_name: str = FORMAT) -> Origin:
    """Who speaks, as far as the door knows."""
    return Origin(
        app_id=hello.app_id,
        format=format_name,
        call=claim(hello, "conference") or hello.path.get("room", ""),
        participant=claim(hello, "user"),
        session=hello.stream,
    )


def client(hello: Hello) -> Client:
    """The client as its connection shows it."""
    return Client(
        user_agent=hello.headers.get("user-agent", ""),
        url=hello.headers.get("origin", ""),
        address=hello.address,
        sdk="rtcstats-js",
    )
