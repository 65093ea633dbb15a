"""A real HTTP server that takes, refuses, delays or drops webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[int], int]  # number of the request, from 0 -> status, 0 to hang up


class Receiver:
    """What arrived: `records` of accepted requests, every request's headers and body."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.accepted: list[dict[str, Any]] = []
        self.changed = threading.Condition()
        self.url = ""

    def wait(self, enough: Callable[[Receiver], bool], timeout_s: float = 30.0) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: enough(self), timeout_s)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        with self.changed:
            status = self.answer(len(self.requests))
            self.requests.append((headers, body))
            if 200 <= status < 300:
                self.accepted += json.loads(body)["records"]
            self.changed.notify_all()
        return status

    @property
    def ids(self) -> list[str]:
        return [record["id"] for record in self.accepted]


@contextmanager
def receiver(answer: Answer = lambda _: 200) -> Iterator[Receiver]:
    found = Receiver(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = found.take({name.lower(): value for name, value in self.headers.items()}, body)
            if status:
                self.send_response(status)
                self.send_header("location", found.url + "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()
            else:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
