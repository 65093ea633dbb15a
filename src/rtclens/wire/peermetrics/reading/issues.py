"""The twelve issue codes of this API, and the findings that stand behind each.

Enters: a finding. Leaves: its code, title and explanation. Findings that no code stands for keep their detector's name
as code, so nothing that was found is hidden from a script.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["warning", "error"]


class Issue(msgspec.Struct, frozen=True):
    """One issue code: its level, what a list shows, and the detectors that raise it, most exact first."""

    level: Level
    title: str
    explanation: str
    detectors: tuple[str, ...]
    severities: tuple[str, ...] = ()  # only findings of these; empty: any


GRAVE = ("medium", "high", "critical")
MILD = ("info", "low")
ISSUES: dict[str, Issue] = {
    "no_media_access": Issue(
        "error", "No access to media", "Every attempt to use a camera or microphone failed.", ("media_access_none",)
    ),
    "getusermedia_error": Issue(
        "warning",
        "Problem accessing media",
        "A camera or microphone could not be used.",
        ("media_access_denied", "media_device_missing", "media_device_unreadable", "media_constraints_unmet"),
    ),
    "ice_failed": Issue("error", "ICE failed", "No path between the two ends worked.", ("ice_failed",)),
    "no_connection": Issue(
        "error", "No connection", "The connection never came about.", ("connection_never_established",)
    ),
    "connection_failed": Issue(
        "error", "Connection failed", "An established connection was lost.", ("connection_dropped", "dtls_failed")
    ),
    "connection_disconnected": Issue(
        "warning", "Connection interrupted", "The connection was interrupted for a while.", ("ice_disconnected",)
    ),
    "very_low_emos": Issue("error", "Very poor audio", "Audio scored below 3.", ("audio_score_low",), GRAVE),
    "low_emos": Issue("warning", "Poor audio", "Audio scored below 4.", ("audio_score_low",), MILD),
    "icecandidateerror": Issue(
        "warning",
        "STUN or TURN error",
        "A STUN or TURN server did not answer as it should.",
        ("ice_candidate_error", "turn_auth_failed", "turn_unreachable"),
    ),
    "multiple_rejoins": Issue("warning", "Rejoined", "The participant joined the same call again.", ("rejoin",)),
    "tcp_used": Issue("warning", "Media over TCP", "UDP could not be used.", ("udp_blocked",)),
    "turn_used": Issue("warning", "Relayed", "Media went through a TURN server.", ("relay_used",)),
}


def code_of(detector: str, severity: str) -> str:
    """The issue code of a finding; its detector's own name where no code stands for it."""
    for code, issue in ISSUES.items():
        if detector in issue.detectors and (not issue.severities or severity in issue.severities):
            return code
    return detector


def detectors_of(code: str) -> tuple[str, ...]:
    """The detectors that raise an issue code; a detector's own name stands for itself."""
    issue = ISSUES.get(code)
    return issue.detectors if issue is not None else (code,)


def severities_of(code: str) -> tuple[str, ...]:
    """The severities that an issue code is limited to; empty for any."""
    issue = ISSUES.get(code)
    return issue.severities if issue is not None else ()


def level_of(detector: str, severity: str) -> Level:
    """Warning or error, as the code says; for other findings from their severity."""
    issue = ISSUES.get(code_of(detector, severity))
    if issue is not None:
        return issue.level
    return "error" if severity in ("high", "critical") else "warning"
