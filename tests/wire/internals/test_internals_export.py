"""What is written in the format of webrtc-internals is read back as it was."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from internals_dumps import START, batches, dump, events, of, read, recorded, report, samples

from rtclens.model.events import (
    Batch,
    CandidateGathered,
    ConnectionOpened,
    Described,
    MediaAccess,
    Origin,
    Sample,
    StateChanged,
    TrackChanged,
)
from rtclens.wire.internals import export

KEPT = (StateChanged, Described, CandidateGathered, TrackChanged, MediaAccess)


def renamed(event: Any) -> Any:
    """The event without what an export renumbers: connection keys and correlation ids."""
    said = msgspec.to_builtins(event)
    return {name: value for name, value in said.items() if name not in ("connection", "correlation")}


@pytest.mark.parametrize("name", ["happy-a-closed", "icefail-live", "impair-live"])
def test_samples_come_back_equal(name: str) -> None:
    before = read(recorded(name))
    after = read(export(batches(before)))
    assert [renamed(one) for one in samples(after)] == [renamed(one) for one in samples(before)]


@pytest.mark.parametrize("name", ["happy-a-closed", "icefail-live", "gum-live"])
def test_events_come_back_equal(name: str) -> None:
    before, after = (events(items) for items in (read(recorded(name)), read(export(batches(read(recorded(name)))))))
    told = [[renamed(one) for one in side if isinstance(one, KEPT)] for side in (before, after)]
    assert told[1] == told[0]
    assert told[0]


def test_series_keep_their_last_thousand_values() -> None:
    stamps = [START + 1000 * index for index in range(1200)]
    before = batches(read(dump(report("T1", "transport", stamps, bytesSent=list(range(1200))))))
    cut = samples(read(export(before)))
    assert [sample.stats.transport[0].bytesSent for sample in cut] == list(range(200, 1200))
    assert len(samples(read(export(before, keep=None)))) == 1200


def test_the_document_has_the_shape_of_todays_browser() -> None:
    told = json.loads(export(batches(read(recorded("icefail-live")))))
    assert told["hardwareConcurrency"] == 2
    (entry,) = told["PeerConnections"].values()
    assert set(entry) == {"pid", "url", "rtcConfiguration", "stats", "updateLog"}
    series = entry["stats"]["P-timestamp"]
    assert set(series) == {"startTime", "endTime", "statsType", "values"}
    assert isinstance(series["values"], str)
    states = [one for one in entry["updateLog"] if one["type"] == "onconnectionstatechange"]
    assert states[-1]["value"] == '"failed"'


def test_a_call_of_two_is_two_renderers() -> None:
    stats = samples(read(recorded("icefail-live")))[0].stats
    happened = [ConnectionOpened(at=START, connection="PC_0"), Sample(at=START, connection="PC_0", stats=stats)]
    told = [Batch(Origin("app", "any", "c", person), START, list(happened)) for person in ("a", "b")]
    assert set(json.loads(export(told))["PeerConnections"]) == {"1-1", "2-1"}
    after = read(export(told))
    assert {batch.origin.participant for batch in batches(after)} == {"p/1", "p/2"}
    assert len(of(ConnectionOpened, after)) == 2


def test_descriptions_known_only_by_effect_are_written_as_calls() -> None:
    described = Described(at=START, connection="PC_0", side="remote", kind="answer", sdp="v=0")
    after = read(export([Batch(Origin("app", "any"), START, [described])]))
    assert [renamed(one) for one in of(Described, after)] == [renamed(described)]


def test_what_was_observed_between_polls_makes_no_polls() -> None:
    """Stamps of the device's pressure are no samples, and far reports stay with the poll that told them."""
    stamps = [START + 1000 * index for index in range(6)]
    pressed = [stamp + 400 for stamp in stamps]
    arrivals = [START + 900, START + 1900, START + 1900, START + 3900, START + 4900]
    stats = report("O1", "outbound-rtp", stamps, ssrc=[5] * 6)
    stats |= report("CP", "compute-pressure", pressed, cpuState=[4, 4, 3, 3, 2, 2])
    stats |= report("R1", "remote-inbound-rtp", arrivals, localId=["O1"] * 5, packetsLost=[0, 1, 1, 2, 3])
    for found in (read(dump(stats)), read(export(batches(read(dump(stats)))))):
        polls = samples(found)
        assert [sample.at for sample in polls] == stamps
        assert [[one.packetsLost for one in sample.stats.remote_inbound_rtp] for sample in polls] == [
            [],
            *([lost] for lost in (0, 1, 1, 2, 3)),
        ]
        assert [sample.stats.compute_pressure[0].cpuState for sample in polls] == [4, 4, 3, 3, 2, 2]


def test_nothing_is_an_empty_dump() -> None:
    assert json.loads(export([])) == {"timestamp": 0.0, "getUserMedia": [], "PeerConnections": {}}
