"""Metrics that the field knows by name and that are no curve of a slice: where each is found, or what is missing.

Enters: nothing. Leaves: `FOUND` (name, place) and `MISSING` (name, why), for the page of metrics. A place is
`table.column`, `tracks.features[key]`, a detector's id with `()`, or a field of a call's metrics.
"""

from __future__ import annotations

FOUND: tuple[tuple[str, str], ...] = (
    ("time to get camera and microphone", "client_features.time_between_get_user_media_and_success"),
    ("attempts and errors of media access", "client_features.get_user_media_errors_by_name"),
    ("offer to answer", "connection_features.signaling_delay"),
    ("gathering, by kind of relay", "connection_features.gathering_time_turn_udp"),
    ("first candidate", "connection_features.time_between_sld_and_first_candidate"),
    ("ICE checks to connected", "connection_features.ice_connection_time"),
    ("DTLS handshake", "connection_features.dtls_time"),
    ("connection set-up", "connection_features.connection_time"),
    ("renegotiations", "connection_features.number_of_negotiations"),
    ("ICE restarts", "connection_features.ice_restart_success"),
    ("outages", "connection_features.longest_outage_ms"),
    ("time to the first frame", "track_features.time_to_first_frame"),
    ("joining that takes long", "join_slow()"),
    ("media that never begins", "first_media_missing()"),
    ("path type", "connections.path_type"),
    ("relay in use", "connections.relay_url"),
    ("kind of access network", "connection_features.last_candidate_pair_local_network_type"),
    ("path changes", "connection_features.number_of_candidate_pair_changes"),
    ("data channels", "connection_features.data_channel_bytes_sent"),
    ("share of silence", "track_features.silence_share"),
    ("faster and slower speech apart", "track_features.acceleration_percentage"),
    ("changes of resolution", "track_features.resolution_changes"),
    ("sizes, shares of time", "track_features.hd_share"),
    ("mean time between freezes", "tracks.features[mtbf_s]"),
    ("longest freeze", "tracks.features[freeze_longest_s]"),
    ("decoder, encoder", "track_features.decoder_implementation"),
    ("L4S marks that were bleached", "track_features.packets_with_bleached_ect1_marking"),
    ("periodic flushes of the jitter buffer", "track_features.has_periodic_jitter_buffer_flushes"),
    ("verdict seconds", "track_features.verdict_bad_ms"),
    ("good minutes", "participants.good_minute_ratio"),
    ("impairment caused to others", "participants.caused_impairment_s"),
    ("joins", "participants.joins"),
    ("abrupt ends", "sessions.abrupt"),
    ("coming back soon", "rejoin()"),
    ("clock of a client", "sessions.clock_uncertainty_ms"),
    ("scores with reasons", "scores.value"),
    ("most people at once", "calls.participants_max"),
    ("impaired seconds by cause", "findings.cause_segment"),
)
MISSING: tuple[tuple[str, str], ...] = (
    ("`remoteTimestamp` as a clock", "it may be the media server's; clocks are compared by arrivals"),
    ("rendered frames", "no current browser reports `framesRendered`; decoded frames stand for them"),
    ("forwarding delay of a media server", "no SDK delivers it; `sfu_hop_s` bounds it"),
    ("burn rate of an objective", "a question to the stored minutes, and to what was promised"),
    ("P.940, P.1203, P.1204", "the text was not read, or its reference code may not be used"),
)
