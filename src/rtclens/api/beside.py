"""Operations that stand beside the JSON API, described for the same document: files in and out, live events, and the
doors of telemetry, each in its client's own protocol.

Enters: nothing. Leaves: entries of the OpenAPI document. The doors are built elsewhere; a test keeps both equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

ROOT = [{"url": "/"}]
PARAMETERS = {
    "key": "ingest key of an app",
    "call": "id that the application gives the call",
    "client": "id that the application gives the participant",
    "participant": "id that the application gives the participant",
    "media_unit": "name of the sender's service",
    "room": "id that the application gives the call",
    "path": "rest of the path, as the SDK has it",
    "call_id": "our id of the call",
    "id": "id of the stored session",
}
Needs = Literal["token", "key", ""]


class Beside(msgspec.Struct, frozen=True):
    """One operation. `socket`: a WebSocket is opened. `takes` and `gives` are media types."""

    method: str
    path: str
    name: str
    summary: str
    tag: str
    needs: Needs = "key"
    query: tuple[tuple[str, str], ...] = ()
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ("application/json",)
    socket: bool = False
    root: bool = True


JSON = ("application/json",)
FILE = ("application/octet-stream", "multipart/form-data")
SAMPLES = ("application/json", "application/octet-stream")
STREAM = (("schemaVersion", "version of the samples"), ("stream", "id of the page visit"))
APP = ("app", "id, key or name of the app; the oldest without it")

FILES = (
    Beside(
        "POST", "/import", "import_files", "Take dump files into an app", "files", "token",
        (APP, ("call", "id of the call that all files show"), ("name", "name of a bare body")), FILE, root=False,
    ),
    Beside(
        "GET", "/export", "export_query", "The whole answer to a SELECT as a file", "files", "token",
        (("query", "a SELECT"), ("format", "csv, parquet, arrow or jsonl")), (), FILE[:1], root=False,
    ),
    Beside(
        "POST", "/export", "export_posted_query", "The whole answer to a SELECT as a file", "files", "token",
        (), JSON, ("application/octet-stream",), root=False,
    ),
    Beside(
        "GET", "/export/calls/{call_id}", "export_call", "A call as dump files in a zip archive", "files", "token",
        (("format", "rtcstats or webrtc-internals"),), (), ("application/zip",), root=False,
    ),
    Beside(
        "POST", "/rtcstats/{key}/dump", "upload_dump", "A client's own dump of its call", "files", "key",
        (("rtcstats-token", "token of the app, where it has keys"),), FILE,
    ),
    Beside(
        "GET", "/live", "live_events", "Calls, participants and findings as they change", "live", "token",
        (("app", "of this app only"), ("call_id", "of this call only")), (), ("text/event-stream",), root=False,
    ),
    Beside("POST", "/history", "ask_history", "Analyse the past again", "history", "token", (), JSON, root=False),
)  # fmt: skip
SERVICE = (
    Beside("POST", "/v1.0/upload", "service_upload", "Store and analyse a dump, whole or in chunks", "service", "token",
           (APP,), (*FILE, *JSON)),
    Beside("POST", "/v1.0/analyze", "service_analyze", "Analyse a dump", "service", "token",
           (APP, ("save", "true stores it")), (*FILE, *JSON)),
    Beside("POST", "/v1.0/enrich", "service_enrich", "Scores and observations of a dump", "service", "token",
           (APP,), (*FILE, *JSON)),
    Beside("GET", "/v1.0/quota", "service_quota", "What may be used; nothing is metered", "service", "token", (APP,)),
    Beside("GET", "/v1.0/observations", "service_observations", "Everything that can be noticed", "service", "token"),
    Beside("GET", "/v1.0/sessions", "service_sessions", "The stored calls", "service", "token"),
    Beside("GET", "/v1.0/sessions/{id}", "service_session", "One stored call", "service", "token"),
    Beside("DELETE", "/v1.0/sessions/{id}", "service_forget", "Erase a stored call", "service", "token"),
)  # fmt: skip
DOORS = (
    Beside("GET", "/rtclens/{key}/{call}/{participant}", "native_socket", "The native protocol", "ingest",
           query=(("stream", "id of the page visit"),), socket=True),
    Beside("POST", "/rtclens/{key}/{call}/{participant}", "native_frame", "One frame of the native protocol", "ingest",
           query=(("stream", "id of the page visit"),), takes=SAMPLES),
    Beside("GET", "/rtcstats/{key}", "rtcstats_socket", "rtcstats, any version, by subprotocol", "ingest", socket=True),
    Beside("GET", "/rtcstats/{key}/{room}", "rtcstats_room_socket", "rtcstats with the call in the path", "ingest",
           socket=True),
    Beside("GET", "/observertc/{key}/{call}/{client}", "observertc_socket", "ObserveRTC samples", "ingest",
           query=STREAM, socket=True),
    Beside("POST", "/observertc/{key}/{call}/{client}", "observertc_samples", "ObserveRTC samples", "ingest",
           query=STREAM, takes=SAMPLES),
    Beside("GET", "/samples/{key}/{media_unit}", "samples_socket", "ObserveRTC samples, as its services took them",
           "ingest", query=STREAM, socket=True),
    Beside("POST", "/samples/{key}/{media_unit}", "samples", "ObserveRTC samples, as its services took them", "ingest",
           query=STREAM, takes=SAMPLES),
    Beside("POST", "/rest/samples/{key}/{media_unit}", "rest_samples", "ObserveRTC samples, as its services took them",
           "ingest", query=STREAM, takes=SAMPLES),
    Beside("GET", "/pcsamples/{key}/{media_unit}", "pcsamples_socket", "ObserveRTC samples of version 1", "ingest",
           socket=True),
    Beside("POST", "/pcsamples/{key}/{media_unit}", "pcsamples", "ObserveRTC samples of version 1", "ingest",
           takes=SAMPLES),
    Beside("GET", "/{key}/{media_unit}/v20200114/json", "oldest_socket", "ObserveRTC samples of the first service",
           "ingest", socket=True),
    *(
        Beside(method, "/v1/{path}", f"peermetrics_{method.lower()}",
               "The Peer Metrics API, as its SDK and customers' back ends speak it", "ingest", "",
               takes=() if method in ("GET", "DELETE") else JSON)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
    Beside("GET", "/healthz", "healthz", "Whether the process answers", "operations", ""),
    Beside("GET", "/readyz", "readyz", "Whether it takes and analyses telemetry", "operations", ""),
    Beside("GET", "/metrics", "metrics", "Prometheus metrics", "operations", "", gives=("text/plain",)),
)  # fmt: skip
ALL: Sequence[Beside] = (*FILES, *SERVICE, *DOORS)
REFUSED = {
    "400": "Not acceptable",
    "401": "No such key or token",
    "403": "Not allowed",
    "413": "Too large",
    "415": "An encoding of the body that is not read; Accept-Encoding says which are",
    "503": "Overloaded: send it again later",
}


def operation(one: Beside) -> dict[str, Any]:
    """One operation of the document."""
    inside = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": [
            *(_parameter(name, "path", PARAMETERS[name]) for name in inside),
            *(_parameter(name, "query", text) for name, text in one.query),
        ],
        "responses": _responses(one),
        "security": [{"token": []}] if one.needs == "token" else [],
    }
    if one.takes:
        described["requestBody"] = {"required": True, "content": {kind: {} for kind in one.takes}}
    if one.root:
        described["servers"] = ROOT
    return described


def _parameter(name: str, place: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": text, "schema": {"type": "string"}}


def _responses(one: Beside) -> dict[str, Any]:
    if one.socket:
        return {"101": {"description": "A WebSocket; refusals close it with 1008, overload with 1013"}}
    good = {"200": {"description": "Done", "content": {kind: {} for kind in one.gives}}}
    if one.tag in ("operations", "live"):
        return good
    return good | {code: {"description": text} for code, text in REFUSED.items() if one.takes or code in ("401", "403")}
