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


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of the query string; `one_of`: the values it may have."""

    name: str
    text: str
    one_of: tuple[str, ...] = ()
    required: bool = False


class Beside(msgspec.Struct, frozen=True):
    """One operation. `socket`: a WebSocket is opened. `takes` and `gives` are media types; `asks` is the JSON Schema of
    a JSON body.
    """

    method: str
    path: str
    name: str
    summary: str
    tag: str
    needs: Needs = "key"
    query: tuple[Parameter, ...] = ()
    takes: tuple[str, ...] = ()
    asks: dict[str, Any] | None = None
    gives: tuple[str, ...] = ("application/json",)
    socket: bool = False
    root: bool = True


JSON = ("application/json",)
FILE = ("application/octet-stream", "multipart/form-data")
SAMPLES = ("application/json", "application/octet-stream")
PAGE_VISIT = Parameter("stream", "id of the page visit")
STREAM = (Parameter("schemaVersion", "version of the samples"), PAGE_VISIT)
APP = Parameter("app", "id, key or name of the app; the oldest without it")
KINDS = ("csv", "parquet", "arrow", "jsonl")
EXPORT = {
    "type": "object",
    "properties": {"query": {"type": "string"}, "format": {"enum": list(KINDS), "default": "csv"}},
    "required": ["query"],
    "additionalProperties": False,
}
HISTORY = {
    "type": "object",
    "properties": {
        "what": {"enum": ["backtest", "replay", "rescore"]},
        "names": {"type": "array", "items": {"type": "string"}, "default": []},
        "from_at": {"type": "number", "default": 0.0},
        "to_at": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
        "write": {"type": "boolean", "default": False},
        "rules": {"type": "string", "default": ""},
    },
    "required": ["what"],
    "additionalProperties": False,
}

FILES = (
    Beside(
        "POST", "/import", "import_files", "Take dump files into an app", "files", "token",
        (APP, Parameter("call", "id of the call that all files show"), Parameter("name", "name of a bare body")), FILE,
        root=False,
    ),
    Beside(
        "GET", "/export", "export_query", "The whole answer to a SELECT as a file", "files", "token",
        (Parameter("query", "a SELECT", required=True), Parameter("format", "kind of the file", KINDS)),
        gives=FILE[:1], root=False,
    ),
    Beside(
        "POST", "/export", "export_posted_query", "The whole answer to a SELECT as a file", "files", "token",
        (), JSON, EXPORT, FILE[:1], root=False,
    ),
    Beside(
        "GET", "/export/calls/{call_id}", "export_call", "A call as dump files in a zip archive", "files", "token",
        (Parameter("format", "kind of the dumps", ("rtcstats", "webrtc-internals")),), gives=("application/zip",),
        root=False,
    ),
    Beside(
        "POST", "/rtcstats/{key}/dump", "upload_dump", "A client's own dump of its call", "files", "key",
        (Parameter("rtcstats-token", "token of the app, where it has keys"),), FILE,
    ),
    Beside(
        "GET", "/live", "live_events", "Calls, participants and findings as they change", "live", "token",
        (Parameter("app", "of this app only"), Parameter("call_id", "of this call only")),
        gives=("text/event-stream",), root=False,
    ),
    Beside("POST", "/history", "ask_history", "Analyse the past again", "history", "token", (), JSON, HISTORY,
           root=False),
)  # fmt: skip
SERVICE = (
    Beside("POST", "/v1.0/upload", "service_upload", "Store and analyse a dump, whole or in chunks", "service", "token",
           (APP,), (*FILE, *JSON)),
    Beside("POST", "/v1.0/analyze", "service_analyze", "Analyse a dump", "service", "token",
           (APP, Parameter("save", "true stores it")), (*FILE, *JSON)),
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
           query=(PAGE_VISIT,), socket=True),
    Beside("POST", "/rtclens/{key}/{call}/{participant}", "native_frame", "One frame of the native protocol", "ingest",
           query=(PAGE_VISIT,), takes=SAMPLES),
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
OTHERS = {"default": {"description": "Refused for another reason, which the body names"}}


def operation(one: Beside) -> dict[str, Any]:
    """One operation of the document."""
    inside = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": [*(_in_path(name) for name in inside), *(_in_query(parameter) for parameter in one.query)],
        "responses": _responses(one),
        "security": [{"token": []}] if one.needs == "token" else [],
    }
    if one.takes:
        schema = {"schema": one.asks} if one.asks else {}
        described["requestBody"] = {"required": True, "content": dict.fromkeys(one.takes, schema)}
    if one.root:
        described["servers"] = ROOT
    return described


def _in_path(name: str) -> dict[str, Any]:
    text = PARAMETERS[name]
    return {"name": name, "in": "path", "required": True, "description": text, "schema": {"type": "string"}}


def _in_query(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"enum": list(one.one_of)} if one.one_of else {"type": "string"}
    if one.required:
        schema["minLength"] = 1
    return {"name": one.name, "in": "query", "required": one.required, "description": one.text, "schema": schema}


def _responses(one: Beside) -> dict[str, Any]:
    if one.socket:
        opened = {"description": "A WebSocket; refusals close it with 1008, overload with 1013"}
        return {"101": opened, "426": {"description": "No WebSocket was asked for"}, **OTHERS}
    good: dict[str, Any] = {"200": {"description": "Done", "content": {kind: {} for kind in one.gives}}}
    if one.tag == "operations":
        return good
    return (
        good
        | {code: {"description": text} for code, text in REFUSED.items() if one.takes or code in ("401", "403")}
        | OTHERS
    )
