"""Wire the rooms into a server and run it.

Enters: `Settings`. Leaves: a running process: doors, worker, API and pages on one port. Starting order is storage,
worker, doors; stopping is the reverse, so that everything acknowledged reaches the store before the process ends.
"""

from __future__ import annotations

import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from rtclens.access.server_file import remove_server_file, write_server_file
from rtclens.api import unrouted
from rtclens.app.backends import check
from rtclens.app.parts import Parts
from rtclens.app.routes import routes
from rtclens.app.settings import Settings

GRACE_S = 10
KEEP_ALIVE_S = 75  # clients that post every ten or thirty seconds keep their connection
COLLECT_AFTER = 5000  # allocations: calls are many objects that live long
SWITCH_S = 0.001  # 64 senders by POST at full load are answered in 0.6 of the time that the default, 5 ms, takes
log = logging.getLogger("rtclens")


def application(parts: Parts) -> Starlette:
    """The ASGI application over opened parts; its lifespan starts the worker and stops everything."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        parts.start()
        try:
            yield
        finally:
            await parts.stop()

    return Starlette(routes=routes(parts), lifespan=lifespan, exception_handlers={HTTPException: unrouted})


def run(settings: Settings, ready: Callable[[str, Parts], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. `ready` is called with the URL once requests are answered.

    Raises `SettingsError` when the settings do not go together, `StreamError` when brokers do not let us in.
    """
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it logs URLs, and URLs of clients carry tokens
    check(settings)
    listener = listen(settings.host, settings.port)
    url = url_of(settings, listener)
    parts = Parts.open(settings)
    tune_interpreter()
    config = uvicorn.Config(
        application(parts),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.max_frame_bytes,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        forwarded_allow_ips="127.0.0.1",
    )
    folder = Path(settings.data)

    def announce() -> None:
        write_server_file(folder, url, parts.operator_token)
        log.info("rtclens listens on %s", url)
        if ready is not None:
            ready(url, parts)

    _AnnouncingServer(config, announce, parts.bus.close, lambda: remove_server_file(folder)).run(sockets=[listener])


def tune_interpreter() -> None:
    """Doors do not wait long for the worker's thread, and cyclic garbage is looked for less often, never in code."""
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


class _AnnouncingServer(uvicorn.Server):
    """Says when it accepts requests, and when it no longer does.

    The farewell is said here because uvicorn ends the process with the signal that stopped it: nothing runs after.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        announce: Callable[[], None],
        end_lines: Callable[[], None],
        farewell: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._announce = announce
        self._end_lines = end_lines
        self._farewell = farewell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce."""
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the lines of pages that wait for news, which would hold the shutdown up; stop; say so."""
        self._end_lines()
        await super().shutdown(sockets)
        self._farewell()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `OSError` when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def url_of(settings: Settings, listener: socket.socket) -> str:
    """The URL under which this machine reaches the server."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host, port = listener.getsockname()[:2]
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
