"""Names of the feature catalogue that have no column: what stands in for them, or what nobody computes.

Enters: nothing. Leaves: `ABSENT`, by table: name to what there is instead.
"""

from __future__ import annotations

_EVENT = "kept in `events` as it came, not summed up"
_CURVE = "totals and averages are in the row; its course over time is computed for no row"

ABSENT: dict[str, dict[str, str]] = {
    "client_features": {
        "location_country": "`sessions.country`, where a trusted proxy says it; no database of addresses is shipped",
        "location_city": "an attribute of the session, where a trusted proxy says it",
        "first_audio_track_label": "labels can name people: `audio_device_class` and `audio_device_usb_id` instead",
        "first_video_track_label": "labels can name people: `video_device_class` and `video_device_usb_id` instead",
        "tags": "attributes of the session",
        "stitched_to": "a stream that goes on with another connection stays one join",
        "gap_ms": "the finding `telemetry_gap`",
        "proxy_hops": "addresses of proxies are not kept",
        "uses_http_proxy": "addresses of proxies are not kept",
        "web_socket_error": _EVENT,
        "battery_level_begin": _EVENT,
        "battery_level_end": _EVENT,
        "speaker_time_ms": _EVENT,
        "e2e_rtt": _EVENT,
        "sentiment": _EVENT,
        "face_landmarks": _EVENT,
    },
    "connection_features": {
        "clock_skew": "`client_features.client_skew_ms`",
        "suspend_ms": "not computed",
        "stats_truncated": "not computed",
        "sending_duration": "not computed; `track_features.active_ms` says it for each track",
        "local_create_delay": "`create_offer_delay`, `create_answer_delay`",
        "sdp_munged": "not computed",
        "sfu_p2p": "an attribute of old clients, kept in `events`",
        "peer_identifier": "an attribute of old clients, kept in `events`",
        "pair_changes": "their number is here; each is in `events`",
        "available_incoming_bitrate": "hardly any browser reports it; what does is in `candidate_pair`",
        "consent_failures": "not computed",
        "location": "not looked up for candidates: their addresses are masked before anything is stored",
        "channels": "their sums are here; a row for each data channel is not made, its reports are in `data_channel`",
    },
    "track_features": {
        "label": "labels can name people: `client_features.audio_device_class` and its like instead",
        "streams": "not kept",
        "layer": "one row for all layers: `layers` counts them, `outbound_rtp` has the reports of each",
        "wire_bitrate": "`bytes` and `header_bytes` are totals",
        "display_width": _EVENT,
        "display_height": _EVENT,
        "upscale": _EVENT,
        "processing_delay": _CURVE,
        "jitter_buffer_target_delay_mean": _CURVE,
        "jitter_buffer_minimum_delay_mean": _CURVE,
        "stalled_ms": "the findings about media that stands still",
        "last_packet_age_ms": "not computed",
        "one_way_loss": "not computed; `tracks.peer_track_id` leads to the other end's row",
        "received_to_sent_bitrate": "not computed; `tracks.peer_track_id` leads to the other end's row",
        "end_to_end_fps": "not computed; `tracks.peer_track_id` leads to the other end's row",
        "remote_peer": "`tracks.peer_participant_id`",
    },
}
