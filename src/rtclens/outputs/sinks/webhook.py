"""Webhooks: signed POSTs of batches.

Enters: records. Leaves: `POST {"sink", "format", "records": [{"id", "type", "record"}]}`; any 2xx means they arrived.
The signature is HMAC-SHA256 over `timestamp.body`, hexadecimal, so that neither can be changed or replayed later.
Redirects are not followed: a signed body goes to the host that the operator named and to no other.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from time import time

import httpx
import msgspec

from rtclens.outputs.configuration import WebhookSettings
from rtclens.outputs.moments import Record
from rtclens.outputs.sinks import SinkError

TIMESTAMP = "rtclens-timestamp"
SIGNATURE = "rtclens-signature"
_NEVER = frozenset({400, 413, 422})  # the receiver understood and does not want this body


class Webhook:
    """One URL."""

    def __init__(self, settings: WebhookSettings, clock: Callable[[], float] = time) -> None:
        self._settings = settings
        self._clock = clock
        secret = os.environ.get(settings.secret_env, "") if settings.secret_env else settings.secret
        self._secret = secret.encode()
        self._client = httpx.Client(timeout=settings.timeout_s, follow_redirects=False, trust_env=False)

    def send(self, records: Sequence[Record]) -> None:
        """POST the records in one body; raises `SinkError` unless the answer is 2xx."""
        wrapped = [{"id": record.id, "type": record.type, "record": record.body} for record in records]
        told = {"sink": self._settings.name, "format": self._settings.format, "records": wrapped}
        body = msgspec.json.encode(told)
        timestamp = str(int(self._clock()))
        headers = {**self._settings.headers, "content-type": "application/json", TIMESTAMP: timestamp}
        if self._secret:
            headers[SIGNATURE] = "v1=" + sign(self._secret, timestamp, body)
        try:
            # The body of the answer is not read: whatever it holds or how long it gets must not matter to us.
            with self._client.stream("POST", self._settings.url, content=body, headers=headers) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SinkError(f"{type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise SinkError(f"answered {status}", permanent=status in _NEVER)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body that is sent at `timestamp` (s since the epoch)."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
