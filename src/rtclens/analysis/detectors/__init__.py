"""Every detector, declared. Enters: nothing. Leaves: the catalogue by id."""

from __future__ import annotations

from rtclens.analysis.detectors import (
    beginning,
    connectivity,
    devices,
    flow,
    network,
    people,
    playback,
    quality,
    reported,
    sending,
    setup,
    telemetry,
    together,
)
from rtclens.analysis.detectors.grammar import Detector

FOLDERS: dict[str, tuple[Detector, ...]] = {
    "people": people.DETECTORS,
    "beginning": beginning.DETECTORS,
    "connectivity": connectivity.DETECTORS,
    "setup": setup.DETECTORS,
    "network": network.DETECTORS,
    "flow": flow.DETECTORS,
    "playback": playback.DETECTORS,
    "quality": quality.DETECTORS,
    "sending": sending.DETECTORS,
    "devices": devices.DETECTORS,
    "together": together.DETECTORS,
    "telemetry": telemetry.DETECTORS,
    "reported": reported.DETECTORS,
}
ALL: tuple[Detector, ...] = tuple(detector for folder in FOLDERS.values() for detector in folder)
BY_ID: dict[str, Detector] = {detector.id: detector for detector in ALL}
