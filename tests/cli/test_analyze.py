"""`rtclens analyze` explains files: what it prints is a contract for scripts, and a report for people."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rtclens.cli.analyze import analyze
from rtclens.model import facts

DATA = Path(__file__).parents[1] / "data" / "dumps"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(analyze, [str(argument) for argument in arguments])


def document(*files: Path) -> dict[str, Any]:
    result = run("--json", *files)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def impaired() -> dict[str, Any]:
    return document(DATA / "impair-a.dump.gz", DATA / "impair-b.dump.gz")


def test_two_files_are_one_call_of_two_people(impaired: dict[str, Any]) -> None:
    (call,) = impaired["calls"]
    assert [one["external_id"] for one in call["participants"]] == ["impair-a", "impair-b"]
    assert call["external_id"].startswith("conf-impair")
    assert [len(one["sessions"]) for one in call["participants"]] == [1, 1]
    assert call["topology"] == "p2p"


def test_the_document_has_its_members(impaired: dict[str, Any]) -> None:
    (call,) = impaired["calls"]
    assert {"id", "external_id", "started", "ended", "participants", "findings", "scores"} <= call.keys()
    assert {"id", "external_id", "name", "sessions", "verdict"} <= call["participants"][0].keys()
    finding = call["findings"][0]
    wanted = {"id", "detector", "severity", "scope", "subject", "opened", "closed", "participant", "cause", "evidence"}
    assert wanted | {"statement"} <= finding.keys()
    assert {"segment", "participant", "confidence", "rule", "reason"} <= finding["cause"].keys()


def test_findings_speak_the_vocabulary(impaired: dict[str, Any]) -> None:
    segments = facts.Segment.__args__  # type: ignore[attr-defined]
    scopes = facts.Scope.__args__  # type: ignore[attr-defined]
    (call,) = impaired["calls"]
    for finding in call["findings"]:
        assert finding["severity"] in facts.SEVERITIES
        assert finding["cause"]["segment"] in segments
        assert finding["scope"] in scopes
        assert finding["participant"] in ("impair-a", "impair-b")
        assert finding["cause"]["participant"] in (None, "impair-a", "impair-b")
        assert MOMENT.fullmatch(finding["opened"])
        assert finding["closed"] is None or MOMENT.fullmatch(finding["closed"])
        assert finding["evidence"]


def test_loss_and_a_narrow_uplink_are_found(impaired: dict[str, Any]) -> None:
    """12 s clean, 25 s of loss both ways, 25 s with a's uplink cut to 200 kbit/s, 12 s clean."""
    (call,) = impaired["calls"]
    found = {(finding["detector"], finding["participant"]) for finding in call["findings"]}
    assert {("in_loss_high", "impair-a"), ("in_loss_high", "impair-b")} <= found
    narrow = [f for f in call["findings"] if f["detector"] in ("video_limited_bandwidth", "uplink_congested")]
    assert {finding["participant"] for finding in narrow} == {"impair-a"}
    assert {finding["cause"]["participant"] for finding in narrow} <= {"impair-a", None}
    assert {finding["cause"]["segment"] for finding in narrow} <= {"sender_uplink", "mixed"}


RULE = """
[[rule]]
id = "acme_any_loss"
title = "Loss above our promise"
subject = ["in_audio"]
metric = "loss_ratio"
above = 0.01
need_s = 4
of_s = 10
severity = "low"
statement = "More is lost than we promise."
"""


def test_rules_of_ones_own_are_evaluated_beside_the_catalogue(impaired: dict[str, Any], tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULE)
    files = (DATA / "impair-a.dump.gz", DATA / "impair-b.dump.gz")
    result = run("--json", "--rules", rules, *files)
    assert result.exit_code == 0, result.output
    found = {finding["detector"] for finding in json.loads(result.stdout)["calls"][0]["findings"]}
    assert found == {finding["detector"] for finding in impaired["calls"][0]["findings"]} | {"acme_any_loss"}
    assert "Loss above our promise" in run("--rules", rules, *files).output
    rules.write_text(RULE.replace("loss_ratio", "no_such_metric"))
    assert "no_such_metric" in run("--rules", rules, *files).output


def test_wrong_credentials_are_named_as_configuration() -> None:
    (call,) = document(DATA / "turn-bad-0.dump.gz", DATA / "turn-bad-1.dump.gz")["calls"]
    causes = {finding["cause"]["segment"] for finding in call["findings"] if finding["detector"] == "turn_auth_failed"}
    assert causes == {"signalling_config"}


def test_both_of_chromes_dumps_of_one_run_give_the_same_findings() -> None:
    """The JSON dump is a table of series, the other a trace of polls: the same trouble comes out.

    Only the first tells the connection's configuration, so notes (severity info) about that may differ.
    """
    internals, trace = (
        document(DATA / name)["calls"][0]
        for name in ("webrtc-internals-icefail-live.json.gz", "chrome-rtcstats-dump-icefail-live.jsonl.gz")
    )
    told = [
        [
            (finding["detector"], finding["severity"], finding["cause"]["segment"])
            for finding in call["findings"]
            if finding["severity"] != "info"
        ]
        for call in (internals, trace)
    ]
    assert told[0] == told[1] == [("ice_failed", "critical", told[0][0][2])]
    assert internals["verdict"] == trace["verdict"] == "bad"


def test_refused_access_to_a_camera_is_the_persons_choice() -> None:
    (call,) = document(DATA / "webrtc-internals-gum-live.json.gz")["calls"]
    causes = {finding["detector"]: finding["cause"]["segment"] for finding in call["findings"]}
    assert causes["media_access_denied"] == "person"


def test_a_healthy_call_is_calm() -> None:
    (call,) = document(DATA / "webrtc-internals-happy-a-closed.json.gz")["calls"]
    assert [f for f in call["findings"] if f["severity"] not in ("info", "low")] == []
    assert call["verdict"] == "good"


def test_the_same_files_give_the_same_bytes() -> None:
    files = [DATA / "turn-bad-0.dump.gz", DATA / "turn-bad-1.dump.gz"]
    assert run("--json", *files).stdout_bytes == run("--json", *files).stdout_bytes


def test_the_order_of_the_files_changes_no_finding(impaired: dict[str, Any]) -> None:
    (turned,) = document(DATA / "impair-b.dump.gz", DATA / "impair-a.dump.gz")["calls"]
    (call,) = impaired["calls"]
    assert [f["id"] for f in turned["findings"]] == [f["id"] for f in call["findings"]]


def test_the_call_can_be_named() -> None:
    result = run("--json", "--call", "ticket-17", DATA / "webrtc-internals-gum-live.json.gz")
    assert json.loads(result.stdout)["calls"][0]["external_id"] == "ticket-17"


def test_a_bad_line_is_counted_not_fatal(tmp_path: Path) -> None:
    import gzip

    lines = gzip.decompress((DATA / "turn-bad-0.dump.gz").read_bytes()).split(b"\n")
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"\n".join([*lines[:6], b"[no json", *lines[6:]]))
    found = document(broken)
    (read,) = found["files"]
    assert sum(read["refused"].values()) == 1
    assert {finding["detector"] for finding in found["calls"][0]["findings"]} >= {"turn_auth_failed"}


@pytest.mark.parametrize("content", [b"", b"what is this", b"<html></html>", b"\x1f\x8bxx", b'{"a": 1}'])
def test_an_unreadable_file_ends_with_2(tmp_path: Path, content: bytes) -> None:
    strange = tmp_path / "strange"
    strange.write_bytes(content)
    result = run("--json", strange)
    assert result.exit_code == 2
    assert json.loads(result.stdout)["calls"] == []
    assert "strange: " in result.stderr


def test_a_missing_file_ends_with_2(tmp_path: Path) -> None:
    result = run("--json", tmp_path / "none.json")
    assert result.exit_code == 2
    assert "No such file" in result.stderr


def test_the_readable_files_are_explained_beside_an_unreadable_one(tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.write_bytes(b"?")
    result = run("--json", strange, DATA / "turn-bad-0.dump.gz")
    assert result.exit_code == 2
    assert [one["external_id"] for one in json.loads(result.stdout)["calls"][0]["participants"]] == ["turn-bad-0"]


def test_impossible_times_end_nothing_and_are_counted(tmp_path: Path) -> None:
    """A time beyond the century, as damage makes them, must not be waited for."""
    opened = {"kind": "ws-open", "ts": 1_700_000_000_000, "conn": 0, "path": "/rtcstats/r", "protocol": "rtcstats#5.0"}
    message = {"kind": "ws-msg", "conn": 0, "data": '[":x",null,1,1700000000000]'}
    lines = [{"kind": "meta", "seq": 0, "ts": 0}, opened, message | {"ts": 1_700_000_000_500}, message | {"ts": 1e34}]
    strange = tmp_path / "strange.jsonl"
    strange.write_text("\n".join(json.dumps(line) for line in lines))
    found = document(strange)
    assert found["files"][0]["refused"] == {"bad_value": 1}
    assert found["calls"][0]["started"].startswith("2023-11-14T22:13:20")


def test_the_report_tells_who_how_and_why() -> None:
    result = run(DATA / "impair-a.dump.gz", DATA / "impair-b.dump.gz")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    for said in ("impair-a", "impair-b", "BAD", "Packets are lost", "in_loss_high", "because", "shown by", "limit 5 %"):
        assert said in text
    assert "What could not be judged" in text


def test_the_report_says_what_a_dump_cannot_tell() -> None:
    result = run(DATA / "webrtc-internals-icefail-live.json.gz")
    assert "connections closed before the download" in " ".join(result.stdout.split())
