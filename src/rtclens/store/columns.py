"""The columns of every table, derived from the model, so that SQL speaks the standard's words.

Enters: the classes of `model.stats` and `model.facts`. Leaves: `TABLES`: for each table its columns with ClickHouse
type and the kind by which `native.py` encodes them. Counters are Int64, everything that can have a fraction is Float64;
both are nullable, because a member that was not sent is unknown and not zero. Members that no class knows are in
`extra` (JSON). The migrations hold the same columns as text; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rtclens.model.facts import FACTS, ConnectionSlice, Fact, TrackSlice
from rtclens.model.stats import REPORTS, Report

Kind = Literal["int", "real", "single", "text", "bytes", "flag", "time", "reals", "texts", "strings", "ints", "json"]

TIME = "DateTime64(3, 'UTC')"
MAP_OF_REALS = "Map(LowCardinality(String), Float64)"
MAP_OF_TEXTS = "Map(LowCardinality(String), String)"

# Members of the standard that can have a fraction; every other number of a report is a count, an id or a size.
REAL = frozenset(
    {
        *("timestamp", "lastPacketReceivedTimestamp", "lastPacketSentTimestamp", "estimatedPlayoutTimestamp"),
        *("remoteTimestamp", "jitter", "jitterBufferDelay", "jitterBufferTargetDelay", "jitterBufferMinimumDelay"),
        *("totalProcessingDelay", "audioLevel", "totalAudioEnergy", "totalSamplesDuration", "fractionLost"),
        *("relativePacketArrivalDelay", "totalInterruptionDuration", "framesPerSecond", "totalAssemblyTime"),
        *("totalDecodeTime", "totalInterFrameDelay", "totalSquaredInterFrameDelay", "totalFreezesDuration"),
        *("totalPausesDuration", "totalCorruptionProbability", "totalSquaredCorruptionProbability", "targetBitrate"),
        *("totalPacketSendDelay", "totalEncodeTime", "roundTripTime", "totalRoundTripTime", "currentRoundTripTime"),
        *("echoReturnLoss", "echoReturnLossEnhancement", "droppedSamplesDuration", "totalCaptureDelay"),
        *("synthesizedSamplesDuration", "totalPlayoutDelay", "availableOutgoingBitrate", "availableIncomingBitrate"),
    }
)
# Texts with a value of their own for nearly every stream; all others repeat and are worth a dictionary.
UNIQUE = frozenset(
    {"id", "trackIdentifier", "fingerprint", "base64Certificate", "address", "relatedAddress", "usernameFragment"}
)

# Members that are stored as whole numbers, by measurement: of 1/unit each, most of them µs.
_US, _LEVEL = 1_000_000, 32767
UNITS: dict[str, dict[str, int]] = {
    "inbound_rtp": {
        **dict.fromkeys(("jitter", "jitterBufferDelay", "jitterBufferTargetDelay", "jitterBufferMinimumDelay"), _US),
        **dict.fromkeys(("totalProcessingDelay", "totalAssemblyTime", "totalDecodeTime"), _US),
        **dict.fromkeys(("totalInterFrameDelay", "totalSquaredInterFrameDelay"), _US),
        "audioLevel": _LEVEL,
    },
    "outbound_rtp": dict.fromkeys(("totalPacketSendDelay", "totalEncodeTime"), _US),
    "remote_inbound_rtp": dict.fromkeys(("jitter", "roundTripTime", "totalRoundTripTime"), _US),
    "remote_outbound_rtp": dict.fromkeys(("roundTripTime", "totalRoundTripTime"), _US),
    "media_source": {"audioLevel": _LEVEL},
    "media_playout": dict.fromkeys(("totalSamplesDuration", "totalPlayoutDelay"), _US),
    "candidate_pair": dict.fromkeys(("totalRoundTripTime", "currentRoundTripTime"), _US),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `null` is whether its value can be unknown."""

    name: str
    kind: Kind
    type: str
    null: bool = False
    comment: str = ""
    unit: int = 0  # of a stored column: values that are multiples of 1/unit are in `name` + SCALED, see `scaled.py`


def _text(name: str, comment: str, *, repeats: bool = False) -> Column:
    return Column(name, "text", "LowCardinality(String)" if repeats else "String", comment=comment)


APP = _text("app_id", "the app that the data belongs to", repeats=True)
CALL = _text("call_id", "the call; calls.external_id is the id that the application gave it")
PARTICIPANT = _text("participant_id", "the participant; participants.external_id is the application's id")
SESSION = _text("session_id", "the join of the participant")
CONNECTION = _text("connection_id", "the RTCPeerConnection; connections.external_id is the client's id of it")
AT = Column("at", "time", TIME, comment="when it happened, by the sender's clock")
RECEIVED = Column("received_at", "time", TIME, comment="when it arrived, by the server's clock")
SEQ = Column("seq", "int", "Int64", comment="position of its batch in the stream")
EVENT = Column("event", "int", "Int64", comment="number of its event in the batch")
ORD = Column("ord", "int", "Int64", comment="number of the report among those of its type in the sample")
EXTRA = Column("extra", "json", "String", comment="members that the standard does not know, as JSON; '' when none")
AT_MS = Column("at_ms", "real", "Float64", comment="`at` in ms since the epoch, with the fraction the sender gave")

IDENTITY = (APP, CALL, PARTICIPANT, SESSION, CONNECTION, AT, RECEIVED, SEQ, EVENT)
ORIGIN = (
    _text("format", "the wire format it came in", repeats=True),
    _text("role", "client, sfu or turn", repeats=True),
    _text("origin_call", "the call id that the sender gave"),
    _text("origin_participant", "the participant id that the sender gave"),
    _text("origin_session", "the session id that the sender gave"),
    _text("origin_connection", "the connection id that the sender gave"),
)

SAMPLES = (
    *IDENTITY,
    AT_MS,
    *ORIGIN,
    Column("collect_ms", "real", "Nullable(Float64)", null=True, comment="how long getStats() took, ms"),
    Column("reports", "int", "Int64", comment="how many reports the sample had"),
    Column(
        "timestamp",
        "real",
        "Nullable(Float64)",
        null=True,
        comment="the reports' common timestamp; a report whose own is NULL has this one",
    ),
    Column("repeated", "strings", "Array(String)", comment="tables whose rows are those of an earlier sample"),
    Column("repeated_seq", "ints", "Array(Int64)", comment="seq of that sample, for each of `repeated`"),
    Column("repeated_event", "ints", "Array(Int64)", comment="event of that sample, for each of `repeated`"),
)
EVENTS = (
    *IDENTITY,
    AT_MS,
    *ORIGIN,
    _text("type", "what happened: the name of the event class in the canonical model", repeats=True),
    _text("name", "which one: method, state machine, browser event or issue", repeats=True),
    Column("payload", "bytes", "String", comment="all members of the event, as JSON"),
)
REFUSALS = (
    APP,
    AT,
    _text("code", "why: see the list of refusals", repeats=True),
    _text("format", "the wire format it came in", repeats=True),
    _text("message", "what exactly was wrong"),
    _text("hint", "what to do about it"),
    Column("raw_bytes", "int", "Int64", comment="size of the refused frame"),
    Column("raw", "text", "String", comment="the refused frame, kept for a while"),
    Column("letter", "int", "Int64", comment="number of the refused frame; 0: it has none"),
    Column(
        "circumstances",
        "text",
        "String",
        comment="what it takes to decode the frame again, as JSON: its codec and how its stream opened",
    ),
    Column("decoded_at", "time", f"Nullable({TIME})", null=True, comment="when it was decoded after all"),
)
_BITS = "SimpleAggregateFunction(groupBitOr, UInt16)"
_SUM = "SimpleAggregateFunction(sum, Float64)"
PARTICIPANT_MINUTES = (  # summed up by the engine from what is written to the slices
    APP,
    Column("minute", "time", "DateTime('UTC')", comment="when the minute began"),
    _text("call_id", "the call"),
    _text("participant_id", "who received"),
    Column("bad_slots", "int", _BITS, comment="bits of the slots of 5 s in which something received was bad"),
    Column("degraded_slots", "int", _BITS, comment="the same for degraded"),
    Column("good_slots", "int", _BITS, comment="the same for good"),
    Column("unknown_slots", "int", _BITS, comment="the same for unknown"),
    Column("frozen_s", "real", _SUM, comment="seconds of video that stood still"),
    Column("seen_s", "real", _SUM, comment="seconds of video in which it could have"),
    Column("concealed_s", "real", _SUM, comment="seconds of audio that were audibly made up"),
    Column("heard_s", "real", _SUM, comment="seconds of audio in which they could have been"),
)


def _unwrap(hint: Any) -> tuple[Any, bool]:
    """The hint without `None`, and whether it had it."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return (float if set(kinds) == {int, float} else kinds[0]), NoneType in get_args(hint)


def _report_column(name: str, hint: Any) -> Column:
    if name == "extra":
        return EXTRA
    bare, null = _unwrap(hint)
    if get_origin(bare) is dict:
        return Column(name, "reals", MAP_OF_REALS, null=True)
    if bare is str:
        base = "String" if name in UNIQUE else "LowCardinality(%s)"
        inner = "Nullable(String)" if null else "String"
        return Column(name, "text", base % inner if "%" in base else inner, null)
    if bare is bool:
        return Column(name, "flag", "Nullable(Bool)", null)
    if name in REAL:
        return Column(name, "real", "Nullable(Float64)", null)
    return Column(name, "int", "Nullable(Int64)", null)


def report_columns(cls: type[Report]) -> tuple[Column, ...]:
    """A W3C type as SQL shows it: identity, then the standard's members in the model's order."""
    hints = get_type_hints(cls)
    members = [_report_column(name, hints[name]) for name in cls.__struct_fields__ if name != "extra"]
    return (*IDENTITY, ORD, *members, EXTRA)


def report_table(cls: type[Report]) -> str:
    """The table that holds the rows of a W3C type; where it is not the one of that name, that is a view of it."""
    return cls.table + STORED if cls.table in UNITS else cls.table


def stored_columns(cls: type[Report]) -> tuple[Column, ...]:
    """The columns of the table that holds the rows of a W3C type."""
    units = UNITS.get(cls.table, {})
    return tuple(each for column in report_columns(cls) for each in _stored(column, units.get(column.name, 0)))


def members(cls: type[Report]) -> tuple[Column, ...]:
    """The stored columns that members of the standard go to."""
    return tuple(column for column in stored_columns(cls)[len(IDENTITY) + 1 : -1] if not column.name.endswith(SCALED))


def _stored(column: Column, unit: int) -> Iterator[Column]:
    if not unit:
        yield column
        return
    yield replace(column, unit=unit, comment=f"as it came, where it is not in {column.name}{SCALED}")
    comment = f"4096 times the number of 1/{unit}, and how it became a float"
    yield Column(column.name + SCALED, "int", "Nullable(Int64)", null=True, comment=comment)


_CONTAINERS: dict[Any, tuple[Kind, str]] = {
    list[str]: ("strings", "Array(String)"),
    list[int]: ("ints", "Array(Int64)"),
    dict[str, float]: ("reals", MAP_OF_REALS),
    dict[str, str]: ("texts", MAP_OF_TEXTS),
}
_SCALARS: dict[Any, tuple[Kind, str]] = {int: ("int", "Int64"), float: ("real", "Float64"), bool: ("flag", "Bool")}
_OWN_VALUE = ("_id", "_url", "name", "text", "statement", "remedy", "reason", "subject", "user_agent")


def _fact_column(name: str, hint: Any) -> Column:
    bare, null = _unwrap(hint)
    if bare in _CONTAINERS:
        return Column(name, *_CONTAINERS[bare])
    if get_origin(bare) in (dict, list):
        return Column(name, "json", "String")
    if bare in _SCALARS:
        kind, base = _SCALARS[bare]
        if name == "at" or name.endswith(("_at", "start_time")):
            kind, base = "time", TIME
        return Column(name, kind, f"Nullable({base})" if null else base, null)
    return Column(name, "text", "String" if name.endswith(_OWN_VALUE) else "LowCardinality(String)")


def fact_columns(cls: type[Fact]) -> tuple[Column, ...]:
    """The columns of a fact's table: its fields, in the model's order."""
    hints = get_type_hints(cls)
    columns = tuple(_fact_column(name, hints[name]) for name in cls.__struct_fields__)
    return tuple(map(_single, columns)) if cls in (TrackSlice, ConnectionSlice) else columns


def _single(column: Column) -> Column:
    """A metric of a slice needs no more than single precision."""
    return replace(column, kind="single", type="Nullable(Float32)") if column.kind == "real" and column.null else column


STORED, SCALED = "_stored", "_scaled"
VERSIONS = "_versions"  # facts are stored as `calls_versions`; `calls` is the view that shows the newest of each row
UNDERLYING = (VERSIONS, STORED)  # ends of the names of tables that people read through a view

TABLES: dict[str, tuple[Column, ...]] = {
    **{report_table(cls): stored_columns(cls) for cls in REPORTS},
    **{cls.table + VERSIONS: fact_columns(cls) for cls in FACTS},
    "samples": SAMPLES,
    "events": EVENTS,
    "refusals": REFUSALS,
    "participant_minutes": PARTICIPANT_MINUTES,
}
