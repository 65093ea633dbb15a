"""Detectors that the field knows and this catalogue does not run, each with what is missing for it.

Enters: nothing. Leaves: `WAITING`, listed at the end of the page of detectors.
"""

from __future__ import annotations

import msgspec

from rtclens.analysis.fleet.outcomes import AXES

SHARED = "told over many calls, not in one: what bad calls share, on the overview and at `/api/v1/fleet`"


class Waiting(msgspec.Struct, frozen=True):
    """A detector by name, and the input it would need or where the question is answered instead."""

    id: str
    missing: str


WAITING = (
    Waiting(
        "receive_pipeline_stalled",
        "told stage by stage: in_stream_dry, in_media_not_playing, decoder_stuck; "
        "no browser reports framesRendered, so the last stage is unknown",
    ),
    Waiting("cpu_foreign_load", "the processor's load by process: no browser tells it"),
    Waiting("turn_latency_high", "an application's events at the end of a person's and the start of a bot's turn"),
    Waiting("bot_speech_underrun", "an application's events at the start and end of a bot's utterances"),
    Waiting("telemetry_desync", "told where it happens: refusals by reason, see the metrics of the server"),
    Waiting("telemetry_refused", "as telemetry_desync"),
    Waiting("telemetry_unknown_fields", "unknown members are kept in `extra`; nothing counts them yet"),
    Waiting("sfu_forward_loss", "a media server's counters of what it received and forwarded, by stream"),
    Waiting("sfu_forward_delay", "a media server's measurement of its own delay"),
    Waiting("simulcast_lowest_common", "availableIncomingBitrate: no current browser reports it"),
    Waiting("call_split", "a comparison of open calls with each other; each call is analysed on its own"),
    *(Waiting(name, SHARED) for name in sorted({axis.detector for axis in AXES.values()})),
    Waiting("fleet_concurrent_issue", SHARED),
    Waiting("sfu_congested", SHARED),
    Waiting("turn_outage", "what falls silent at once looks like a fault of ingest; turn_degraded tells the rest"),
    Waiting("sfu_outage", "as turn_outage"),
    Waiting("volume_anomaly", "weeks of history: a question to the stored calls"),
    Waiting("new_version_seen", "history: a question to the stored sessions"),
    Waiting(
        "release_regression",
        "what bad calls share tells which version fares worse, and since when; "
        "a shift that opens no finding is a question to the stored calls",
    ),
    Waiting("join_success_drop", "history: a question to the stored calls"),
    Waiting("slo_burn", "history: a question to the stored calls"),
)
