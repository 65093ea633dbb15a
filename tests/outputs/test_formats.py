"""Every record has exactly the fields of its published table, of the table's types."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path

import pytest
from tests.outputs.world import AT, finding, moments

from rtclens.model import facts
from rtclens.outputs import observer3, observertc1, observertc2, own
from rtclens.outputs.directory import Directory
from rtclens.outputs.moments import Options, Record
from rtclens.outputs.tables import table

DATA = Path(__file__).resolve().parents[1] / "data" / "outputs"
OPTIONS = Options(service_id="svc", service_name="Service", marker="blue", address_salt="salt")
PLAIN = {"string": str, "boolean": bool}


def fields(name: str) -> dict[str, dict[str, tuple[str, bool]]]:
    return json.loads((DATA / f"{name}-fields.json").read_text())


def records(mapper) -> list[Record]:
    return [record for moment in moments() for record in mapper(moment, OPTIONS)]


def check(payload: dict, expected: dict[str, tuple[str, bool]], enums: dict[str, list[str]]) -> None:
    assert list(payload) == list(expected)
    for name, (kind, required) in expected.items():
        value = payload[name]
        if value is None:
            assert not required, name
        elif kind == "number":
            assert isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value), name
        elif kind in enums:
            assert value in enums[kind], name
        else:
            assert isinstance(value, PLAIN[kind]), name


def test_first_generation_reports_have_the_fields_of_their_tables():
    tables, enums = fields("observertc1"), table("observertc1").enums
    envelope = {name: kind for name, kind in tables["Report"].items() if name != "payload"}
    seen = set()
    for record in records(observertc1.records):
        expected = tables[record.message]
        check({name: record.body[name] for name in expected}, expected, enums)
        check({name: record.body[name] for name in envelope}, envelope, enums)
        assert set(record.body) == set(expected) | set(envelope)
        assert record.key == (record.body.get("peerConnectionUUID") or "svc")
        seen.add(record.type)
    assert seen == set(observertc1.TYPES)


def test_second_generation_reports_have_the_fields_of_their_tables():
    tables = fields("observertc2")
    seen = set()
    for record in records(observertc2.records):
        assert list(record.body) == ["type", "schemaVersion", "payload"]
        check(record.body["payload"], tables[record.message], {})
        seen.add(record.type)
    assert seen == set(table("observertc2").types) - {
        "OBSERVER_EVENT",  # declared, never produced by the original either
        "SFU_META_DATA",
        "SFU_EVENT",  # of sessions of media servers, see below
        "SFU_EXTENSION_DATA",
        "CLIENT_EXTENSION_DATA",
    }


@pytest.mark.parametrize("name", ["observertc1", "observertc2"])
def test_the_tables_that_fill_records_are_the_published_ones(name):
    published = fields(name)
    ours = table(name).records
    assert {m: [(n, r) for n, _, r in rows] for m, rows in ours.items()} == {
        m: [(n, required) for n, (_, required) in rows.items()] for m, rows in published.items()
    }


def test_call_events_tell_the_life_of_a_call():
    events = [r.body["payload"] for r in records(observertc2.records) if r.type == "CALL_EVENT"]
    names = [event["name"] for event in events]
    for began, ended in (
        ("CALL_STARTED", "CALL_ENDED"),
        ("CLIENT_JOINED", "CLIENT_LEFT"),
        ("PEER_CONNECTION_OPENED", "PEER_CONNECTION_CLOSED"),
        ("MEDIA_TRACK_ADDED", "MEDIA_TRACK_REMOVED"),
    ):
        assert names.count(began) == names.count(ended) > 0
    added = next(event for event in events if event["name"] == "MEDIA_TRACK_ADDED")
    told = json.loads(base64.b64decode(added["attachments"]))
    assert told["streamDirection"] in ("INBOUND", "OUTBOUND")
    assert told["mediaKind"] in ("AUDIO", "VIDEO")
    assert added["roomId"] == "c1"


def test_inbound_tracks_name_their_publisher():
    rows = [r.body["payload"] for r in records(observertc2.records) if r.type == "INBOUND_VIDEO_TRACK"]
    linked = {(row["clientId"], row["remoteClientId"]) for row in rows}
    assert {("a", "b"), ("b", "a")} <= linked


def test_counters_pass_unchanged_and_what_is_unknown_is_null():
    sampled = next(m for m in moments() if m.batch and m.batch.events[0].__struct_config__.tag == "sample")
    stream = sampled.batch.events[0].stats.inbound_rtp[0]
    report = next(r for r in observertc1.records(sampled, OPTIONS) if r.type == "INBOUND_RTP")
    assert report.body["packetsReceived"] == stream.packetsReceived
    assert report.body["ssrc"] == stream.ssrc
    assert report.body["fecPacketsReceived"] is None


def test_rows_that_a_server_marks_as_internal_are_not_reported():
    pads = [r for r in records(observertc2.records) if r.type == "SFU_INBOUND_RTP_PAD"]
    assert [pad.body["payload"]["ssrc"] for pad in pads] == [1]


def test_todays_observer_event_names():
    told = [r.body for r in records(observer3.records)]
    names = {body["name"] for body in told}
    assert {"call-added", "call-closed", "call-summary", "client-joined", "client-left"} <= names
    assert {"peer-connection-added", "peer-connection-closed", "inbound-track-added", "outbound-track-removed"} <= names
    assert {"ice-connection-state-changed", "inbound-track-muted", "client-event"} <= names
    issue = next(body["issue"] for body in told if body["name"] == "client-issue" and "conclusion" in body["issue"])
    assert issue["conclusion"]["faultDomain"] in (
        "infrastructure",
        "call",
        "published-track",
        "endpoint",
        "client-population",
        "unknown",
    )
    resolved = next(body["resolvedIssue"] for body in told if body["name"] == "client-issue-resolved")
    assert resolved["durationInMs"] == resolved["resolvedAt"] - resolved["raisedAt"] >= 0


def test_our_own_records_hold_the_whole_fact():
    (opened,) = Directory().take([finding()])
    (record,) = own.records(opened, OPTIONS)
    assert record.body["event"] == "finding.opened"
    assert record.body["at"] == AT
    assert record.body["table"] == "findings"
    assert record.body["fact"]["closed_at"] is None
    assert set(record.body["fact"]) == set(finding().__struct_fields__)


@pytest.mark.parametrize("mapper", [m.records for m in (own, observertc1, observertc2, observer3)])
def test_ids_are_stable_and_never_shared(mapper):
    first = [record.id for record in records(mapper)]
    assert len(set(first)) == len(first) > 0
    assert [record.id for record in records(mapper)] == first
    json.dumps([record.body for record in records(mapper)], allow_nan=False)


def test_media_servers_join_and_leave_as_such():
    person = facts.Participant(
        app_id="app", call_id="call_1", participant_id="p", external_id="sfu-1", role="sfu", first_seen_at=AT
    )
    session = facts.Session(
        app_id="app", call_id="call_1", participant_id="p", session_id="s", started_at=AT, ended_at=AT + 1
    )
    told = [r for m in Directory().take([person, session]) for r in observertc2.records(m, OPTIONS)]
    assert [(r.type, r.body["payload"]["name"]) for r in told] == [
        ("SFU_EVENT", "SFU_JOINED"),
        ("SFU_EVENT", "SFU_LEFT"),
    ]
    for record in told:
        check(record.body["payload"], fields("observertc2")[record.message], {})
        assert record.body["payload"]["sfuId"] == "sfu-1"
