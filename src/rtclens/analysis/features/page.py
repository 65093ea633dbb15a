"""Features of a join out of the events of its page.

Enters: events about the page, its devices, its media requests and its own channel to us. Leaves: `ClientNotes.known`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rtclens.analysis.features.notes import ClientNotes, Values, count, once, span, tally
from rtclens.model import events as e

USB = re.compile(r"\(([0-9a-fA-F]{4}:[0-9a-fA-F]{4})\)$")
CLASSES = {
    "bluetooth": re.compile(r"airpods|buds|bluetooth|hands-free|headset bt", re.I),
    "virtual": re.compile(r"virtual|vb-|blackhole|obs|snap camera|teams audio|loopback", re.I),
    "usb": re.compile(r"\([0-9a-f]{4}:[0-9a-f]{4}\)$|usb", re.I),
    "apple": re.compile(r"airpods|iphone|studio display|facetime|macbook", re.I),
    "default": re.compile(r"^default", re.I),
}
SURFACES = (("screen:", "monitor"), ("window:", "window"), ("web-contents-media-stream:", "browser"))
NAMED = frozenset({"userAgentData", "screen", "window", "reloadCount", "cpuPerformance"})
WANTED = {
    "echoCancellation": "requested_echo_cancellation",
    "noiseSuppression": "requested_noise_suppression",
    "autoGainControl": "requested_auto_gain_control",
}
SHORT_MS = 1_000.0
MAX_TRACKS = 200
COUNTS = {"audioinput": "audio_input_count", "audiooutput": "audio_output_count", "videoinput": "video_input_count"}


def _described(notes: ClientNotes, event: e.SessionOpened | e.SessionUpdated, _at: float) -> None:
    known = notes.known
    if event.client is not None:
        _environment(known, event.client.extra or {})
        if event.client.device_model:
            known["device_model"] = event.client.device_model
    if isinstance(event, e.SessionUpdated) and event.devices is not None:
        _listed(notes, event.devices)


def _environment(known: Values, extra: dict[str, Any]) -> None:
    for source, name in (("userAgentData", "user_agent_data"), ("screen", "screen"), ("window", "window")):
        if isinstance(extra.get(source), dict):
            known[name] = extra[source]
    for source, name in (("reloadCount", "reload_count"), ("cpuPerformance", "cpu_performance")):
        value = extra.get(source)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
            known[name] = int(value)
    rest = {key: value for key, value in extra.items() if key not in NAMED}
    if rest:
        known["create_extra"] = {**known.get("create_extra", {}), **rest}


def _media(notes: ClientNotes, event: e.MediaAccess, at: float) -> None:
    what = "get_user_media" if event.source == "user" else "get_display_media"
    known = notes.known
    if event.phase == "requested":
        _requested(notes, event, what, at)
    elif event.phase == "granted":
        known[f"called_{what}"] = True
        count(known, f"{what}_success_count")
        if what == "get_user_media":
            once(known, f"time_between_{what}_and_success", _since(notes, event, at))
        for track in event.tracks:
            _captured(notes, event, track, at)
    else:
        known[f"called_{what}"] = True
        count(known, f"{what}_error_count")
        if what == "get_user_media":
            _refused(notes, event, at)
    for known_to_be in (f"{what}_success_count", f"{what}_error_count"):
        once(known, known_to_be, 0)


def _since(notes: ClientNotes, event: e.MediaAccess, at: float) -> int | None:
    asked = notes.first.pop(f"gum {event.correlation}", None) if event.correlation else None
    return span(asked if asked is not None else notes.first.get("gum"), at)


def _requested(notes: ClientNotes, event: e.MediaAccess, what: str, at: float) -> None:
    known = notes.known
    asked = {"_audio": bool(event.audio), "_video": bool(event.video)}
    if what == "get_user_media":
        asked["_combined"] = bool(event.audio and event.video)
        notes.first.setdefault("gum", at)
        if event.correlation and len(notes.first) < MAX_TRACKS:
            notes.first[f"gum {event.correlation}"] = at
        audio = event.constraints.get("audio") if isinstance(event.constraints, dict) else None
        for name, column in WANTED.items():
            value = audio.get(name) if isinstance(audio, dict) else None
            value = (
                next((value[key] for key in ("exact", "ideal") if key in value), None)
                if isinstance(value, dict)
                else value
            )
            if isinstance(value, bool):
                known[column] = value
    known[f"called_{what}"] = True
    for suffix, wanted in asked.items():
        known[f"called_{what}{suffix}"] = known.get(f"called_{what}{suffix}", False) or wanted


def _refused(notes: ClientNotes, event: e.MediaAccess, at: float) -> None:
    known = notes.known
    text = ": ".join(part for part in (event.error, event.message) if part)
    once(known, "get_user_media_error", text)
    once(known, "get_user_media_error_name", event.error.partition(":")[0])
    known["get_user_media_error_last"] = text
    tally(known, "get_user_media_errors_by_name", event.error.partition(":")[0] or "other")
    once(known, "time_between_get_user_media_and_failure", _since(notes, event, at))


def _captured(notes: ClientNotes, event: e.MediaAccess, track: e.LocalTrack, at: float) -> None:
    known = notes.known
    if event.source == "display":
        surface = next((name for mark, name in SURFACES if track.label.startswith(mark)), "")
        if surface:
            known["display_surface"] = surface
    if track.kind not in ("audio", "video"):
        return
    if len(notes.captured) < MAX_TRACKS:
        notes.captured[track.id] = (track.kind, at)
    screen = event.source == "display"
    of_track(notes, track.id)["source_type"] = (
        "screen" if screen else "camera" if track.kind == "video" else "microphone"
    )
    if not screen:
        _device(known, track)


def _device(known: Values, track: e.LocalTrack) -> None:
    for name in (f"{track.kind}_ended", f"{track.kind}_short_duration"):
        once(known, name, False)
    usb = USB.search(track.label)
    if usb is not None:
        once(known, f"{track.kind}_device_usb_id", usb.group(1).lower())
    if track.label:
        classes = {name: bool(pattern.search(track.label)) for name, pattern in CLASSES.items()}
        once(known, f"{track.kind}_device_class", classes)


def _devices(notes: ClientNotes, event: e.DevicesChanged, _at: float) -> None:
    once(notes.known, "device_change_count", 0)
    if event.devices is None:
        count(notes.known, "device_change_count")
    else:
        _listed(notes, event.devices)


def _listed(notes: ClientNotes, devices: list[e.Device]) -> None:
    known = notes.known
    count(known, "enumerate_devices_count")
    real = [device for device in devices if device.id or device.label]
    if not real:
        return  # before permission, an entry without members stands for each kind
    now = {(device.kind, device.id) for device in real[:MAX_TRACKS]}
    if notes.devices is None:
        for kind, column in COUNTS.items():
            known[column] = sum(device.kind == kind for device in real)
        known["devices_added"] = known["devices_removed"] = 0
    else:
        count(known, "devices_added", len(now - notes.devices))
        count(known, "devices_removed", len(notes.devices - now))
    notes.devices = now


def _track(notes: ClientNotes, event: e.TrackChanged, at: float) -> None:
    if event.track:
        _noted(notes, event, at)
    kind, since = notes.captured.get(event.track, ("", 0.0))
    known = notes.known
    if event.change == "ended" and kind:
        known[f"{kind}_ended"] = True
        if at - since < SHORT_MS:
            known[f"{kind}_short_duration"] = True
    elif event.change == "stopped":
        count(known, "track_stop_count")
    if kind and event.change == "disabled":
        notes.first.setdefault(f"off {event.track}", at)
    elif kind and event.change in ("enabled", "stopped", "ended"):
        _enabled(notes, event.track, kind, at)


def of_track(notes: ClientNotes, track: str) -> Values:
    """What is noted of a client's track; strangers beyond the limit are noted nowhere."""
    if track in notes.tracks or len(notes.tracks) < MAX_TRACKS:
        return notes.tracks.setdefault(track, {})
    return {}


def _noted(notes: ClientNotes, event: e.TrackChanged, at: float) -> None:
    """Mutes, replacements and first signs of a track, kept until its RTP stream is known."""
    held = of_track(notes, event.track)
    held.setdefault("first_at", at)
    if event.change in ("muted", "disabled"):
        if "mute_at" not in held:
            held["mute_at"] = at
            count(held, "mute_count")
    elif event.change in ("unmuted", "enabled", "stopped", "ended"):
        if event.change == "unmuted":
            held.setdefault("unmuted_at", at)
        count(held, "muted_ms", span(held.pop("mute_at", None), at) or 0)
    elif event.change == "replaced":
        count(held, "replaced_count")


def _enabled(notes: ClientNotes, track: str, kind: str, at: float) -> None:
    off = span(notes.first.pop(f"off {track}", None), at)
    if off is not None:
        count(notes.known, f"{kind}_disabled_ms", off)


def _called(notes: ClientNotes, event: e.ApiCalled, _at: float) -> None:
    if event.name == "applyConstraints" and event.phase == "call":
        count(notes.known, "apply_constraints_count")


def _opened(notes: ClientNotes, event: e.TelemetryOpened, _at: float) -> None:
    count(notes.known, "telemetry_open_count")
    if event.connect_ms is not None and abs(event.connect_ms) < 2**53:
        once(notes.known, "web_socket_connection_time", round(event.connect_ms))


def _closed(notes: ClientNotes, event: e.TelemetryClosed, _at: float) -> None:
    if event.code is not None:
        notes.known["close_code"] = event.code
        side = "client" if event.code in (1000, 1001, 1005) else "network" if event.code == 1006 else "server"
        notes.known["close_side"] = side


def _shown(notes: ClientNotes, event: e.VisibilityChanged, at: float) -> None:
    if event.hidden:
        notes.first.setdefault("hidden", at)
        once(notes.known, "page_hidden_ms", 0)
    else:
        count(notes.known, "page_hidden_ms", span(notes.first.pop("hidden", None), at) or 0)


def _reported(notes: ClientNotes, event: e.AppReported, _at: float) -> None:
    tally(notes.known, "custom_event_counts", event.name)
    if event.name in ("userfeedback", "userFeedback", "userRating"):
        notes.known["user_feedback"] = event.value if isinstance(event.value, dict) else {"score": event.value}


def _issue(notes: ClientNotes, _event: e.ClientIssue, _at: float) -> None:
    count(notes.known, "client_issue_count")


HANDLERS: dict[type[e.Event], Callable[[ClientNotes, Any, float], None]] = {
    e.SessionOpened: _described,
    e.SessionUpdated: _described,
    e.MediaAccess: _media,
    e.DevicesChanged: _devices,
    e.TrackChanged: _track,
    e.ApiCalled: _called,
    e.TelemetryOpened: _opened,
    e.TelemetryClosed: _closed,
    e.VisibilityChanged: _shown,
    e.AppReported: _reported,
    e.ClientIssue: _issue,
}
