"""All routes of the server, in the order in which they are tried.

Enters: opened parts. Leaves: doors, health, metrics, API, and the pages for everything else.
"""

from __future__ import annotations

import time
from importlib.resources import files
from itertools import chain
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from rtclens import __version__, analysis, api
from rtclens.app.backends import DOORS, PAGES
from rtclens.app.history import HistoryDoor
from rtclens.app.metrics import exposition
from rtclens.app.parts import Parts
from rtclens.app.redecoding import Letters
from rtclens.app.sql import ScopedSql
from rtclens.edge.analysis_service import AnalysisService
from rtclens.edge.directory import StoredDirectory
from rtclens.edge.dump_analyses import DumpAnalyses
from rtclens.edge.exports import ExportDoor
from rtclens.edge.library import StoredLibrary
from rtclens.edge.methods import other_methods
from rtclens.edge.native import NativeDoor
from rtclens.edge.observertc import ObserveRtcDoor
from rtclens.edge.peermetrics import PeerMetricsDoor
from rtclens.edge.rtcstats import RtcStatsDoor
from rtclens.edge.uploads import UploadDoors
from rtclens.wire.peermetrics.contract import FORMAT
from rtclens.wire.peermetrics.office import Office
from rtclens.wire.peermetrics.reading import Desk

REMEMBERED_MS = 300_000.0  # longer than any SDK repeats a request


def routes(parts: Parts) -> list[BaseRoute]:
    """The surface that the role has: all of it has health and metrics."""
    beside = beside_api(parts)
    pages = api.build(services(parts)) if parts.settings.role in PAGES else ()
    return [*beside, *other_methods(beside), *pages]


def beside_api(parts: Parts) -> list[BaseRoute]:
    """What stands beside the JSON API and the pages."""
    role = parts.settings.role
    return [
        *health(parts),
        *(doors(parts) if role in DOORS else ()),
        *(history(parts).routes() if role in PAGES else ()),
    ]


def doors(parts: Parts) -> list[BaseRoute]:
    """Where telemetry comes in."""
    ingest, limits = parts.ingest, parts.limits
    return [
        *UploadDoors(ingest, limits, parts.access, parts.importer).routes(),
        *ExportDoor(parts.access, parts.store, parts.reader).routes(),
        *analysis_service(parts).routes(),
        *peermetrics(parts).routes(),
        *RtcStatsDoor(ingest, limits).routes(),
        *ObserveRtcDoor(ingest, limits).routes(),
        *NativeDoor(ingest, limits).routes(),
    ]


def history(parts: Parts) -> HistoryDoor:
    """Analysing the past again."""
    return HistoryDoor(parts.access, parts.store, lambda: parts.rules.detectors, parts.ingest.clock)


def peermetrics(parts: Parts) -> PeerMetricsDoor:
    """The Peer Metrics door, with what it told its clients before a restart."""
    office = Office(StoredDirectory(parts.access, parts.store), parts.settings.public_url)
    since = parts.ingest.clock() - REMEMBERED_MS
    recent = chain(parts.store.recent(FORMAT, since), parts.stream.tail())
    desk = Desk(StoredLibrary(parts.access, parts.store), parts.settings.public_url)
    return PeerMetricsDoor(parts.ingest, parts.limits, [parts.signing_key], parts.instance, office, recent, desk)


def analysis_service(parts: Parts) -> AnalysisService:
    """The service that stock collectors upload finished dumps to."""
    ingest, public_url = parts.ingest, parts.settings.public_url

    def forget(app_id: str, call_id: str) -> None:
        parts.forgetting.forget(app_id, call_id, by="analysis service")

    analyses = DumpAnalyses(
        parts.importer, parts.store, ingest.clock, public_url, forget, lambda: parts.rules.detectors
    )
    folder = Path(parts.settings.data) / "uploads"
    return AnalysisService(ingest, parts.limits, parts.access, analyses, folder)


def services(parts: Parts) -> api.Services:
    """What the API stands on."""
    return api.Services(
        access=parts.access,
        reader=parts.store,
        live=parts.bus,
        sql=ScopedSql(parts.reader),
        detectors=lambda: analysis.catalogue(parts.rules.detectors),
        static=Path(str(files("rtclens") / "web" / "static")),
        clock=lambda: time.time() * 1000,
        version=__version__,
        erasing=parts.forgetting,
        letters=Letters(parts.store, parts.importer, parts.ingest.clock),
        retaining=parts.sweeper.sweep,
    )


def health(parts: Parts) -> list[BaseRoute]:
    """`/healthz`: the process answers. `/readyz`: it can take and analyse telemetry. `/metrics`: Prometheus."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def readyz(_: Request) -> Response:
        ready = parts.ready
        return JSONResponse({"status": "ready" if ready else "starting"}, 200 if ready else 503)

    async def metrics(_: Request) -> Response:
        return Response(exposition(parts), media_type="text/plain; version=0.0.4")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
