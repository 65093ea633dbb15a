"""The Peer Metrics door: a copy is answered when what it copies is safe, also after a restart."""

import asyncio
import json

import pytest
from starlette.requests import Request
from tests.wire.peermetrics.player import sample

from rtclens.access.model import App
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.peermetrics import PeerMetricsDoor
from rtclens.stream import Overloaded

APP = App("app_1", "org_1", "App", "key")
NOW = 1.8e12


class SlowStream:
    """Takes batches when it is told to."""

    def __init__(self):
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False
        self.batches = []

    async def append(self, batches):
        await self.gate.wait()
        if self.fails:
            raise Overloaded("full")
        self.batches += batches


class NoLetters:
    def add(self, app_id, refusal):
        pass


def door(stream, recent=()):
    ingest = Ingest(stream, NoLetters(), lambda key: APP if key == "key" else None, clock=lambda: NOW)
    return PeerMetricsDoor(ingest, Limits(), [b"s" * 32], "test", recent=recent)


async def post(to, path, body):
    async def receive():
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/v1" + path, "headers": [], "query_string": b"", "client": None,
             "server": ("test", 80), "scheme": "http"}  # fmt: skip
    answer = await to.answer(Request(scope, receive))
    return answer.status_code, json.loads(answer.body)


async def joined(to):
    """A page that has joined and opened a connection: the body of its first stats request."""
    _, first = await post(to, "/initialize", {"apiKey": "key", "conferenceId": "c", "userId": "u"})
    _, session = await post(to, "/sessions", {"token": first["token"]})
    known = {"token": session["token"], "peerId": "v"}
    _, added = await post(to, "/connection", {**known, "eventName": "addConnection", "data": {}, "timeDelta": 0})
    return {**known, "peerId": added["peer_id"], "connectionId": added["connection_id"], "data": sample(NOW)}


@pytest.mark.parametrize("fails", [False, True])
def test_a_copy_waits_for_its_original_and_shares_its_fate(fails):
    async def scenario():
        stream = SlowStream()
        to = door(stream)
        body = await joined(to)
        stream.gate.clear()
        stream.fails = fails
        first = asyncio.create_task(post(to, "/stats", body))
        copy = asyncio.create_task(post(to, "/stats", body))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not first.done()
        assert not copy.done()
        stream.gate.set()
        return [(await task)[0] for task in (first, copy)]

    assert asyncio.run(scenario()) == ([503, 503] if fails else [200, 200])


def test_a_copy_after_a_restart_is_still_a_copy():
    async def scenario():
        stream = SlowStream()
        to = door(stream)
        body = await joined(to)
        await post(to, "/stats", body)
        stored = len(stream.batches)
        restarted = door(stream, list(stream.batches))
        assert (await post(restarted, "/stats", body))[0] == 200
        return stored, len(stream.batches)

    stored, after = asyncio.run(scenario())
    assert after == stored
