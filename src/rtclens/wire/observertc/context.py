"""Meta items of ObserveRTC as canonical events: browser, system, devices, constraints, descriptions.

Enters: meta items (type, payload, time). Leaves: `SessionUpdated`, `MediaAccess`, `Described` or, for types that are
not in the catalogue, `AppReported`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from rtclens.model import events as ev
from rtclens.wire.observertc import values
from rtclens.wire.observertc.happenings import media_access_failed


class Meta(msgspec.Struct):
    """One meta item as it arrived."""

    type: str
    at: float
    payload: Any
    connection: str = ""
    track: str = ""


def to_events(items: Iterable[Meta]) -> list[ev.AnyEvent]:
    """The canonical events; all devices of one sample become one event."""
    events: list[ev.AnyEvent] = []
    devices: list[ev.Device] = []
    at = 0.0
    for item in items:
        if item.type == "MEDIA_DEVICE":
            devices.append(device(values.members(item.payload)))
            at = item.at
        else:
            events.append(_to_event(item))
    if devices:
        events.append(ev.SessionUpdated(at=at, devices=devices))
    return events


def device(given: dict[str, Any]) -> ev.Device:
    """An entry of `enumerateDevices()`; 2.x calls its id `id`, 4.x `deviceId`."""
    return ev.Device(
        kind=values.text(given.get("kind")),
        id=values.text(given.get("deviceId") or given.get("id")),
        label=values.words(given.get("label")),
        group=values.text(given.get("groupId")),
    )


def client(
    browser: Any = None, os: Any = None, engine: Any = None, platform: Any = None, agent: str = "", cpu: Any = None
) -> ev.Client:
    """The page's environment from the records that SDKs take from their user agent parser."""
    extra = {name: found for name, found in (("engine", values.members(engine)), ("cpu", values.members(cpu))) if found}
    return ev.Client(
        browser=_said(browser, "name"),
        browser_version=_said(browser, "version"),
        os=_said(os, "name"),
        os_version=_said(os, "version") or _said(os, "versionName"),
        device_type=_said(platform, "type"),
        device_vendor=_said(platform, "vendor"),
        device_model=_said(platform, "model"),
        user_agent=agent,
        extra=extra or None,
    )


def constraints(at: float, payload: Any) -> ev.AnyEvent:
    """A getUserMedia request, or what the browser supports: SDKs send both under one name."""
    given = values.record(payload)
    if (
        isinstance(given, dict)
        and given
        and all(isinstance(value, bool) for value in given.values())
        and not (given.keys() <= {"audio", "video"})
    ):
        return ev.SessionUpdated(at=at, client=ev.Client(extra={"supportedConstraints": given}))
    asked = given if isinstance(given, dict) else {}
    return ev.MediaAccess(
        at=at,
        phase="requested",
        audio=bool(asked["audio"]) if "audio" in asked else None,
        video=bool(asked["video"]) if "video" in asked else None,
        constraints=given,
    )


def _said(holder: Any, name: str) -> str:
    return values.text(values.members(holder).get(name))


def _to_event(item: Meta) -> ev.AnyEvent:
    found = values.record(item.payload)
    if item.type in ENVIRONMENT:
        return ev.SessionUpdated(at=item.at, client=client(**{ENVIRONMENT[item.type]: found}))
    if item.type == "USER_AGENT_DATA":
        return ev.SessionUpdated(at=item.at, client=_user_agent(values.members(found)))
    if item.type in ("MEDIA_CONSTRAINT", "MEDIA_DEVICES_SUPPORTED_CONSTRAINTS"):
        return constraints(item.at, found)
    if item.type == "USER_MEDIA_ERROR":
        return media_access_failed(item.at, error_text(found))
    if item.type == "LOCAL_SDP":
        return ev.Described(at=item.at, connection=item.connection, side="local", kind="", sdp=_sdp(found))
    return ev.AppReported(at=item.at, name=item.type, value=found, connection=item.connection, track=item.track)


def _user_agent(given: dict[str, Any]) -> ev.Client:
    return client(
        browser=given.get("browser"),
        os=given.get("os"),
        engine=given.get("engine"),
        platform=given.get("device"),
        agent=values.words(given.get("ua")),
        cpu=given.get("cpu"),
    )


def error_text(payload: Any) -> str:
    """The text of a getUserMedia failure, wherever the SDK put it."""
    if isinstance(payload, dict):
        return next((found for name in ("error", "message", "name") if (found := values.words(payload.get(name)))), "")
    return values.words(payload)


def _sdp(payload: Any) -> str:
    if isinstance(payload, list):
        return "\n".join(line for line in payload if isinstance(line, str))
    return error_text({"message": payload.get("sdp")}) if isinstance(payload, dict) else values.words(payload)


ENVIRONMENT = {"BROWSER": "browser", "ENGINE": "engine", "PLATFORM": "platform", "OPERATION_SYSTEM": "os"}
