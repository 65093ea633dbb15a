"""The opened parts of a server: storage, stream, worker, doors, access.

Enters: `Settings`. Leaves: `Parts`, opened in order and stopped in the reverse order: first the doors close (uvicorn),
then the stream ends, the worker drains it into the store, and the store closes last. Which parts work is the role's.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from rtclens import outputs
from rtclens.access import Access, App
from rtclens.analysis import Detector
from rtclens.app import backends
from rtclens.app.forgetting import Forgetting
from rtclens.app.letters import DeadLetters
from rtclens.app.news import News
from rtclens.app.secret import signing_key
from rtclens.app.settings import Settings
from rtclens.app.sweeping import Sweeper
from rtclens.edge.importing import Importer
from rtclens.edge.ingest import Ingest
from rtclens.edge.limits import Limits
from rtclens.edge.places import Places
from rtclens.outputs import Outputs
from rtclens.pipeline import Bus, Worker, WorkerSettings
from rtclens.pipeline.ruled import RuledAnalysis, Rules
from rtclens.store import Store
from rtclens.store.readonly import ReadOnly
from rtclens.stream.kafka import Kafka
from rtclens.stream.spool import Spool

OPERATOR_TOKEN = "commands on this machine"  # noqa: S105 - the name of a token
log = logging.getLogger("rtclens")


class Parts:
    """Everything a running process holds. Make it with `open`."""

    def __init__(
        self, settings: Settings, access: Access, store: Store, reader: ReadOnly, stream: Spool | Kafka
    ) -> None:
        self.settings = settings
        self.access = access
        self.store = store
        self.reader = reader
        self.stream = stream
        self.bus = Bus()
        self.news = News.open(settings.role, stream, self.bus)
        self.letters = DeadLetters(store)
        self.limits = Limits(
            settings.max_frame_bytes, settings.max_upload_bytes, settings.max_sockets, settings.max_app_sockets
        )
        places = Places(settings.place_headers)
        self.ingest = Ingest(
            stream, self.letters, self._app_of_key, settings.privacy, limits=self.limits, places=places
        )
        self.signing_key = signing_key(Path(settings.data), settings.secret)
        self.instance = uuid4().hex[:8]
        self.rules = Rules(settings.rules)
        self.importer = Importer(store, settings.privacy, self.ingest.clock, self._detectors)
        self.outputs = self._make_outputs() if settings.role in backends.WORKS else None
        self.worker = self._make_worker() if settings.role in backends.WORKS else None
        self.forgetting = self._make_forgetting()
        self.sweeper = Sweeper(access, store, self.ingest.clock)
        self._operator, self.operator_token = self._make_operator_token()

    @classmethod
    def open(cls, settings: Settings) -> Parts:
        """Open storage and bring its schema up to date; raises when a folder is taken by another process."""
        backends.check(settings)
        Path(settings.data).mkdir(parents=True, exist_ok=True)
        stream = backends.open_stream(settings)
        access = backends.open_control(settings)
        dsn = backends.store_dsn(settings)
        store = Store.open(dsn, settings.cluster)
        for name in store.migrate():
            log.info("applied migration %s", name)
        if settings.role in backends.WORKS:
            store.keep_refused(settings.dead_letter_days)
        return cls(settings, access, store, ReadOnly(dsn), stream)

    def _make_worker(self) -> Worker[Any]:
        given = self.settings
        settings = WorkerSettings(
            given.flush_ms, given.bulk_ms, given.unwatched_ms, flush_rows=given.flush_rows, fsync=given.fsync
        )
        analysis = RuledAnalysis(self.rules)
        return Worker(self.stream.consumer(), self.store, analysis, self.news.told, settings, outlet=self.outputs)

    def _make_outputs(self) -> Outputs | None:
        configuration = outputs.load(self.settings.outputs, Path(self.settings.data))
        return Outputs(configuration, Path(self.settings.data)) if configuration else None

    def _make_forgetting(self) -> Forgetting:
        spool = self.stream if isinstance(self.stream, Spool) else None
        elsewhere_s = WorkerSettings().erasures_s + 1 if spool is None else 0.0
        return Forgetting(self.store, self.ingest.clock, self.worker, self.outputs, spool, elsewhere_s)

    def start(self) -> None:
        """Begin to work; call on the event loop."""
        if self.outputs:
            self.outputs.start()
        if self.worker:
            self.worker.start()
            self.sweeper.start()
        self.letters.start()

    @property
    def ready(self) -> bool:
        """Whether the open calls are known again and the worker runs.

        A worker of a group may well hold no partition for now; it is ready to.
        """
        if not self.worker:
            return True
        return self.worker.alive and (self.settings.role == "worker" or self.worker.wait_ready(0))

    async def stop(self) -> None:
        """Let everything acknowledged reach the store, then close."""
        loop = asyncio.get_running_loop()
        self.bus.close()
        await self.letters.stop()
        await self.sweeper.stop()
        if self.worker:
            await loop.run_in_executor(None, self.worker.stop)
        if self.outputs:
            await loop.run_in_executor(None, self.outputs.stop)
        await loop.run_in_executor(None, self.news.close)
        await self.stream.close()
        self.access.tokens.delete(*self._operator)
        await loop.run_in_executor(None, self.reader.close)
        await loop.run_in_executor(None, self.store.close)
        self.access.close()

    def _detectors(self) -> Sequence[Detector]:
        """The custom detectors of the moment, also where no worker keeps them fresh."""
        self.rules.refresh()
        return self.rules.detectors

    def _app_of_key(self, key: str) -> App | None:
        app = self.access.lookup_app(key)
        return self.access.default_app() if app is None and self.settings.open else app

    def _make_operator_token(self) -> tuple[tuple[str, str], str]:
        organization = self.access.default_organization()
        name = OPERATOR_TOKEN
        if self.settings.control:  # shared, so each process has its own
            name += f": {socket.gethostname()} {Path(self.settings.data).absolute()}"
        for left in self.access.tokens.listed(organization.id):
            if left.name == name:  # of a server that was killed
                self.access.tokens.delete(organization.id, left.id)
        token, secret = self.access.tokens.create(organization.id, name, ("read", "sql", "manage"))
        return (organization.id, token.id), secret
