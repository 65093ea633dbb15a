"""Features of one join: what the page, its devices and its media requests were like.

Enters: nothing. Leaves: the row class; the annotation of a field is its unit and definition. `None` is unknown.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from rtclens.model.fact import Fact


class ClientFeatures(Fact, kw_only=True, tag="client_features"):
    """Features of one join of a participant."""

    table: ClassVar[str] = "client_features"
    id_column: ClassVar[str] = "session_id"

    participant_id: str
    session_id: str

    start_time: Annotated[float | None, "ms since the epoch: first event of the join"] = None
    duration: Annotated[int | None, "ms: last event minus first"] = None
    browser_name: Annotated[str, "from UA client hints, else from the User-Agent header"] = ""
    browser_version: Annotated[str, "version of that browser"] = ""
    browser_major: Annotated[int | None, "its first number"] = None
    operating_system: Annotated[str, "platform of the client hints, else from the User-Agent header"] = ""
    os_version: Annotated[str, "version of the operating system"] = ""
    mobile: Annotated[bool | None, "whether the device says it is a phone or tablet"] = None
    device_model: Annotated[str, "model of the device"] = ""
    hardware_concurrency: Annotated[int | None, "logical processors"] = None
    device_memory: Annotated[float | None, "GiB, as the browser rounds it"] = None
    cpu_performance: Annotated[int | None, "performance tier that the page measured"] = None
    reload_count: Annotated[int | None, "reloads of the page before this join"] = None
    user_agent_data: Annotated[dict[str, Any], "UA client hints"] = {}
    screen: Annotated[dict[str, Any], "screen of the device"] = {}
    window: Annotated[dict[str, Any], "window of the page"] = {}
    create_extra: Annotated[dict[str, Any], "members of the environment that have no column"] = {}
    page_hidden_ms: Annotated[int | None, "ms in which the page was hidden"] = None
    called_get_user_media: Annotated[bool | None, "getUserMedia was called"] = None
    called_get_user_media_audio: Annotated[bool | None, "with audio"] = None
    called_get_user_media_video: Annotated[bool | None, "with video"] = None
    called_get_user_media_combined: Annotated[bool | None, "with both in one call"] = None
    get_user_media_error: Annotated[str, "error of the first failed getUserMedia"] = ""
    get_user_media_error_name: Annotated[str, "its DOMException name"] = ""
    get_user_media_error_last: Annotated[str, "error of the last failed getUserMedia"] = ""
    get_user_media_error_count: Annotated[int | None, "failed calls"] = None
    get_user_media_success_count: Annotated[int | None, "calls that gave tracks"] = None
    get_user_media_errors_by_name: Annotated[dict[str, Any], "DOMException name to count"] = {}
    time_between_get_user_media_and_success: Annotated[
        int | None, "ms: first call to its success, the time of the prompt"
    ] = None
    time_between_get_user_media_and_failure: Annotated[int | None, "ms: first failed call to its failure"] = None
    requested_echo_cancellation: Annotated[bool | None, "in the last audio constraints"] = None
    requested_noise_suppression: Annotated[bool | None, "in the last audio constraints"] = None
    requested_auto_gain_control: Annotated[bool | None, "in the last audio constraints"] = None
    called_get_display_media: Annotated[bool | None, "getDisplayMedia was called"] = None
    called_get_display_media_audio: Annotated[bool | None, "with audio"] = None
    called_get_display_media_video: Annotated[bool | None, "with video"] = None
    get_display_media_error_count: Annotated[int | None, "failed calls"] = None
    get_display_media_success_count: Annotated[int | None, "calls that gave tracks"] = None
    display_surface: Annotated[str, "monitor, window or browser, from the label of the last captured surface"] = ""
    enumerate_devices_count: Annotated[int | None, "device lists that were reported"] = None
    audio_input_count: Annotated[int | None, "audio inputs of the first list with real entries"] = None
    audio_output_count: Annotated[int | None, "audio outputs of that list"] = None
    video_input_count: Annotated[int | None, "video inputs of that list"] = None
    device_change_count: Annotated[int | None, "devicechange events"] = None
    devices_added: Annotated[int | None, "devices that a later list had and its predecessor had not"] = None
    devices_removed: Annotated[int | None, "devices that a later list no longer had"] = None
    audio_device_usb_id: Annotated[str, "vendor:product of the first microphone whose label tells it"] = ""
    video_device_usb_id: Annotated[str, "vendor:product of the first camera whose label tells it"] = ""
    audio_device_class: Annotated[
        dict[str, Any], "microphone classes from the label: bluetooth, virtual, usb, apple, default"
    ] = {}
    video_device_class: Annotated[dict[str, Any], "camera classes from the label"] = {}
    audio_ended: Annotated[bool | None, "a captured audio track ended by itself"] = None
    video_ended: Annotated[bool | None, "a captured video track ended by itself"] = None
    audio_short_duration: Annotated[bool | None, "within 1 s of its capture"] = None
    video_short_duration: Annotated[bool | None, "within 1 s of its capture"] = None
    audio_disabled_ms: Annotated[int | None, "ms in which captured audio had enabled = false"] = None
    video_disabled_ms: Annotated[int | None, "ms in which captured video had enabled = false"] = None
    track_stop_count: Annotated[int | None, "calls of track.stop()"] = None
    apply_constraints_count: Annotated[int | None, "calls of applyConstraints"] = None
    web_socket_connection_time: Annotated[int | None, "ms: opening the channel of the telemetry, first time"] = None
    telemetry_open_count: Annotated[int | None, "times the channel of the telemetry opened"] = None
    close_code: Annotated[int | None, "last close code of the telemetry's channel"] = None
    close_side: Annotated[str, "client (1000, 1001, 1005), network (1006) or server"] = ""
    client_skew_ms: Annotated[float | None, "ms: client's clock minus server's, at best"] = None
    number_peerconnections: Annotated[int | None, "connections of the join"] = None
    peer_connections_max_concurrent: Annotated[int | None, "most connections open at one time"] = None
    number_of_events: Annotated[int | None, "events of the join, samples included"] = None
    client_issue_count: Annotated[int | None, "issues that the client's own SDK reported"] = None
    custom_event_counts: Annotated[dict[str, Any], "name of a custom event to count"] = {}
    user_feedback: Annotated[dict[str, Any], "feedback that the application reported"] = {}
    pressure_nominal_share: Annotated[float | None, "0..1 of the time with CPU pressure known"] = None
    pressure_fair_share: Annotated[float | None, "0..1 of the time with CPU pressure known"] = None
    pressure_serious_share: Annotated[float | None, "0..1 of the time with CPU pressure known"] = None
    pressure_critical_share: Annotated[float | None, "0..1 of the time with CPU pressure known"] = None
    pressure_worst: Annotated[int | None, "4 nominal, 3 fair, 2 serious, 1 critical"] = None
