"""Every detector, declared. Enters: nothing. Leaves: the catalogue by id."""

from __future__ import annotations

from rtclens.analysis.detectors import beginning, connectivity, network, people, playback, sending
from rtclens.analysis.detectors.grammar import Detector

FOLDERS: dict[str, tuple[Detector, ...]] = {
    "people": people.DETECTORS,
    "beginning": beginning.DETECTORS,
    "connectivity": connectivity.DETECTORS,
    "network": network.DETECTORS,
    "playback": playback.DETECTORS,
    "sending": sending.DETECTORS,
}
ALL: tuple[Detector, ...] = tuple(detector for folder in FOLDERS.values() for detector in folder)
BY_ID: dict[str, Detector] = {detector.id: detector for detector in ALL}
