"""Play one recording into a server as its clients did: real HTTP requests, real WebSocket frames, in order and on time.

Enters: a recording, the server's URL, an ingest key. Leaves: traffic, and a `Tally` of what was sent and acknowledged.
Ids and tokens that this server hands out take the place of the recorded ones; epoch times are moved so that the call
happens now; people and rooms get the names the demo wants.
"""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections import Counter
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import OctKey
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from rtclens.demo.recording import Recording

EPOCH_MS = re.compile(r"(?<![\d.])(1[6-9]\d{11})(\.\d+)?(?!\d)")
HANDED_OUT = ("token", "peerId", "connectionId")


class Tally(Counter[str]):
    """Counts of what was sent, acknowledged and refused; `examples` keeps the first refusals."""

    def __init__(self) -> None:
        super().__init__()
        self.examples: list[str] = []

    def refused(self, what: str) -> None:
        """Count something that the recorded server had accepted and this one did not."""
        self["refused"] += 1
        if len(self.examples) < 5:
            self.examples.append(what)


class Player:
    """One call. `people` maps the recorded participant ids (a, b, c) to the names to use."""

    def __init__(
        self,
        recording: Recording,
        url: str,
        key: str,
        room: str,
        people: dict[str, str],
    ) -> None:
        self.recording = recording
        self.url = url.rstrip("/")
        self.key = key
        self.room = room
        self.people = people
        self.secret = OctKey.import_key(token_hex(16))  # nobody verifies it: the demo app trusts its clients
        self.tally = Tally()
        self._known: dict[str, str] = {}
        self._sockets: dict[int, ClientConnection] = {}
        self._shift = 0

    async def play(self, http: httpx.AsyncClient, speed: float) -> Tally:
        """Play the recording; `speed` is a factor, 0 plays as fast as the server accepts."""
        self._shift = int(time.time() * 1000 - self.recording.started_at - self.recording.lines[0]["t"])
        zero, start = self.recording.lines[0]["t"], time.monotonic()
        try:
            for line in self.recording.lines:
                if speed:
                    await asyncio.sleep(max(0.0, (line["t"] - zero) / 1000 / speed - (time.monotonic() - start)))
                await self._send(http, line)
        finally:
            for socket in self._sockets.values():
                await socket.close()
        return self.tally

    async def _send(self, http: httpx.AsyncClient, line: dict[str, Any]) -> None:
        kind = line["kind"]
        if kind == "http":
            await self._request(http, line)
        elif kind == "ws-open":
            await self._open(line)
        elif kind == "ws-msg":
            await self._frame(line)
        elif kind == "ws-close":
            await self._close(line)

    async def _request(self, http: httpx.AsyncClient, line: dict[str, Any]) -> None:
        body = self._body(line)
        self.tally["sent"] += 1
        self.tally["bytes"] += len(body)
        try:
            answer = await http.request(line["method"], self.url + self._door(line["path"]), content=body)
        except httpx.HTTPError as error:
            self.tally.refused(f"{line['path']}: {error!r}")
            return
        self.tally["acknowledged" if answer.is_success else f"status_{answer.status_code}"] += 1
        self.tally["samples_acknowledged"] += answer.is_success and line["path"].endswith("/stats")
        if answer.is_error and line["status"] < 400:
            self.tally.refused(f"{line['path']}: {answer.status_code} {answer.text[:200]}")
        if answer.is_success and "gave" in line:
            fresh = answer.json()
            self._known |= {old: fresh[name] for name, old in line["gave"].items() if name in fresh}

    def _body(self, line: dict[str, Any]) -> bytes:
        if "bodyB64" in line or "dataB64" in line:
            return base64.b64decode(line.get("bodyB64") or line["dataB64"])
        text = self._text(line.get("body", line.get("data", "")))
        if line["kind"] != "http" or not line["path"].startswith("/v1"):
            return text.encode()
        try:
            body = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text.encode()
        return msgspec.json.encode(self._rename(body))

    def _rename(self, body: dict[str, Any]) -> dict[str, Any]:
        if "apiKey" in body:
            body["apiKey"] = self.key
        if "userId" in body:
            body["userName"] = body["userId"] = self._person(body["userId"])
        if "conferenceName" in body:
            body["conferenceName"] = self.room
        for name in HANDED_OUT:
            if isinstance(body.get(name), str):
                body[name] = self._known.get(body[name], body[name])
        options = body["data"].get("options") if isinstance(body.get("data"), dict) else None
        for holder in (body, options):  # the app's own id of the other person, where it is not ours yet
            if isinstance(holder, dict) and isinstance(holder.get("peerId"), str):
                holder["peerId"] = self._person(holder["peerId"])
        return body

    def _person(self, recorded: str) -> str:
        return self.people.get(recorded.removeprefix("client-"), recorded)

    def _text(self, text: str) -> str:
        text = text.replace(self.recording.room, self.room)
        return EPOCH_MS.sub(lambda found: str(int(found[1]) + self._shift) + (found[2] or ""), text)

    async def _open(self, line: dict[str, Any]) -> None:
        url = self.url.replace("http", "ws", 1) + self._door(line["path"])
        protocols = [Subprotocol(line["protocol"])] if line["protocol"] else None
        try:
            socket = await connect(url, subprotocols=protocols, compression=None, max_size=None, open_timeout=30)
        except (OSError, WebSocketException) as error:
            self.tally.refused(f"{line['path'][:60]}: {error!r}")
            return
        self._sockets[line["conn"]] = socket
        self.tally["sockets"] += 1

    async def _frame(self, line: dict[str, Any]) -> None:
        socket = self._sockets.get(line["conn"])
        if socket is None:
            self.tally["unsent"] += 1
            return
        body = self._body(line)
        try:
            await socket.send(body if "dataB64" in line else body.decode())
        except WebSocketException as error:
            self.tally.refused(f"frame: {error!r}")
            return
        self.tally["sent"] += 1
        self.tally["bytes"] += len(body)

    async def _close(self, line: dict[str, Any]) -> None:
        socket = self._sockets.pop(line["conn"], None)
        if socket is None:
            return
        if line.get("code") == 1006:  # the recorded client vanished: cut the line without a farewell
            socket.transport.abort()
            return
        await socket.close(line["code"] if line.get("code") in (1000, 1001) else 1000)

    def _door(self, path: str) -> str:
        """The recorded path as this server's door for the same client."""
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        if parts.path.startswith("/rtcstats"):
            return self._rtcstats_door(query)
        if parts.path.startswith("/observertc"):
            return self._observertc_door(parts.path, query)
        return path

    def _rtcstats_door(self, query: dict[str, str]) -> str:
        if "rtcstats-token" in query:
            payload = query["rtcstats-token"].split(".")[1]
            claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            inner = claims["rtcStats"]
            inner |= {"conference": self.room, "user": self._person(inner["user"])}
            query["rtcstats-token"] = jwt.encode({"alg": "HS256"}, claims, self.secret)
        return f"/rtcstats/{self.key}/{quote(self.room)}?{urlencode(query)}"

    def _observertc_door(self, path: str, query: dict[str, str]) -> str:
        query.pop("callId", None)
        client = self._person(query.pop("clientId", "client"))
        query["format"] = "protobuf" if "bin" in path else "base64" if "64" in path else "json"
        return f"/observertc/{self.key}/{quote(self.room)}/{quote(client)}?{urlencode(query)}"
