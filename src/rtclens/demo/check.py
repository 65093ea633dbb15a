"""Compare what the server found with what was really wrong.

Enters: a scene and the findings of its call as the API gives them. Leaves: the list of complaints, empty when right.
"""

from __future__ import annotations

from typing import Any

from rtclens.demo.scenes import PEOPLE, Fault, Scene


def complaints(scene: Scene, call: dict[str, Any] | None) -> list[str]:
    """What is missing or too much in `call` (`GET /api/v1/calls/{id}`), in plain words."""
    if call is None:
        return [f"{scene.room}: the call is not there"]
    names = {person["participant_id"]: person["external_id"] for person in call["participants"]}
    found = call["findings"]
    if not scene.faults:
        return [f"{scene.room}: {item['detector']} {_whose(item, names)} in a healthy call" for item in found]
    return [f"{scene.room}: {missed(fault)}" for fault in scene.faults if not _is_found(fault, found, names)]


def missed(fault: Fault) -> str:
    """The fault in words."""
    cause = f" with cause {' or '.join(sorted(fault.segments))}" if fault.segments else ""
    return f"none of {', '.join(sorted(fault.detectors))} was found at {PEOPLE[fault.person]}{cause}"


def _is_found(fault: Fault, findings: list[dict[str, Any]], names: dict[str, str]) -> bool:
    return any(_matches(fault, item, names) for item in findings)


def _matches(fault: Fault, item: dict[str, Any], names: dict[str, str]) -> bool:
    if item["detector"] not in fault.detectors:
        return False
    if fault.segments and item.get("cause_segment", "") not in fault.segments:
        return False
    return names.get(item.get("participant_id", ""), "") in (PEOPLE[fault.person], fault.person)


def _whose(item: dict[str, Any], names: dict[str, str]) -> str:
    return "at " + names.get(item.get("participant_id", ""), "the call")
