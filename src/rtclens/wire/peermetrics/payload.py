"""The body of `/stats` as SDK 2.7.2 and 2.8.0 send it, typed so that one pass reads it.

Enters: nothing. Leaves: wire structs. Each extends the report class of the model by what the SDK adds to the browser's
members; every struct forbids unknown members, so that a body with news is read the slow way instead of losing them.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from rtclens.model.stats import (
    CandidatePair,
    InboundRtp,
    LocalCandidate,
    MediaSource,
    Number,
    OutboundRtp,
    RemoteCandidate,
    RemoteInboundRtp,
    RemoteOutboundRtp,
    Text,
)

ReportType = Annotated[Text, "the W3C type of a report, under the name `type`"]
Nothing = tuple[()]


class Source(MediaSource, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """`track` of a media row: `{}`, or the media-source report of an outbound one."""

    report_type: ReportType = msgspec.field(default=None, name="type")


class Inbound(InboundRtp, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A row of `audio|video.inbound`."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    mediaType: Text = None
    discardedPackets: Number = None
    clockRate: Number = None
    mimeType: Text = None
    payloadType: Number = None
    bitrate: Number = None
    packetRate: Number = None
    packetLossRate: Number = None
    track: Source | None = None


class Outbound(OutboundRtp, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A row of `audio|video.outbound`."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    mediaType: Text = None
    clockRate: Number = None
    mimeType: Text = None
    payloadType: Number = None
    bitrate: Number = None
    packetRate: Number = None
    packetLossRate: Number = None
    track: Source | None = None


class RemoteInbound(RemoteInboundRtp, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A row of `remote.audio|video.inbound`."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    mediaType: Text = None
    clockRate: Number = None
    mimeType: Text = None
    payloadType: Number = None
    bitrate: Number = None
    packetRate: Number = None
    packetLossRate: Number = None


class RemoteOutbound(RemoteOutboundRtp, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A row of `remote.audio|video.outbound`."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    mediaType: Text = None
    clockRate: Number = None
    mimeType: Text = None
    payloadType: Number = None
    bitrate: Number = None
    packetRate: Number = None
    packetLossRate: Number = None


class Local(LocalCandidate, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """`connection.local`."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    ip: Text = None
    isRemote: bool | None = None


class Remote(RemoteCandidate, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """`connection.remote`."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    ip: Text = None
    isRemote: bool | None = None


class Pair(CandidatePair, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """`connection`: the selected pair with its candidates, and the counts of data channels."""

    report_type: ReportType = msgspec.field(default=None, name="type")
    readable: bool | None = None
    local: Local | None = None
    remote: Remote | None = None
    dataChannelsOpened: Number = None
    dataChannelsClosed: Number = None
    inbound: Nothing = ()
    outbound: Nothing = ()


class Media(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """`data.audio` or `data.video`."""

    inbound: list[Inbound] = []
    outbound: list[Outbound] = []


class RemoteMedia(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """`data.remote.audio` or `data.remote.video`."""

    inbound: list[RemoteInbound] = []
    outbound: list[RemoteOutbound] = []


class FarEnd(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """`data.remote`."""

    audio: RemoteMedia = msgspec.field(default_factory=RemoteMedia)
    video: RemoteMedia = msgspec.field(default_factory=RemoteMedia)


class Data(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """`data` of a stats body."""

    audio: Media = msgspec.field(default_factory=Media)
    video: Media = msgspec.field(default_factory=Media)
    remote: FarEnd = msgspec.field(default_factory=FarEnd)
    connection: Pair = msgspec.field(default_factory=Pair)


class StatsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The whole body. `delta` is the age in ms and is absent on the first try."""

    data: Data
    token: str
    connectionId: str
    peerId: str | None = None
    timeTaken: Number = None
    delta: int | float | UnsetType | None = UNSET


DECODER = msgspec.json.Decoder(StatsBody)
