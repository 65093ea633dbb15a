from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.api.conftest import Line, Site

from rtclens.api.live import PING, event_bytes, frames
from rtclens.model.facts import Call, Fact, Finding, Participant, TrackSlice


def call(app_id: str = "app", call_id: str = "c1", revision: int = 1) -> Call:
    return Call(app_id=app_id, call_id=call_id, revision=revision, verdict="bad", ended_at=5.0)


def decoded(frame: bytes) -> tuple[str, dict[str, Any]]:
    lines = frame.decode().split("\n")
    assert frame.endswith(b"\n\n")
    return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))


def test_events_name_what_to_ask_again() -> None:
    data = event_bytes(call())
    assert data is not None
    name, content = decoded(data)
    assert name == "call"
    assert content == {
        "call_id": "c1", "app_id": "app", "revision": 1, "verdict": "bad", "ended_at": 5.0, "participants": 0,
        "findings": 0,
    }  # fmt: skip
    person = event_bytes(Participant(app_id="app", call_id="c1", participant_id="p1"))
    assert person is not None and decoded(person)[0] == "participant"
    finding = Finding(
        app_id="app", call_id="c1", finding_id="f1", scope="call", subject="c1", detector="d", severity="low",
        opened_at=1.0, statement="a line\nbreak",
    )  # fmt: skip
    told = event_bytes(finding)
    assert told is not None and decoded(told)[1]["finding_id"] == "f1"


def test_facts_that_pages_fetch_by_themselves_are_not_sent() -> None:
    slice_ = TrackSlice(
        app_id="a", call_id="c", participant_id="p", session_id="s", connection_id="c", track_id="t", kind="audio",
        direction="inbound", at=1.0, covered_s=5.0,
    )  # fmt: skip
    assert event_bytes(slice_) is None


async def collect(line: Line, wanted: Any = lambda _: True, renew: Any = None, ping_s: float = 60.0) -> list[bytes]:
    async def always() -> bool:
        return True

    return [frame async for frame in frames(line, wanted, renew or always, ping_s)]


def fed(*facts: Fact) -> Line:
    line = Line()
    for fact in facts:
        line.facts.put_nowait(fact)
    line.facts.put_nowait(None)
    return line


def test_a_stream_carries_what_is_wanted_in_order_and_ends_with_the_bus() -> None:
    async def run() -> list[bytes]:
        line = fed(call(revision=1), call(app_id="other"), call(revision=2))
        return await collect(line, wanted=lambda fact: fact.app_id == "app")

    sent = asyncio.run(run())
    assert sent[0] == PING
    assert [decoded(frame)[1]["revision"] for frame in sent[1:]] == [1, 2]


def test_silence_is_filled_with_pings_until_the_right_is_gone() -> None:
    async def run() -> list[bytes]:
        left = [True, True, False]

        async def renew() -> bool:
            return left.pop(0)

        return await collect(Line(), renew=renew, ping_s=0.001)

    assert asyncio.run(run()) == [PING, PING, PING]


def test_a_steady_stream_of_facts_does_not_keep_a_line_open_without_right() -> None:
    """The right is looked up by the clock, not only when nothing happens."""

    async def run() -> int:
        async def refuse() -> bool:
            return False

        class Busy(Line):
            async def __anext__(self) -> Fact:
                await asyncio.sleep(0.0005)
                return call()

        return len(await asyncio.wait_for(collect(Busy(), renew=refuse, ping_s=0.01), 5))

    assert asyncio.run(run()) > 1


class Open:
    """An open `GET /live`, read frame by frame over ASGI."""

    def __init__(self, site: Site, query: str, who: str) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        headers = [(b"cookie", f"rtclens_session={site.cookies[who]}".encode())] if who in site.cookies else []
        self.scope = {
            "type": "http", "method": "GET", "path": "/api/v1/live", "raw_path": b"/api/v1/live", "headers": headers,
            "query_string": query.encode(), "scheme": "http", "server": ("t", 80), "client": ("t", 1),
            "root_path": "", "http_version": "1.1", "asgi": {"spec_version": "2.4"},
        }  # fmt: skip
        self.site = site

    async def __aenter__(self) -> Open:
        from starlette.applications import Starlette

        from rtclens.api import build

        app = Starlette(routes=build(self.site.services))
        self.task = asyncio.ensure_future(app(self.scope, self._receive, self.sent.put))
        self.start = await asyncio.wait_for(self.sent.get(), 5)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gone.set()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def frame(self) -> bytes:
        return (await asyncio.wait_for(self.sent.get(), 5))["body"]

    async def rest(self) -> AsyncIterator[bytes]:
        while True:
            message = await asyncio.wait_for(self.sent.get(), 5)
            if message["body"]:
                yield message["body"]
            if not message.get("more_body"):
                return


@pytest.mark.parametrize("query", ["", "app=MINE", "call_id=mine", "app=MINE&call_id=mine"])
def test_a_line_never_carries_another_organizations_calls(site: Site, query: str) -> None:
    async def run() -> list[bytes]:
        async with Open(site, query.replace("MINE", site.mine.id), "viewer") as line:
            assert line.start["status"] == 200
            assert await line.frame() == PING
            (subscription,) = site.lines.opened
            for app_id, call_id in ((site.theirs.id, "theirs"), (site.mine.id, "mine")):
                subscription.facts.put_nowait(call(app_id, call_id))
            subscription.facts.put_nowait(None)
            found = [frame async for frame in line.rest()]
            assert subscription.closed
            return found

    sent = asyncio.run(run())
    assert [decoded(frame)[1]["call_id"] for frame in sent] == ["mine"]


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [("nobody", "", 401), ("viewer", "app=THEIRS", 404), ("viewer", "surprise=1", 400)],
)
def test_a_line_is_refused_before_it_opens(site: Site, who: str, query: str, status: int) -> None:
    async def run() -> int:
        async with Open(site, query.replace("THEIRS", site.theirs.id), who) as line:
            return int(line.start["status"])

    assert asyncio.run(run()) == status
    assert site.lines.opened == []


def test_headers_keep_proxies_from_holding_the_stream_back(site: Site) -> None:
    async def run() -> dict[bytes, bytes]:
        async with Open(site, "", "viewer") as line:
            return dict(line.start["headers"])

    headers = asyncio.run(run())
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-accel-buffering"] == b"no"
    assert b"content-encoding" not in headers
