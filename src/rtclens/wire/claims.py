"""Who a recorded stream's own token says it is.

Enters: the URL of a socket as a file recorded it. Leaves: the claims of its token, unverified: a file is read by the
person who has it, so its word is as good as the rest of its content. Live doors verify tokens; they do not use this.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

PARAMETER = "rtcstats-token"


def claims_in(url: str) -> dict[str, Any]:
    """The claims of the URL's token; empty when it has none that can be read."""
    try:
        token = parse_qs(urlsplit(url).query).get(PARAMETER, [""])[0]
        payload = token.split(".")[1]
        found = msgspec.json.decode(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, Error, msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
