"""The members of a ClientSample 3.x, typed so that JSON decodes straight into canonical reports.

Enters: JSON bytes or a merged delta. Leaves: `WireSample`, whose stats rows are instances of the canonical report
classes. Members a class does not know fail the decode on purpose: the tolerant path then keeps them in `extra`, where
attachments of rows go too. So do rows without the members that every complete sample has: they may be a delta.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from rtclens.model import stats as st

# A larger number fails the typed decode, and the tolerant path makes of it what can be stored.
Count = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Real = Count | float | None
Attachments = dict[str, Any] | None


def _bounded(hint: Any) -> Any:
    """The hint with `Count` for every `int` in it."""
    if get_origin(hint) in (Union, UnionType):
        return reduce(or_, map(_bounded, get_args(hint)))
    if get_origin(hint) is dict:
        return GenericAlias(dict, (str, _bounded(get_args(hint)[1])))
    return Count if hint is int else hint


def _row(base: type[st.Report], **said: Any) -> type[st.Report]:
    """The row that decodes into a `base`; `said` are the members that every complete row has, with their types."""
    required = {"id": str, "timestamp": Count | float} | said
    hints = get_type_hints(base)
    optional = [field.name for field in msgspec.structs.fields(base) if field.name not in (*required, "extra")]
    fields: list[Any] = [*required.items(), ("attachments", Attachments, None), ("extra", None, None)]
    fields += [(name, _bounded(hints[name]), None) for name in optional]
    return msgspec.defstruct(  # type: ignore[return-value]
        base.__name__, fields, bases=(base,), kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True
    )


if TYPE_CHECKING:
    from rtclens.model.stats import (
        CandidatePair,
        Certificate,
        Codec,
        DataChannel,
        InboundRtp,
        MediaPlayout,
        MediaSource,
        OutboundRtp,
        PeerConnection,
        RemoteInboundRtp,
        RemoteOutboundRtp,
        Transport,
    )
    from rtclens.model.stats import LocalCandidate as Candidate
else:
    InboundRtp = _row(st.InboundRtp, kind=str, ssrc=Count | float)
    OutboundRtp = _row(st.OutboundRtp, kind=str, ssrc=Count | float)
    RemoteInboundRtp = _row(st.RemoteInboundRtp, kind=str, ssrc=Count | float)
    RemoteOutboundRtp = _row(st.RemoteOutboundRtp, kind=str, ssrc=Count | float)
    MediaSource = _row(st.MediaSource, kind=str)
    MediaPlayout = _row(st.MediaPlayout, kind=str)
    PeerConnection = _row(st.PeerConnection)
    Transport = _row(st.Transport)
    CandidatePair = _row(st.CandidatePair)
    Candidate = _row(st.LocalCandidate)  # its direction is not said and must be derived
    Codec = _row(st.Codec, mimeType=str)
    DataChannel = _row(st.DataChannel)
    Certificate = _row(st.Certificate)


class Track(msgspec.Struct, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A row of `inboundTracks` or `outboundTracks`: a MediaStreamTrack with its client-side score."""

    id: str
    kind: str
    timestamp: Real
    score: Real = None
    scoreReasons: Any = None
    attachments: Attachments = None


class Item(msgspec.Struct, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A row of `clientEvents`, `clientIssues`, `clientMetaItems` or `extensionStats`."""

    type: str
    payload: Any = None
    timestamp: Real = None
    key: str | None = None
    peerConnectionId: str | None = None
    trackId: str | None = None
    ssrc: Real = None


class WireConnection(msgspec.Struct, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A `PeerConnectionSample`."""

    peerConnectionId: str
    score: Real = None
    scoreReasons: Any = None
    attachments: Attachments = None
    inboundTracks: list[Track] | None = None
    outboundTracks: list[Track] | None = None
    codecs: list[Codec] | None = None
    inboundRtps: list[InboundRtp] | None = None
    remoteInboundRtps: list[RemoteInboundRtp] | None = None
    outboundRtps: list[OutboundRtp] | None = None
    remoteOutboundRtps: list[RemoteOutboundRtp] | None = None
    mediaSources: list[MediaSource] | None = None
    mediaPlayouts: list[MediaPlayout] | None = None
    peerConnectionTransports: list[PeerConnection] | None = None
    dataChannels: list[DataChannel] | None = None
    iceTransports: list[Transport] | None = None
    iceCandidates: list[Candidate] | None = None
    iceCandidatePairs: list[CandidatePair] | None = None
    certificates: list[Certificate] | None = None


class WireSample(msgspec.Struct, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A `ClientSample` 3.x."""

    timestamp: Count | float
    callId: str | None = None
    clientId: str | None = None
    score: Real = None
    scoreReasons: Any = None
    attachments: Attachments = None
    peerConnections: list[WireConnection] | None = None
    clientEvents: list[Item] | None = None
    clientIssues: list[Item] | None = None
    clientMetaItems: list[Item] | None = None
    extensionStats: list[Item] | None = None


ROWS: dict[str, type[st.Report]] = {
    "codecs": Codec,
    "inboundRtps": InboundRtp,
    "remoteInboundRtps": RemoteInboundRtp,
    "outboundRtps": OutboundRtp,
    "remoteOutboundRtps": RemoteOutboundRtp,
    "mediaSources": MediaSource,
    "mediaPlayouts": MediaPlayout,
    "peerConnectionTransports": PeerConnection,
    "dataChannels": DataChannel,
    "iceTransports": Transport,
    "iceCandidates": Candidate,
    "iceCandidatePairs": CandidatePair,
    "certificates": Certificate,
}
TRACKS = ("inboundTracks", "outboundTracks")
ITEMS = ("clientEvents", "clientIssues", "clientMetaItems", "extensionStats")

DECODER = msgspec.json.Decoder(WireSample)
