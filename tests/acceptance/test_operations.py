"""What an operator sees: health, metrics, and pages with strict headers."""

import re
from pathlib import Path

import httpx
from tests.acceptance.conftest import play

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()


def test_every_metric_is_documented_and_every_documented_metric_exists(running):
    play(running, "rtcstats-turn-bad", "operations")
    httpx.post(f"{running.url}/observertc/{running.app.api_key}/c/p", content=b"?", trust_env=False)
    running.settle()
    text = httpx.get(running.url + "/metrics", trust_env=False).text
    told = set(re.findall(r"^# TYPE (rtclens_\w+)", text, re.MULTILINE))
    documented = set(re.findall(r"^\| `(rtclens_\w+)`", PAGE, re.MULTILINE))
    assert told <= documented
    streams = {name for name in documented if name.startswith(("rtclens_spool_", "rtclens_stream_"))}
    assert documented - told <= streams  # those of the other kind of stream
    assert told & streams


def test_health_and_readiness(running):
    assert httpx.get(running.url + "/healthz", trust_env=False).json()["status"] == "ok"
    assert httpx.get(running.url + "/readyz", trust_env=False).status_code == 200


def test_the_log_holds_no_token(running):
    play(running, "rtcstats-turn-bad", "secrets")
    assert "rtcstats-token" not in running.log()
    assert running.app.token not in running.log()


def test_reads_need_a_token(running):
    for path in ("/calls", "/overview", "/sql/schema", "/me"):
        assert httpx.get(f"{running.url}/api/v1{path}", trust_env=False).status_code == 401, path
