"""Every detector, declared. Enters: nothing. Leaves: the catalogue by id."""

from __future__ import annotations

from rtclens.analysis.detectors import connection, media, network
from rtclens.analysis.detectors.grammar import Detector

ALL: tuple[Detector, ...] = (*connection.DETECTORS, *network.DETECTORS, *media.DETECTORS)
BY_ID: dict[str, Detector] = {detector.id: detector for detector in ALL}
