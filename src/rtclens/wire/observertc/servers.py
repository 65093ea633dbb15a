"""SFU and TURN samples of 2.x as canonical events.

Enters: the JSON form of a `SfuSample` or `TurnSample`. Leaves: one `Batch` whose origin is the server. Rows keep every
member they came with: `streamId`, `sinkId` and `padId` join pads to the tracks of clients.
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
TURN_ROWS = {"sessions": "sessions", "allocations": "allocations"}


def sfu(state: StreamState, sample: Row, received_at: float) -> ev.Batch:
    """The batch of a SfuSample; its `timestamp` was checked."""
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
    placing.add(ev.ServerSample(at=at, server=server, rows=_rows(sample, SFU_ROWS)))
    return placing.batch(at, received_at)


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
