"""SFU and TURN samples of 2.x as canonical events.

Enters: the JSON form of a `SfuSample` or `TurnSample`. Leaves: a `Batch` whose origin is the server and, for every call
that its pads name, one with that call's pads: a pad that sends names the call, the pads that receive its stream and
their transports belong to it too. Rows keep every member they came with: `streamId`, `sinkId` and `padId` join pads to
the tracks of clients.
"""

from __future__ import annotations

from typing import Any

from rtclens.model import events as ev
from rtclens.wire.observertc import values
from rtclens.wire.observertc.placing import Placing
from rtclens.wire.observertc.state import Identity, StreamState
from rtclens.wire.observertc.tolerant import objects

Row = dict[str, Any]

SFU_ROWS = {
    "transports": "transports",
    "inboundRtpPads": "inbound_pads",
    "outboundRtpPads": "outbound_pads",
    "sctpChannels": "sctp_channels",
}
MAX_CALLS = 1_000  # of one sample; what is beyond stays with the server
TURN_ROWS = {"sessions": "sessions", "allocations": "allocations"}


def sfu(state: StreamState, sample: Row, received_at: float) -> list[ev.Batch]:
    """The batches of a SfuSample, the server's own first if anything is left for it; its `timestamp` was checked."""
    server = values.text(sample.get("sfuId"))
    at = values.time_ms(sample.get("timestamp"), received_at)
    placing = Placing(state, state.speaker(Identity(client=server), "sfu"))
    marker = values.text(sample.get("marker"))
    if marker and placing.speaker.changed("marker", marker):
        placing.add(ev.SessionUpdated(at=at, tags={"marker": marker}))
    for row in objects(sample.get("customSfuEvents")):
        placing.add(_event(row, at))
    for row in objects(sample.get("extensionStats")):
        placing.add(ev.AppReported(at=at, name=values.text(row.get("type")), value=values.record(row.get("payload"))))
    calls, rest = _by_call(_rows(sample, SFU_ROWS))
    if rest or not calls:
        placing.add(ev.ServerSample(at=at, server=server, rows=rest))
    found = [placing.batch(at, received_at)] if placing.events else []
    for call, rows in calls.items():
        origin = state.speaker(Identity(call, server), "sfu").origin
        found.append(ev.Batch(origin, received_at, [ev.ServerSample(at=at, server=server, rows=rows)]))
    return found


def _by_call(rows: dict[str, list[Row]]) -> tuple[dict[str, dict[str, list[Row]]], dict[str, list[Row]]]:
    """The rows of each call, and those of none or of several."""
    streams: dict[str, str] = {}
    transports: dict[str, set[str]] = {}
    pads = [*rows.get("outbound_pads", ()), *rows.get("inbound_pads", ())]
    for pad in pads:
        call = values.text(pad.get("callId"))
        if call and len(streams) < MAX_CALLS:
            streams.setdefault(values.text(pad.get("streamId")), call)
    for pad in pads:
        call = streams.get(values.text(pad.get("streamId")), "")
        transports.setdefault(values.text(pad.get("transportId")), set()).add(call)
    calls: dict[str, dict[str, list[Row]]] = {}
    rest: dict[str, list[Row]] = {}
    for kind, every in rows.items():
        for row in every:
            call = streams.get(values.text(row.get("streamId")), "") if kind.endswith("_pads") else ""
            if kind == "transports":
                sole = transports.get(values.text(row.get("transportId")), {""})
                call = next(iter(sole)) if len(sole) == 1 else ""
            into = calls.setdefault(call, {}) if call else rest
            into.setdefault(kind, []).append(row)
    return calls, rest


def turn(state: StreamState, sample: Row, received_at: float) -> ev.Batch:
    """The batch of a TurnSample, which carries no time: it is dated by its arrival."""
    server = values.text(sample.get("serverId"))
    placing = Placing(state, state.speaker(Identity(client=server), "turn"))
    placing.add(ev.ServerSample(at=received_at, server=server, rows=_rows(sample, TURN_ROWS)))
    return placing.batch(received_at, received_at)


def _rows(sample: Row, names: dict[str, str]) -> dict[str, list[Row]]:
    return {kind: rows for name, kind in names.items() if (rows := objects(sample.get(name)))}


def _event(row: Row, at: float) -> ev.AnyEvent:
    members = {name: value for name, value in row.items() if name not in ("name", "timestamp")}
    if "attachments" in members:
        members["attachments"] = values.record(members["attachments"])
    return ev.AppReported(
        at=values.time_ms(row.get("timestamp"), at), name=values.text(row.get("name")), value=members or None
    )
