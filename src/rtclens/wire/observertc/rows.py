"""The members of a ClientSample 3.x, typed so that JSON decodes straight into canonical reports.

Enters: JSON bytes or a merged delta. Leaves: `WireSample`, whose stats rows are instances of the canonical report
classes. Members a class does not know, and attachments of stats rows, fail the decode on purpose: the tolerant path
then keeps them in `extra`. So do rows without the members that every complete sample has: they may be a delta.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.model import stats as st

Real = int | float | None
Attachments = dict[str, Any] | None


class InboundRtp(st.InboundRtp, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `inboundRtps`."""

    id: str
    timestamp: int | float
    kind: str
    ssrc: int | float
    attachments: None = None


class OutboundRtp(st.OutboundRtp, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `outboundRtps`."""

    id: str
    timestamp: int | float
    kind: str
    ssrc: int | float
    attachments: None = None


class RemoteInboundRtp(st.RemoteInboundRtp, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `remoteInboundRtps`."""

    id: str
    timestamp: int | float
    kind: str
    ssrc: int | float
    attachments: None = None


class RemoteOutboundRtp(st.RemoteOutboundRtp, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `remoteOutboundRtps`."""

    id: str
    timestamp: int | float
    kind: str
    ssrc: int | float
    attachments: None = None


class MediaSource(st.MediaSource, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `mediaSources`."""

    id: str
    timestamp: int | float
    kind: str
    attachments: None = None


class MediaPlayout(st.MediaPlayout, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `mediaPlayouts`."""

    id: str
    timestamp: int | float
    kind: str
    attachments: None = None


class PeerConnection(st.PeerConnection, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `peerConnectionTransports`."""

    id: str
    timestamp: int | float
    attachments: None = None


class Transport(st.Transport, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `iceTransports`."""

    id: str
    timestamp: int | float
    attachments: None = None


class CandidatePair(st.CandidatePair, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `iceCandidatePairs`."""

    id: str
    timestamp: int | float
    attachments: None = None


class Candidate(st.LocalCandidate, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `iceCandidates`; its direction is not said and must be derived."""

    id: str
    timestamp: int | float
    attachments: None = None


class Codec(st.Codec, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `codecs`."""

    id: str
    timestamp: int | float
    mimeType: str
    attachments: None = None


class DataChannel(st.DataChannel, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `dataChannels`."""

    id: str
    timestamp: int | float
    attachments: None = None


class Certificate(st.Certificate, kw_only=True, omit_defaults=True, gc=False, forbid_unknown_fields=True):
    """A row of `certificates`."""

    id: str
    timestamp: int | float
    attachments: None = None


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

    timestamp: int | float
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
