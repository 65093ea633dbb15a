"""Limits hold: sockets are counted, bombs are cut off, slow bodies are given up, a pause reaches open sockets."""

import asyncio
import gzip
import zlib

import pytest
import zstandard
from starlette.requests import Request

from rtclens.access.model import App
from rtclens.edge import bodies
from rtclens.edge.bodies import inflate, read_body
from rtclens.edge.hello import app_for
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.model.codec import Refusal

LIMIT = 100_000
APP = App("app_1", "org_1", "App", "key")
BOMBS = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstandard.ZstdCompressor().compress}


@pytest.mark.parametrize("encoding", sorted(BOMBS))
def test_a_bomb_is_refused_and_what_fits_is_read(encoding):
    fits = b"x" * LIMIT
    assert inflate(BOMBS[encoding](fits), encoding, LIMIT, "f") == fits
    bomb = inflate(BOMBS[encoding](b"x" * 50_000_000), encoding, LIMIT, "f")
    assert isinstance(bomb, Refusal)
    assert bomb.code == "too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_was_cut_is_refused(encoding):
    whole = BOMBS[encoding](bytes(range(256)) * 20)
    cut = inflate(whole[: len(whole) // 2], encoding, LIMIT, "f")
    assert isinstance(cut, Refusal)
    assert cut.code == "bad_compression"


def request(receive, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw, "path": "/", "query_string": b""}, receive)


def read(receive, **headers: str) -> bytes | Refusal:
    return asyncio.run(read_body(request(receive, **headers), LIMIT, "f"))


def test_a_body_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "BODY_S", 0.0)

    async def never():
        await asyncio.Event().wait()

    refused = read(never)
    assert isinstance(refused, Refusal)
    assert refused.code == "timed_out"


def test_brotli_is_refused_by_name():
    refused = read(None, content_encoding="br")
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.hint) == ("unsupported_encoding", "use gzip, deflate or zstd, or none")


class Sink:
    async def append(self, batches):
        pass

    def add(self, app_id, refusal):
        pass


@pytest.mark.parametrize(("held", "admitted"), [({}, True), ({"app_1": 2}, False), ({"a": 2, "b": 2}, False)])
def test_sockets_are_bounded_for_an_app_and_for_the_process(held, admitted):
    ingest = Ingest(Sink(), Sink(), lambda _: APP, limits=Limits(sockets=4, app_sockets=2))
    ingest.counters.sockets.update(held)
    socket = request(None)
    socket.scope["type"] = "websocket"
    found = app_for(socket, ingest, "key", "f")
    assert isinstance(found, App) == admitted
    assert admitted or found.code == "too_many_connections"
    assert isinstance(app_for(request(None), ingest, "key", "f"), App), "requests hold no socket"
