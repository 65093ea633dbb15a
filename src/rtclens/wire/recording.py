"""The reader of recordings: what clients sent to a server, one request, socket or message a line.

Enters: lines of JSON with `kind` (`meta`, `http`, `ws-open`, `ws-msg`, `ws-close`), `ts` (arrival, ms since the epoch)
and what belongs to the kind. Leaves: the items their codecs make of them, as a server would have at that moment.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from rtclens.model.codec import Codec, Hangup, Hello, Item, Refusal, Reply
from rtclens.wire.claims import claims_in
from rtclens.wire.lines import RAW_KEPT, lines
from rtclens.wire.observertc.codec import ObserveRtc
from rtclens.wire.peermetrics import App, PeerMetrics, Request
from rtclens.wire.rtcstats import negotiate

NAME = "recording"
SECRET = b"tokens of a replayed recording protect nothing"


class Line(msgspec.Struct):
    """One line; members that do not belong to its kind keep their defaults."""

    kind: str = ""
    ts: float = 0.0
    conn: int | str = 0
    method: str = ""
    path: str = ""
    protocol: str | None = ""
    headers: dict[str, str] = {}
    dir: str = "c2s"
    code: int | None = None
    body: str | None = None
    bodyB64: str | None = None
    data: str | None = None
    dataB64: str | None = None
    resp: dict[str, Any] = {}


class _Stream(msgspec.Struct):
    codec: Codec[Any]
    state: Any


_LINE = msgspec.json.Decoder(Line)


class RecordingReader:
    """Reads recordings of Peer Metrics, rtcstats and ObserveRTC clients."""

    name = NAME

    def read(self, chunks: Iterable[bytes], hello: Hello) -> Iterator[Item]:
        """The file's batches and refusals; what a server would have sent back is left out."""
        player = _Player(hello)
        for raw in lines(chunks):
            try:
                line = _LINE.decode(raw)
                items = player.play(line)
            except (msgspec.DecodeError, ValueError, RecursionError) as error:
                yield Refusal("bad_line", str(error), format=NAME, at=player.now, raw=raw[:RAW_KEPT])
                continue
            yield from items


class _Player:
    """Feeds lines to codecs; knows the open sockets and what stands for the recorded server's tokens."""

    def __init__(self, hello: Hello) -> None:
        self.now = hello.opened_at
        self._hello = hello
        self._sockets: dict[int | str, _Stream] = {}
        self._posts: dict[str, _Stream] = {}
        self._service = PeerMetrics(SECRET, lambda _key: App(hello.app_id, NAME))
        self._served = self._service.open()
        self._known: dict[str, str] = {}

    def play(self, line: Line) -> list[Item]:
        """The items of one line."""
        self.now = line.ts
        if line.kind == "ws-open":
            return self._open(line)
        if line.kind == "ws-msg" and line.dir == "c2s":
            return self._message(line)
        if line.kind == "ws-close" and line.conn in self._sockets:
            stream = self._sockets.pop(line.conn)
            return stream.codec.close(stream.state, line.ts, line.code)
        if line.kind == "http" and line.method != "OPTIONS":
            return self._request(line) if line.path.startswith("/v1/") else self._post(line)
        return []

    def _hello_of(self, line: Line, name: str) -> Hello:
        address = urlsplit(line.path)
        segments = [unquote(part) for part in address.path.split("/") if part]
        return Hello(
            app_id=self._hello.app_id,
            stream=f"{self._hello.stream}:{name}",
            opened_at=line.ts,
            protocol=line.protocol or "",
            path={"room": segments[-1]} if len(segments) > 1 else {},
            query=dict(parse_qsl(address.query)),
            headers=line.headers,
            claims=claims_in(line.path),
        )

    def _codec(self, line: Line) -> Codec[Any]:
        if line.path.startswith("/rtcstats"):
            return negotiate([line.protocol] if line.protocol else [])[1]
        return ObserveRtc()

    def _open(self, line: Line) -> list[Item]:
        codec = self._codec(line)
        state, items = codec.open(self._hello_of(line, str(line.conn)))
        self._sockets[line.conn] = _Stream(codec, state)
        return _kept(items)

    def _message(self, line: Line) -> list[Item]:
        stream = self._sockets.get(line.conn)
        if stream is None:
            return [Refusal("unknown_connection", "a message of a socket that never opened", format=NAME, at=line.ts)]
        stream.state, items = stream.codec.feed(stream.state, _content(line.data, line.dataB64), line.ts)
        return _kept(items)

    def _post(self, line: Line) -> list[Item]:
        stream = self._posts.get(line.path)
        opened: list[Item] = []
        if stream is None:
            codec = self._codec(line)
            state, opened = codec.open(self._hello_of(line, "post"))
            stream = self._posts[line.path] = _Stream(codec, state)
        stream.state, items = stream.codec.feed(stream.state, _content(line.body, line.bodyB64), line.ts)
        return _kept([*opened, *items])

    def _request(self, line: Line) -> list[Item]:
        """A Peer Metrics request; tokens and ids that this service handed out stand in place of the recorded ones."""
        body = _content(line.body, line.bodyB64)
        text = body if isinstance(body, str) else body.decode("utf-8", "replace")
        for old, new in self._known.items():
            text = text.replace(old, new)
        request = Request(line.method, urlsplit(line.path).path, line.headers, text.encode("utf-8", "replace"))
        self._served, handled = self._service.handle(self._served, request, line.ts)
        self._learn(line.resp.get("body"), handled.response.body)
        return list(handled.items)

    def _learn(self, recorded: Any, answered: bytes) -> None:
        """Match the recorded answer's texts with ours, member by member."""
        old, new = _members(recorded if isinstance(recorded, str) else ""), _members(answered)
        for name in old.keys() & new.keys():
            if isinstance(old[name], str) and isinstance(new[name], str) and old[name] and old[name] != new[name]:
                self._known[old[name]] = new[name]


def _content(text: str | None, packed: str | None) -> bytes | str:
    return b64decode(packed, validate=True) if packed is not None else text or ""


def _members(raw: str | bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _kept(items: list[Item]) -> list[Item]:
    return [item for item in items if not isinstance(item, Reply | Hangup)]
