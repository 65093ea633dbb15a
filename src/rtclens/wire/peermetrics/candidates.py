"""ICE candidates and gathering errors as browsers turn them into JSON.

Enters: the members of `RTCIceCandidate` and `RTCPeerConnectionIceErrorEvent`. Leaves: `Candidate`, the members of
`CandidateFailed`. What a browser leaves out is read from the candidate line.
"""

from __future__ import annotations

from typing import Any

from rtclens.model.events import Candidate
from rtclens.wire.common.sdp import parse_candidate

TEXTS = {
    "address": "address",
    "protocol": "protocol",
    "type": "type",
    "tcpType": "tcp_type",
    "relatedAddress": "related_address",
    "foundation": "foundation",
    "sdpMid": "mid",
    "usernameFragment": "username_fragment",
    "url": "url",
    "relayProtocol": "relay_protocol",
}
NUMBERS = {"port": "port", "relatedPort": "related_port", "priority": "priority", "sdpMLineIndex": "mline_index"}
FAILURE_TEXTS = {"errorText": "text", "url": "url", "address": "address"}
FAILURE_NUMBERS = {"errorCode": "code", "port": "port"}


def read_candidate(data: dict[str, Any]) -> Candidate:
    """A candidate from `RTCIceCandidate.toJSON()` and its fuller relatives."""
    line = data.get("candidate")
    candidate = parse_candidate(line) if isinstance(line, str) else Candidate()
    for name, value in (_members(data, TEXTS, NUMBERS)).items():
        setattr(candidate, name, value)
    candidate.address = candidate.address.removeprefix("[").removesuffix("]")
    return candidate


def read_failure(data: dict[str, Any]) -> dict[str, Any]:
    """Code, text, server and local address of an error, as far as the event says."""
    return _members(data, FAILURE_TEXTS, FAILURE_NUMBERS)


def _members(data: dict[str, Any], texts: dict[str, str], numbers: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for member, name in texts.items():
        if isinstance(data.get(member), str) and data[member]:
            said[name] = data[member]
    for member, name in numbers.items():
        if isinstance(data.get(member), int) and not isinstance(data[member], bool):
            said[name] = data[member]
    return said
