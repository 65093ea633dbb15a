"""Mask the events of a batch.

Enters: a decoded batch and the app's profile. Leaves: the batch with addresses, secrets and free text masked, in
place. Statistics other than candidate addresses identify nobody and pass untouched, so samples cost almost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from rtclens.edge.privacy.addresses import mask_address, mask_text, mask_url
from rtclens.edge.privacy.sdp import mask_candidate_line, mask_sdp
from rtclens.model import events as ev
from rtclens.model.stats import LocalCandidate, RemoteCandidate

Profile = Literal["standard", "off"]

DROPPED_KEYS = frozenset({"credential", "password", "accesstoken", "access_token", "token", "username", "ice-pwd"})
ADDRESS_KEYS = frozenset({"address", "ip", "ipaddress", "relatedaddress", "hostcandidate", "host_candidate"})
MAX_DEPTH = 16


def mask(batch: ev.Batch, profile: Profile) -> ev.Batch:
    """The batch as it may be stored under `profile`."""
    if profile == "off":
        return batch
    for event in batch.events:
        rule = RULES.get(type(event))
        if rule is not None:
            rule(event)
    return batch


def _mask_sample(event: ev.Sample) -> None:
    for candidate in event.stats.local_candidate:
        _mask_report(candidate)
    for remote in event.stats.remote_candidate:
        _mask_report(remote)
    for certificate in event.stats.certificate:
        certificate.base64Certificate = None


def _mask_report(candidate: LocalCandidate | RemoteCandidate) -> None:
    if candidate.address and candidate.candidateType != "relay":
        candidate.address = mask_address(candidate.address)
    if candidate.relatedAddress:
        candidate.relatedAddress = mask_address(candidate.relatedAddress)
    if candidate.url:
        candidate.url = mask_url(candidate.url)
    if candidate.extra:
        candidate.extra = mask_value(candidate.extra)


def _mask_candidate(event: ev.CandidateGathered) -> None:
    candidate = event.candidate
    if candidate is None:
        return
    candidate.line = mask_candidate_line(candidate.line)
    if candidate.type != "relay":
        candidate.address = mask_address(candidate.address)
    candidate.related_address = mask_address(candidate.related_address)
    candidate.url = mask_url(candidate.url) if candidate.url else ""


def _mask_candidate_error(event: ev.CandidateFailed) -> None:
    event.address = mask_address(event.address)
    event.text = mask_text(event.text)
    event.url = mask_url(event.url) if event.url else ""


def _mask_call(event: ev.ApiCalled) -> None:
    event.value = mask_value(event.value)
    event.error = mask_text(event.error)


def _mask_description(event: ev.Described) -> None:
    event.sdp = mask_sdp(event.sdp)


def _mask_connection(event: ev.ConnectionOpened) -> None:
    if event.config is not None:
        event.config = mask_value(event.config)


def _mask_session(event: ev.SessionOpened | ev.SessionUpdated) -> None:
    client = event.client
    if client is None:
        return
    client.address = ", ".join(mask_address(part.strip()) for part in client.address.split(","))
    client.url = mask_url(client.url) if client.url else ""
    client.extra = mask_value(client.extra) if client.extra else None


def _mask_access(event: ev.MediaAccess) -> None:
    event.message = mask_text(event.message)


def _mask_any_value(event: ev.Notified | ev.AppReported | ev.ClientIssue) -> None:
    event.value = mask_value(event.value)


def mask_value(value: Any, key: str = "", depth: int = 0) -> Any:
    """A JSON value with credentials removed and addresses masked, wherever they stand."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {
            name: mask_value(inner, str(name).lower(), depth + 1)
            for name, inner in value.items()
            if str(name).lower() not in DROPPED_KEYS
        }
    if isinstance(value, list):
        return [mask_value(inner, key, depth + 1) for inner in value]
    return _mask_string(value, key) if isinstance(value, str) else value


def _mask_string(text: str, key: str) -> str:
    if key in ADDRESS_KEYS:
        return mask_address(text)
    if key in ("sdp", "localdescription", "remotedescription") or text.startswith("v=0"):
        return mask_sdp(text)
    if key in ("url", "urls"):
        return mask_url(text)
    if text.startswith(("candidate:", "a=candidate:")):
        return mask_candidate_line(text)
    return mask_text(text)


RULES: dict[type, Callable[[Any], None]] = {
    ev.Sample: _mask_sample,
    ev.CandidateGathered: _mask_candidate,
    ev.CandidateFailed: _mask_candidate_error,
    ev.ApiCalled: _mask_call,
    ev.Described: _mask_description,
    ev.ConnectionOpened: _mask_connection,
    ev.SessionOpened: _mask_session,
    ev.SessionUpdated: _mask_session,
    ev.MediaAccess: _mask_access,
    ev.Notified: _mask_any_value,
    ev.AppReported: _mask_any_value,
    ev.ClientIssue: _mask_any_value,
}
