"""Joining: `initialize`, `POST /sessions`, `PUT /sessions`.

Enters: the app's ids and names of call and participant, then what the page knows of its browser. Leaves: tokens, and
`SessionOpened`/`SessionUpdated`. `initialize` alone stores nothing: a call exists from its first session on.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rtclens.model.events import AnyEvent, Client, Device, SessionOpened, SessionUpdated
from rtclens.wire.peermetrics.answers import Refused
from rtclens.wire.peermetrics.body import text
from rtclens.wire.peermetrics.contract import App, Settings
from rtclens.wire.peermetrics.identity import derived_uuid, peer_uuid
from rtclens.wire.peermetrics.tokens import JOIN, SESSION, Claims
from rtclens.wire.peermetrics.visit import Visit

SDK = "@peermetrics/sdk"
MAX_TAGS = 5
MAX_TAG_NAME = 64
MAX_TAG_TEXT = 128
MAX_TEXT = 256


def join_claims(body: dict[str, Any], app: App, key: str, at: float, serial: int, settings: Settings) -> Claims:
    """What the first token says; raises `Refused` when the call or the participant has no usable id."""
    call = named(body, "conferenceId", settings.max_id_length)
    participant = named(body, "userId", settings.max_id_length)
    if not call or not participant:
        raise Refused("missing_parameters", "initialize needs apiKey, conferenceId and userId.")
    return Claims(
        JOIN,
        app.app_id,
        key,
        call,
        participant,
        "",
        at,
        serial,
        named(body, "conferenceName", settings.max_id_length),
        named(body, "userName", settings.max_id_length),
    )


def named(body: dict[str, Any], name: str, longest: int) -> str:
    """An id or name: text up to `longest` characters, whole; '' when absent; raises `Refused` for anything else."""
    value = body.get(name)
    if value is None:
        return ""
    content = text(value)
    if content is None or len(content) > longest:
        raise Refused("invalid_parameters", f"{name} must be text of up to {longest} characters.")
    return content


def session_claims(join: Claims, instance: str, at: float) -> Claims:
    """The token of the session that `join` opens; the same join always opens the same session."""
    parts = (join.app, join.call, join.participant, join.issued_at, join.serial, instance)
    return Claims(
        SESSION, join.app, join.key, join.call, join.participant, derived_uuid("session", *parts), at, join.serial
    )


def opened(visit: Visit, join: Claims) -> list[AnyEvent]:
    """The events of `POST /sessions`."""
    at = visit.when()
    tags = _tags(visit)
    client = _client(visit)
    client.sdk = SDK
    client.user_agent = client.user_agent or visit.request.headers.get("user-agent", "")
    client.address = visit.request.address
    client.url = _page(visit.request.headers.get("referer", ""))
    events: list[AnyEvent] = [
        SessionOpened(
            at=at, client=client, call_name=join.call_name, participant_name=join.participant_name, tags=tags or None
        )
    ]
    found = devices(visit.body.get("devices"))
    if found is not None:
        events.append(SessionUpdated(at=at, devices=found))
    return events


def updated(visit: Visit) -> list[AnyEvent]:
    """The events of `PUT /sessions`: what is absent stays as it was."""
    tags = _tags(visit)
    client = _client(visit)
    known = client if client != Client() else None
    return [
        SessionUpdated(at=visit.when(), client=known, devices=devices(visit.body.get("devices")), tags=tags or None)
    ]


def updated_reply(visit: Visit) -> dict[str, Any]:
    """The answer to `PUT /sessions`; the SDK does not read it."""
    claims = visit.claims
    return {
        "data": {
            "id": claims.session,
            "conference": derived_uuid("conference", claims.app, claims.call),
            "participant": peer_uuid(claims.app, claims.participant),
            "devices": visit.body.get("devices") or [],
            "platform": visit.body.get("platform") or {},
            "constraints": visit.body.get("constraints") or {},
            "webrtc_sdk": visit.body.get("webrtcSdk"),
        }
    }


def devices(value: Any) -> list[Device] | None:
    """Entries of `enumerateDevices()`; `None` when the page said nothing about devices."""
    if not isinstance(value, list):
        return None
    return [
        Device(*(text(entry.get(name)) or "" for name in ("kind", "deviceId", "label", "groupId")))
        for entry in value
        if isinstance(entry, dict)
    ]


def _client(visit: Visit) -> Client:
    platform = _object(visit.body.get("platform"))
    browser, system, device = (_object(platform.get(name)) for name in ("browser", "os", "device"))
    return Client(
        browser=_said(browser, "name"),
        browser_version=_said(browser, "version"),
        os=_said(system, "name"),
        os_version=_said(system, "version"),
        device_type=_said(device, "type"),
        device_vendor=_said(device, "vendor"),
        device_model=_said(device, "model"),
        user_agent=_said(platform, "ua"),
        app_version=_said(visit.body, "appVersion")[:MAX_TEXT],
        extra=_extra(visit.body, platform) or None,
    )


def _extra(body: dict[str, Any], platform: dict[str, Any]) -> dict[str, Any]:
    """What no field of `Client` stands for, under the name it came with."""
    known = ("token", "delta", "platform", "devices", "appVersion", "meta")
    said = {name: value for name, value in body.items() if name not in known}
    parts = {name: value for name, value in platform.items() if name not in ("ua", "browser", "os", "device")}
    return {name: value for name, value in (said | parts).items() if value not in ("", None, {}, [])}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _said(values: dict[str, Any], name: str) -> str:
    return text(values.get(name)) or ""


def _page(referer: str) -> str:
    """The page's address without query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else ""


def _tags(visit: Visit) -> dict[str, Any]:
    """The page's `meta`; raises `Refused` where the SDK would have refused it, and cuts what is merely long."""
    meta = visit.body.get("meta")
    if meta is None or meta == []:
        return {}
    if not isinstance(meta, dict) or len(meta) > MAX_TAGS:
        raise Refused("invalid_meta")
    return {name: _tag(visit, name, value) for name, value in meta.items()}


def _tag(visit: Visit, name: str, value: Any) -> Any:
    if len(name) > MAX_TAG_NAME or isinstance(value, dict | list):
        raise Refused("invalid_meta")
    if isinstance(value, str) and len(value) > MAX_TAG_TEXT:
        visit.note(f"meta.{name} was cut to {MAX_TAG_TEXT} characters", "Send shorter values.")
        return value[:MAX_TAG_TEXT]
    return value
