"""A file is taken whole or refused with every mistake it holds."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.outputs.world import AT, call, finding, moments

from rtclens.cli import main
from rtclens.outputs import Outputs
from rtclens.outputs.configuration import ConfigurationError, load, parse
from rtclens.outputs.directory import Directory
from rtclens.outputs.filters import Filter
from rtclens.outputs.targets import url_problem

GOOD = """
allow_hosts = ["*.example.com"]

[[sink]]
name = "ops"
type = "webhook"
url = "https://hooks.example.com/in"
secret_env = "HOOK"
events = ["call.*", "finding.opened"]
severity = "medium"

[[sink]]
name = "lake"
type = "kafka"
servers = "127.0.0.1:9092"
format = "observertc-1"
encoding = "avro"
samples = true

[[alert]]
name = "freezes"
sink = "ops"
detectors = ["freeze*"]
"""


def test_a_good_file():
    configuration = parse(GOOD, {"HOOK": "x"})
    assert [sink.name for sink in configuration.sink] == ["ops", "lake"]
    assert configuration.wants_samples


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("https://hooks.example.com", "ftp://hooks.example.com"), "only http and https"),
        (("https://hooks.example.com", "file:///etc/passwd"), "only http and https"),
        (("hooks.example.com/in", "evil.example.org/in"), "not in allow_hosts"),
        (("https://hooks", "https://user:pw@hooks"), "credentials"),
        (('name = "lake"', 'name = "ops"'), "two sinks are named 'ops'"),
        (('sink = "ops"', 'sink = "opps"'), "there is no sink 'opps'"),
        (('"call.*"', '"calls.*"'), "no event matches 'calls.*'"),
        (('format = "observertc-1"', 'format = "observertc-2"'), "avro is the encoding"),
        (('severity = "medium"', 'severity = "awful"'), "severity"),
        (('type = "kafka"', 'type = "pigeon"'), "pigeon"),
        (('servers = "127.0.0.1:9092"', 'server = "x"'), "server"),
        (("[[alert]]", "[[alert"), "not TOML"),
        (('detectors = ["freeze*"]', 'verdicts = ["bad"]\nseverity = "low"'), "verdicts are of calls"),
    ],
)
def test_what_is_wrong_is_said(change, expected):
    with pytest.raises(ConfigurationError) as caught:
        parse(GOOD.replace(*change), {"HOOK": "x"})
    assert any(expected in problem for problem in caught.value.problems), caught.value.problems


def test_all_mistakes_are_told_together():
    text = GOOD.replace('sink = "ops"', 'sink = "opps"').replace("https://", "gopher://")
    with pytest.raises(ConfigurationError) as caught:
        parse(text, {})
    assert len(caught.value.problems) == 3


def test_link_local_addresses_are_refused_unless_listed():
    assert "link-local" in url_problem("http://169.254.169.254/latest", [])
    assert "link-local" in url_problem("http://[fe80::1]/", [])
    assert url_problem("http://169.254.169.254/latest", ["169.254.169.254"]) == ""
    assert url_problem("http://127.0.0.1:8080/", []) == ""


def test_the_file_of_the_data_folder_is_found(tmp_path):
    assert load("", tmp_path) is None
    (tmp_path / "outputs.toml").write_text('[[sink]]\nname = "f"\ntype = "file"\npath = "f.jsonl"\n')
    assert load("", tmp_path).sink[0].path == "f.jsonl"
    with pytest.raises(ConfigurationError):
        load(str(tmp_path / "missing.toml"), tmp_path)


def test_the_command_checks(tmp_path):
    (tmp_path / "outputs.toml").write_text('[[sink]]\nname = "f"\ntype = "file"\npath = "f.jsonl"\n')
    good = CliRunner().invoke(main, ["outputs", "check", "--data", str(tmp_path)])
    assert good.exit_code == 0
    assert "sink f: file" in good.output
    (tmp_path / "outputs.toml").write_text('[[sink]]\nname = "f"\ntype = "file"\n')
    bad = CliRunner().invoke(main, ["outputs", "check", "--data", str(tmp_path)])
    assert bad.exit_code == 1
    assert "path" in bad.output


def passing(filter_: Filter, *facts) -> list[str]:
    return [moment.event for moment in Directory().take(facts) if filter_.passes(moment)]


def test_filters():
    low, high = finding(severity="low"), finding(finding_id="f2", severity="high", detector="no_media")
    assert passing(Filter(), call(), low, high) == ["call.started", "finding.opened", "finding.opened"]
    assert passing(Filter(apps=("other",)), call(), low) == []
    assert passing(Filter(apps=("app",)), call()) == ["call.started"]
    assert passing(Filter(events=("call.*",)), call(), low) == ["call.started"]
    assert passing(Filter(severity="medium"), call(), low, high) == ["call.started", "finding.opened"]
    assert passing(Filter(detectors=("fre*",)), low, high) == ["finding.opened"]
    ended = call(ended_at=AT + 1)
    assert passing(Filter(events=("*.ended",)), ended) == ["call.ended"]


def test_batches_pass_whatever_the_events_are():
    batch = next(moment for moment in moments() if moment.batch)
    assert Filter(events=("call.*",)).passes(batch)
    assert not Filter(apps=("other",)).passes(batch)


def test_the_command_shows_what_a_sink_would_get(tmp_path):
    (tmp_path / "outputs.toml").write_text('[[sink]]\nname = "f"\ntype = "file"\npath = "f.jsonl"\n')
    outputs = Outputs(load("", tmp_path), tmp_path)
    outputs.take([call(), finding()])
    outputs.stop()
    shown = CliRunner().invoke(main, ["outputs", "tail", "--data", str(tmp_path), "--format", "observer-3"])
    assert [json.loads(line)["name"] for line in shown.output.splitlines()] == ["call-added", "client-issue"]
