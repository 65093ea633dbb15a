"""The opened parts of a server: storage, stream, worker, doors, access.

Enters: `Settings`. Leaves: `Parts`, opened in order and stopped in the reverse order: first the doors close (uvicorn),
then the stream ends, the worker drains it into the store, and the store closes last.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from uuid import uuid4

from rtclens.access import Access, App
from rtclens.app.letters import DeadLetters
from rtclens.app.secret import signing_key
from rtclens.app.settings import Settings
from rtclens.app.sql import embedded_dsn
from rtclens.edge.importing import Importer
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.pipeline import Bus, Worker, WorkerSettings
from rtclens.pipeline.ruled import RuledAnalysis, Rules
from rtclens.store import Store
from rtclens.store.readonly import ReadOnly
from rtclens.stream.spool import Spool, SpoolSettings

OPERATOR_TOKEN = "commands on this machine"  # noqa: S105 - the name of a token
log = logging.getLogger("rtclens")


class Parts:
    """Everything a running process holds. Make it with `open`."""

    def __init__(self, settings: Settings, access: Access, store: Store, reader: ReadOnly, spool: Spool) -> None:
        self.settings = settings
        self.access = access
        self.store = store
        self.reader = reader
        self.spool = spool
        self.bus = Bus()
        self.letters = DeadLetters(store)
        self.ingest = Ingest(spool, self.letters, self._app_of_key, settings.privacy)
        self.importer = Importer(store, settings.privacy, self.ingest.clock)
        self.limits = Limits(settings.max_frame_bytes, settings.max_upload_bytes, settings.max_sockets)
        self.signing_key = signing_key(Path(settings.data))
        self.instance = uuid4().hex[:8]
        worker = WorkerSettings(flush_ms=settings.flush_ms, flush_rows=settings.flush_rows)
        self.rules = Rules(settings.rules)
        self.worker = Worker(spool.consumer(), store, RuledAnalysis(self.rules), self.bus, worker)
        self._operator, self.operator_token = self._make_operator_token()

    @classmethod
    def open(cls, settings: Settings) -> Parts:
        """Open storage and bring its schema up to date; raises when a folder is taken by another process."""
        folder = Path(settings.data)
        folder.mkdir(parents=True, exist_ok=True)
        spool = Spool(folder / "spool", SpoolSettings(fsync=settings.fsync, max_bytes=settings.spool_bytes))
        access = Access.open(folder)
        dsn = settings.store or embedded_dsn(folder)
        store = Store.open(dsn)
        for name in store.migrate():
            log.info("applied migration %s", name)
        return cls(settings, access, store, ReadOnly(dsn), spool)

    def start(self) -> None:
        """Begin to work; call on the event loop."""
        self.worker.start()
        self.letters.start()

    @property
    def ready(self) -> bool:
        """Whether the open calls are known again and the worker runs."""
        return self.worker.alive and self.worker.wait_ready(0)

    async def stop(self) -> None:
        """Let everything acknowledged reach the store, then close."""
        loop = asyncio.get_running_loop()
        self.bus.close()
        await self.letters.stop()
        await loop.run_in_executor(None, self.worker.stop)
        await self.spool.close()
        self.access.tokens.delete(*self._operator)
        await loop.run_in_executor(None, self.reader.close)
        await loop.run_in_executor(None, self.store.close)
        self.access.close()

    def _app_of_key(self, key: str) -> App | None:
        app = self.access.lookup_app(key)
        return self.access.default_app() if app is None and self.settings.open else app

    def _make_operator_token(self) -> tuple[tuple[str, str], str]:
        organization = self.access.default_organization()
        for left in self.access.tokens.listed(organization.id):
            if left.name == OPERATOR_TOKEN:  # of a server that was killed
                self.access.tokens.delete(organization.id, left.id)
        token, secret = self.access.tokens.create(organization.id, OPERATOR_TOKEN, ("read", "sql", "manage"))
        return (organization.id, token.id), secret
