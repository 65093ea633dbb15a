"""Features of one RTCPeerConnection: its life, signalling, ICE, DTLS and traffic.

Enters: nothing. Leaves: the row class; the annotation of a field is its unit and definition. `None` is unknown.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from rtclens.model.fact import Fact


class ConnectionSeries(Fact, kw_only=True):
    """Aggregates over the slices of a connection, weighted by the time they cover."""

    pair_rtt_mean: Annotated[float | None, "ms: mean of ICE round trip time over slices"] = None
    pair_rtt_min: Annotated[float | None, "ms: least of ICE round trip time over slices"] = None
    pair_rtt_max: Annotated[float | None, "ms: greatest of ICE round trip time over slices"] = None
    pair_rtt_p5: Annotated[float | None, "ms: 5th percentile of ICE round trip time over slices"] = None
    pair_rtt_p95: Annotated[float | None, "ms: 95th percentile of ICE round trip time over slices"] = None
    pair_rtt_stddev: Annotated[float | None, "ms: standard deviation of ICE round trip time over slices"] = None
    pair_rtt_samples: Annotated[int | None, "slices with ICE round trip time"] = None
    rtt_mean: Annotated[float | None, "ms: mean of round trip time, RTCP where told, else ICE over slices"] = None
    rtt_min: Annotated[float | None, "ms: least of round trip time, RTCP where told, else ICE over slices"] = None
    rtt_max: Annotated[float | None, "ms: greatest of round trip time, RTCP where told, else ICE over slices"] = None
    rtt_p5: Annotated[float | None, "ms: 5th percentile of round trip time, RTCP where told, else ICE over slices"] = (
        None
    )
    rtt_p95: Annotated[
        float | None, "ms: 95th percentile of round trip time, RTCP where told, else ICE over slices"
    ] = None
    rtt_stddev: Annotated[
        float | None, "ms: standard deviation of round trip time, RTCP where told, else ICE over slices"
    ] = None
    rtt_samples: Annotated[int | None, "slices with round trip time, RTCP where told, else ICE"] = None
    available_outgoing_bitrate_mean: Annotated[float | None, "bit/s: mean of estimate of the way out over slices"] = (
        None
    )
    available_outgoing_bitrate_min: Annotated[float | None, "bit/s: least of estimate of the way out over slices"] = (
        None
    )
    available_outgoing_bitrate_max: Annotated[
        float | None, "bit/s: greatest of estimate of the way out over slices"
    ] = None
    available_outgoing_bitrate_p5: Annotated[
        float | None, "bit/s: 5th percentile of estimate of the way out over slices"
    ] = None
    available_outgoing_bitrate_p95: Annotated[
        float | None, "bit/s: 95th percentile of estimate of the way out over slices"
    ] = None
    available_outgoing_bitrate_stddev: Annotated[
        float | None, "bit/s: standard deviation of estimate of the way out over slices"
    ] = None
    available_outgoing_bitrate_samples: Annotated[int | None, "slices with estimate of the way out"] = None
    outbound_bitrate_mean: Annotated[float | None, "bit/s: mean of payload sent over slices"] = None
    outbound_bitrate_min: Annotated[float | None, "bit/s: least of payload sent over slices"] = None
    outbound_bitrate_max: Annotated[float | None, "bit/s: greatest of payload sent over slices"] = None
    outbound_bitrate_p5: Annotated[float | None, "bit/s: 5th percentile of payload sent over slices"] = None
    outbound_bitrate_p95: Annotated[float | None, "bit/s: 95th percentile of payload sent over slices"] = None
    outbound_bitrate_stddev: Annotated[float | None, "bit/s: standard deviation of payload sent over slices"] = None
    outbound_bitrate_samples: Annotated[int | None, "slices with payload sent"] = None
    inbound_bitrate_mean: Annotated[float | None, "bit/s: mean of payload received over slices"] = None
    inbound_bitrate_min: Annotated[float | None, "bit/s: least of payload received over slices"] = None
    inbound_bitrate_max: Annotated[float | None, "bit/s: greatest of payload received over slices"] = None
    inbound_bitrate_p5: Annotated[float | None, "bit/s: 5th percentile of payload received over slices"] = None
    inbound_bitrate_p95: Annotated[float | None, "bit/s: 95th percentile of payload received over slices"] = None
    inbound_bitrate_stddev: Annotated[float | None, "bit/s: standard deviation of payload received over slices"] = None
    inbound_bitrate_samples: Annotated[int | None, "slices with payload received"] = None
    inbound_loss_mean: Annotated[float | None, "share: mean of 0..1 lost on the way in over slices"] = None
    inbound_loss_min: Annotated[float | None, "share: least of 0..1 lost on the way in over slices"] = None
    inbound_loss_max: Annotated[float | None, "share: greatest of 0..1 lost on the way in over slices"] = None
    inbound_loss_p5: Annotated[float | None, "share: 5th percentile of 0..1 lost on the way in over slices"] = None
    inbound_loss_p95: Annotated[float | None, "share: 95th percentile of 0..1 lost on the way in over slices"] = None
    inbound_loss_stddev: Annotated[float | None, "share: standard deviation of 0..1 lost on the way in over slices"] = (
        None
    )
    inbound_loss_samples: Annotated[int | None, "slices with 0..1 lost on the way in"] = None
    outbound_loss_mean: Annotated[float | None, "share: mean of 0..1 lost on the way out over slices"] = None
    outbound_loss_min: Annotated[float | None, "share: least of 0..1 lost on the way out over slices"] = None
    outbound_loss_max: Annotated[float | None, "share: greatest of 0..1 lost on the way out over slices"] = None
    outbound_loss_p5: Annotated[float | None, "share: 5th percentile of 0..1 lost on the way out over slices"] = None
    outbound_loss_p95: Annotated[float | None, "share: 95th percentile of 0..1 lost on the way out over slices"] = None
    outbound_loss_stddev: Annotated[
        float | None, "share: standard deviation of 0..1 lost on the way out over slices"
    ] = None
    outbound_loss_samples: Annotated[int | None, "slices with 0..1 lost on the way out"] = None


class ConnectionFeatures(ConnectionSeries, kw_only=True, tag="connection_features"):
    """Features of one RTCPeerConnection."""

    table: ClassVar[str] = "connection_features"
    id_column: ClassVar[str] = "connection_id"

    participant_id: str
    session_id: str
    connection_id: str

    start_time: Annotated[float | None, "ms since the epoch: first event of the connection"] = None
    duration: Annotated[int | None, "ms: last event minus first"] = None
    closed: Annotated[bool | None, "a close was seen, whatever came after it"] = None
    close_reason: Annotated[str, "why, as said by the client or concluded"] = ""
    number_of_events: Annotated[int | None, "events of the connection, samples included"] = None
    number_of_events_not_get_stats: Annotated[int | None, "events of the connection without samples"] = None
    ticks: Annotated[int | None, "getStats samples"] = None
    stats_gaps: Annotated[
        int | None, "slices in which samples were missing: above twice the usual distance and 5 s"
    ] = None
    longest_stats_gap_ms: Annotated[int | None, "ms: the longest slice of these"] = None
    stats_interval: Annotated[int | None, "ms: smoothed distance of samples"] = None
    connected: Annotated[bool | None, "connectionState, or what it follows from, reached connected"] = None
    ever_failed: Annotated[bool | None, "connectionState reached failed"] = None
    ever_disconnected: Annotated[bool | None, "connectionState reached disconnected"] = None
    connection_time: Annotated[int | None, "ms: first connecting to the next connected"] = None
    time_to_connect: Annotated[int | None, "ms: creation to first connected"] = None
    connected_ms: Annotated[int | None, "ms in connectionState connected"] = None
    disconnected_ms: Annotated[int | None, "ms in disconnected or failed after the first connected"] = None
    disconnected_count: Annotated[int | None, "changes from connected to disconnected"] = None
    reconnect_count: Annotated[int | None, "changes from disconnected or failed back to connected"] = None
    longest_outage_ms: Annotated[int | None, "ms: the longest time between such a loss and its recovery"] = None
    final_state: Annotated[str, "last connectionState"] = ""
    session_duration: Annotated[int | None, "ms: ICE connected to the last event"] = None
    life_time: Annotated[int | None, "ms: creation to the last event"] = None
    is_initiator: Annotated[bool | None, "offered first, rather than answered"] = None
    number_of_negotiations: Annotated[int | None, "times signalingState became stable"] = None
    completed_negotiations: Annotated[int | None, "stable through an answer"] = None
    rollback_count: Annotated[int | None, "rollbacks"] = None
    glare_count: Annotated[int | None, "remote offers applied while a local one was pending"] = None
    pending_negotiation_at_end: Annotated[bool | None, "last signalingState is neither stable nor closed"] = None
    signaling_delay: Annotated[int | None, "ms: first local offer to the next remote answer"] = None
    signaling_delay_max: Annotated[int | None, "ms: the longest over all pairs of offer and answer"] = None
    signaling_delay_mean: Annotated[float | None, "ms: the mean of them"] = None
    set_local_description_delay: Annotated[int | None, "ms: first call to its success"] = None
    set_remote_description_delay: Annotated[int | None, "ms: first call to its success"] = None
    time_for_second_set_remote_description: Annotated[int | None, "ms: second call to its success"] = None
    set_local_description_role: Annotated[str, "type of the first local description"] = ""
    set_remote_description_role: Annotated[str, "type of the first remote description"] = ""
    create_offer_delay: Annotated[int | None, "ms: first call to its success"] = None
    create_answer_delay: Annotated[int | None, "ms: first call to its success"] = None
    add_ice_candidate_failure: Annotated[str, "first failure"] = ""
    set_local_description_failure: Annotated[str, "first failure"] = ""
    set_remote_description_failure: Annotated[str, "first failure"] = ""
    failures_by_api: Annotated[dict[str, Any], "method to error name to count"] = {}
    ontrack_after_first_set_remote_description: Annotated[
        bool | None, "a remote track came before the first setRemoteDescription settled"
    ] = None
    ice_restart: Annotated[bool | None, "restartIce, createOffer with iceRestart, or a new local ufrag"] = None
    ice_restart_count: Annotated[int | None, "changes of the local ufrag"] = None
    remote_ice_restart_count: Annotated[int | None, "changes of the remote ufrag"] = None
    ice_restart_followed_by_set_remote_description: Annotated[
        bool | None, "a remote answer after the first restart"
    ] = None
    ice_restart_success: Annotated[bool | None, "ICE connected again after it"] = None
    ice_restart_followed_by_relay_candidate: Annotated[bool | None, "a relay candidate was gathered after it"] = None
    using_ice_lite: Annotated[bool | None, "a remote description says a=ice-lite"] = None
    using_bundle: Annotated[bool | None, "an answer groups media with BUNDLE"] = None
    using_rtcp_mux: Annotated[bool | None, "every accepted section of an answer multiplexes RTCP"] = None
    using_simulcast: Annotated[bool | None, "a local description has a=simulcast or an SSRC group SIM"] = None
    number_of_simulcast_layers: Annotated[int | None, "its layers"] = None
    media_types: Annotated[str, "kinds of media of the first description, sorted, with ;"] = ""
    m_lines: Annotated[int | None, "sections of the last answer"] = None
    m_lines_rejected: Annotated[int | None, "of them with port 0"] = None
    remote_type: Annotated[str, "implementation behind the remote o= line, where it is known"] = ""
    codecs_offered: Annotated[dict[str, Any], "kind to MIME types of the first local offer"] = {}
    codecs_negotiated: Annotated[dict[str, Any], "kind to MIME types of the last answer"] = {}
    configured: Annotated[bool | None, "a configuration was given"] = None
    configured_ice_servers: Annotated[int | None, "its ICE servers"] = None
    configured_ice_transport_policy: Annotated[bool | None, "iceTransportPolicy is relay"] = None
    configured_ice_servers_stun: Annotated[bool | None, "a stun: or stuns: URL"] = None
    configured_ice_servers_turn_udp: Annotated[bool | None, "a turn: URL without transport, or with UDP"] = None
    configured_ice_servers_turn_tcp: Annotated[bool | None, "a turn: URL with TCP"] = None
    configured_ice_servers_turns: Annotated[bool | None, "a turns: URL"] = None
    configured_bundle_policy: Annotated[str, "bundlePolicy"] = ""
    configured_rtcp_mux_policy: Annotated[str, "rtcpMuxPolicy"] = ""
    configured_always_negotiate_data_channels: Annotated[bool | None, "alwaysNegotiateDataChannels"] = None
    configured_certificate: Annotated[bool | None, "a certificate was given"] = None
    ice_candidate_pool_size: Annotated[int | None, "iceCandidatePoolSize"] = None
    set_configuration_count: Annotated[int | None, "calls of setConfiguration"] = None
    sfu: Annotated[bool | None, "the far end is a media server"] = None
    ice_connected: Annotated[bool | None, "ICE reached connected or completed"] = None
    ice_connection_time: Annotated[int | None, "ms: first checking to the next connected or completed"] = None
    ice_failure: Annotated[bool | None, "ICE failed"] = None
    ice_failure_subsequent: Annotated[bool | None, "ICE failed after it had been connected"] = None
    ice_checking_before_srd: Annotated[bool | None, "checking came before the first setRemoteDescription"] = None
    dtls_failure: Annotated[bool | None, "dtlsState failed, or ICE connected for 5 s and the connection never was"] = (
        None
    )
    dtls_time: Annotated[int | None, "ms: ICE connected to connectionState connected"] = None
    dtls_role: Annotated[str, "client or server"] = ""
    dtls_version: Annotated[str, "tlsVersion, hexadecimal: FEFD is 1.2, FEFC is 1.3"] = ""
    srtp_cipher: Annotated[str, "SRTP cipher suite"] = ""
    dtls_cipher: Annotated[str, "DTLS cipher suite"] = ""
    added_host_candidate: Annotated[bool | None, "remote host candidate, added or in a description"] = None
    added_mdns_candidate: Annotated[bool | None, "remote host candidate with an mDNS name"] = None
    added_srflx_candidate: Annotated[bool | None, "remote server reflexive candidate"] = None
    added_prflx_candidate: Annotated[bool | None, "remote peer reflexive candidate"] = None
    added_turn_candidate: Annotated[bool | None, "remote relay candidate"] = None
    added_null_candidate: Annotated[bool | None, "remote end of candidates"] = None
    added_connectable_ice_tcp_candidate: Annotated[bool | None, "remote candidate with tcptype passive"] = None
    gathered_host_candidate: Annotated[bool | None, "local host candidate, gathered or in a description"] = None
    gathered_mdns_candidate: Annotated[bool | None, "local host candidate with an mDNS name"] = None
    gathered_srflx_candidate: Annotated[bool | None, "local server reflexive candidate"] = None
    gathered_turn_candidate: Annotated[bool | None, "local relay candidate"] = None
    number_of_local_ice_candidates: Annotated[int | None, "distinct local candidates (counted up to 200)"] = None
    number_of_remote_ice_candidates: Annotated[int | None, "distinct remote candidates (counted up to 200)"] = None
    number_of_interfaces: Annotated[int | None, "distinct addresses of local host candidates"] = None
    gathered_private_10: Annotated[bool | None, "a local host candidate in 10.0.0.0/8"] = None
    gathered_private_172: Annotated[bool | None, "a local host candidate in 172.16.0.0/12"] = None
    gathered_private_192: Annotated[bool | None, "a local host candidate in 192.168.0.0/16"] = None
    gathered_private_100: Annotated[bool | None, "a local host candidate in 100.64.0.0/10"] = None
    ice_gathering_complete: Annotated[bool | None, "end of local candidates"] = None
    gathering_time: Annotated[int | None, "ms: start of gathering to its end, first time"] = None
    gathering_time_turn_udp: Annotated[int | None, "ms: start of gathering to the first relay candidate over UDP"] = (
        None
    )
    gathering_time_turn_tcp: Annotated[int | None, "ms: to the first over TCP"] = None
    gathering_time_turn_tls: Annotated[int | None, "ms: to the first over TLS"] = None
    time_between_sld_and_first_candidate: Annotated[
        int | None, "ms: first setLocalDescription success to the first local candidate"
    ] = None
    time_between_srd_and_add_ice_candidate: Annotated[
        int | None, "ms: first setRemoteDescription to the first addIceCandidate; -1 when that came first"
    ] = None
    ice_candidate_errors: Annotated[dict[str, Any], "error code to count"] = {}
    relay_address: Annotated[str, "address of the first local relay candidate"] = ""
    first_candidate_pair_local_type: Annotated[str, "type of the local candidate of the first selected pair"] = ""
    first_candidate_pair_local_protocol: Annotated[str, "its protocol"] = ""
    first_candidate_pair_local_address: Annotated[str, "its address, as stored"] = ""
    first_candidate_pair_local_network_type: Annotated[str, "its network type"] = ""
    first_candidate_pair_local_relay_protocol: Annotated[str, "how it reaches its relay"] = ""
    first_candidate_pair_local_relay_url: Annotated[str, "URL of that relay"] = ""
    first_candidate_pair_local_type_preference: Annotated[int | None, "its priority divided by 2^24"] = None
    first_candidate_pair_remote_type: Annotated[str, "type of the remote candidate"] = ""
    first_candidate_pair_remote_address: Annotated[str, "its address, as stored"] = ""
    last_candidate_pair_local_type: Annotated[str, "type of the local candidate of the last selected pair"] = ""
    last_candidate_pair_local_protocol: Annotated[str, "its protocol"] = ""
    last_candidate_pair_local_address: Annotated[str, "its address, as stored"] = ""
    last_candidate_pair_local_network_type: Annotated[str, "its network type"] = ""
    last_candidate_pair_local_relay_protocol: Annotated[str, "how it reaches its relay"] = ""
    last_candidate_pair_local_relay_url: Annotated[str, "URL of that relay"] = ""
    last_candidate_pair_local_type_preference: Annotated[int | None, "its priority divided by 2^24"] = None
    last_candidate_pair_remote_type: Annotated[str, "type of the remote candidate"] = ""
    last_candidate_pair_remote_address: Annotated[str, "its address, as stored"] = ""
    pair_address_family: Annotated[str, "IPv4 or IPv6 of the last selected pair"] = ""
    connectivity: Annotated[str, "DIRECT or RELAY with the protocol to the far end or the relay"] = ""
    number_of_candidate_pair_changes: Annotated[int | None, "changes of the selected pair between slices"] = None
    candidate_pair_change_interface_types: Annotated[str, "network types of the selected pairs in order, with ;"] = ""
    relay_share: Annotated[float | None, "0..1 of the time with a relay as local candidate"] = None
    vpn_share: Annotated[float | None, "0..1 of the time with network type vpn"] = None
    average_stun_round_trip_time: Annotated[
        float | None, "s: totalRoundTripTime / responsesReceived over all pairs that were selected"
    ] = None
    stun_rtt_initial_30s_mean: Annotated[float | None, "ms: ICE round trip time over the first 30 s"] = None
    stun_rtt_initial_30s_max: Annotated[float | None, "ms: the greatest slice of these"] = None
    average_outbound_bitrate: Annotated[float | None, "bit/s over the time with samples"] = None
    average_inbound_bitrate: Annotated[float | None, "bit/s over the time with samples"] = None
    bytes_sent: Annotated[int | None, "total of the transport, else of the selected pairs"] = None
    bytes_received: Annotated[int | None, "total of the transport, else of the selected pairs"] = None
    packets_sent: Annotated[int | None, "total of the transport, else of the selected pairs"] = None
    packets_received: Annotated[int | None, "total of the transport, else of the selected pairs"] = None
    packets_discarded_on_send: Annotated[int | None, "total of the selected pairs"] = None
    bytes_discarded_on_send: Annotated[int | None, "total of the selected pairs"] = None
    inbound_loss_share: Annotated[float | None, "0..1: lost / (lost + received) over the received tracks"] = None
    outbound_loss_share: Annotated[float | None, "0..1: lost / sent over the sent tracks, by the far end's reports"] = (
        None
    )
    stream_count_inbound_audio: Annotated[int | None, "tracks received with audio"] = None
    stream_count_inbound_video: Annotated[int | None, "tracks received with video"] = None
    stream_count_outbound_audio: Annotated[int | None, "tracks sent with audio"] = None
    stream_count_outbound_video: Annotated[int | None, "tracks sent with video"] = None
    max_concurrent_inbound: Annotated[int | None, "most RTP streams received at one time"] = None
    uses_audio: Annotated[bool | None, "an audio stream was reported"] = None
    uses_video: Annotated[bool | None, "a video stream was reported"] = None
    uses_data_channel: Annotated[bool | None, "a data channel was reported"] = None
    empty: Annotated[bool | None, "connected, and none of the three"] = None
    data_channels_opened: Annotated[int | None, "data channels that opened, by the last sample read"] = None
    data_channel_messages_sent: Annotated[int | None, "messages on all channels"] = None
    data_channel_messages_received: Annotated[int | None, "messages on all channels"] = None
    data_channel_bytes_sent: Annotated[int | None, "payload on all channels"] = None
    data_channel_bytes_received: Annotated[int | None, "payload on all channels"] = None
    playout_delay_mean: Annotated[float | None, "ms: totalPlayoutDelay / totalSamplesCount of the audio output"] = None
    synthesized_share: Annotated[float | None, "0..1 of the audio that the output had to invent"] = None
