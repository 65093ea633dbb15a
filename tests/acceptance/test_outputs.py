"""A call comes in through a door; a webhook hears that it began, what was wrong, and that it ended."""

from __future__ import annotations

import json
from pathlib import Path

from tests.acceptance.conftest import play
from tests.outputs.receiver import Receiver, receiver

from rtclens.demo.process import IMPATIENT, ServerProcess

CONFIGURATION = """
[[sink]]
name = "hook"
type = "webhook"
url = "{url}"
secret = "s3cret"
events = ["call.*", "finding.*"]

[[sink]]
name = "reports"
type = "file"
path = "reports.jsonl"
format = "observertc-2"
samples = true

[[alert]]
name = "trouble"
sink = "hook"
severity = "medium"
"""


def kinds(found: Receiver) -> set[str]:
    return {record["type"] for record in found.accepted}


def test_a_webhook_hears_of_a_call_also_over_kill_9(tmp_path: Path):
    with receiver() as hook:
        (tmp_path / "outputs.toml").write_text(CONFIGURATION.format(url=hook.url))
        process = ServerProcess(tmp_path, environ=IMPATIENT)
        process.start()
        try:
            play(process, "rtcstats-ice-fail", "out")
            assert hook.wait(lambda found: {"call.started", "finding.opened", "alert"} <= kinds(found))
            process.settle()
            process.kill()
            process.start()
            play(process, "rtcstats-impair", "after")
            process.settle()
            stored = {row["call_id"] for row in process.sql("SELECT call_id FROM calls")}
            assert len(stored) >= 2
            assert hook.wait(lambda found: set(calls(found)) == stored and "call.ended" in kinds(found))
            assert process.metric("rtclens_outputs_dead_letters_total") == 0
            assert process.metric("rtclens_outputs_delivered_total") > 0
        finally:
            process.stop()
        announced = [record["id"] for record in hook.accepted if record["type"] == "call.started"]
        assert len(announced) == len(set(announced)) == len(stored)
        assert all(request[0]["rtclens-signature"].startswith("v1=") for request in hook.requests)
        reports = (tmp_path / "reports.jsonl").read_text()
        assert {"CALL_EVENT", "ICE_CANDIDATE_PAIR"} <= {json.loads(line)["type"] for line in reports.splitlines()}


def calls(found: Receiver) -> dict[str, str]:
    """Call ids that were announced."""
    told = [record["record"] for record in found.accepted if record["type"] == "call.started"]
    return {record["fact"]["call_id"]: record["names"]["call"] for record in told}
