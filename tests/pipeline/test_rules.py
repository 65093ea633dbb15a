"""Custom detectors: rules are read whole or refused in words, plug-ins join them, a changed file is used at once."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from msgspec.structs import replace

from rtclens.analysis import Detector
from rtclens.demo.recording import load
from rtclens.model.events import Batch
from rtclens.model.facts import Finding
from rtclens.pipeline import rules as rules_module
from rtclens.pipeline.ruled import RuledAnalysis, Rules
from rtclens.pipeline.rules import RulesError, metrics_of, plugins, read_rules
from truth.playback import batches

RULE = """
[[rule]]
id = "acme_long_way"
title = "The round trip is longer than our promise"
subject = ["link"]
metric = "rtt_s"
unit = "s"
above = 0.1
close = 0.08
high = 0.3
need_s = 4
of_s = 5
evidence = ["bwe_bps"]
operator = "Look at the region choice."
"""


def problems(text: str) -> list[str]:
    with pytest.raises(RulesError) as raised:
        read_rules(text)
    return raised.value.problems


def told(analysis: RuledAnalysis) -> list[Finding]:
    """The findings of custom detectors in a call with a long round trip."""
    state = analysis.new_state()
    found: dict[str, Finding] = {}
    for batch in batches(load("rtcstats-impair")):
        assert isinstance(batch, Batch)
        for fact in [*analysis.tick(state, batch.received_at), *analysis.fold(state, batch).facts]:
            if isinstance(fact, Finding) and fact.detector.startswith("acme_"):
                found[fact.finding_id] = fact
    return list(found.values())


def test_a_rule_becomes_a_detector() -> None:
    (detector,) = read_rules(RULE)
    assert (detector.id, detector.scope, detector.kinds) == ("acme_long_way", "connection", ("link",))
    assert (detector.limit, detector.close_limit, detector.high_limit, detector.above) == (0.1, 0.08, 0.3, True)
    assert detector.family == "custom"
    assert detector.remedy.operator == "Look at the region choice."


def test_no_rules_and_rules_that_are_off_are_no_detectors() -> None:
    assert read_rules("") == []
    assert read_rules(RULE + "enabled = false\n") == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("above = 0.1", ""), "acme_long_way: give either `above` or `below`"),
        (("above = 0.1", "above = 0.1\nbelow = 0.1"), "acme_long_way: give either `above` or `below`"),
        (("close = 0.08", "close = 0.2"), "`close` 0.2 lies beyond the limit 0.1"),
        (("high = 0.3", "high = 0.05"), "`high` 0.05 is easier to reach than the limit 0.1"),
        (("need_s = 4", "need_s = 6"), "`need_s` 6 is longer than `of_s` 5"),
        (('"rtt_s"', '"rtt"'), "link has no metric 'rtt', but rtt_s"),
        (('["bwe_bps"]', '["nonsense"]'), "link has no metric 'nonsense'"),
        (('["link"]', '["event"]'), "`subject` is one or more of"),
        (('["link"]', '["link", "in_audio"]'), "`subject` mixes"),
        (("acme_long_way", "rtt_high"), "rtt_high: the catalogue has a detector of this name"),
        (("need_s = 4", "need_s = -1"), ">= 0"),
        (("unit", "units"), "unknown field `units`"),
        (("[[rule]]", "[[rules]]"), "unknown field `rules`"),
        (("[[rule]]", "[[rule"), "line 2"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(change: tuple[str, str], problem: str) -> None:
    (said,) = problems(RULE.replace(*change))[:1]
    assert problem in said


def test_every_problem_is_told_at_once() -> None:
    broken = RULE.replace('"rtt_s"', '"rtt"') + RULE.replace("need_s = 4", "need_s = 9") + RULE + RULE
    assert len(problems(broken)) == 3


def test_a_rule_finds_what_it_declares() -> None:
    rules = Rules()
    rules.detectors = tuple(read_rules(RULE))
    findings = told(RuledAnalysis(rules))
    assert {one.detector for one in findings} == {"acme_long_way"}
    assert all(one.evidence[0].metric == "rtt_s" and one.evidence[0].observed >= 0.1 for one in findings)  # type: ignore[operator]
    assert told(RuledAnalysis(Rules())) == []


def test_a_changed_file_is_used_from_the_next_tick_on(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("")
    rules = Rules(str(path))
    analysis = RuledAnalysis(rules)
    state = analysis.new_state()
    before = len(state.panels["link"].detectors)
    path.write_text(RULE)
    analysis.tick(state, 1e12)
    assert len(state.panels["link"].detectors) == before + 1
    assert not rules.refresh()
    path.write_text(RULE.replace("0.08", "0.5"))
    analysis.tick(state, 1e12 + 1)
    assert "would flap" in rules.problem
    assert len(state.panels["link"].detectors) == before + 1
    os.unlink(path)
    analysis.tick(state, 1e12 + 2)
    assert "No such file" in rules.problem
    path.write_text(RULE + "enabled = false\n")
    analysis.tick(state, 1e12 + 3)
    assert rules.problem == ""
    assert len(state.panels["link"].detectors) == before


def plug(monkeypatch: pytest.MonkeyPatch, *targets: str) -> None:
    points = [EntryPoint(f"p{number}", target, "rtclens.detectors") for number, target in enumerate(targets)]
    monkeypatch.setattr(rules_module, "entry_points", lambda group: EntryPoints(points).select(group=group))


ONE = replace(read_rules(RULE)[0], id="acme_one")
MANY: tuple[Detector, ...] = (replace(ONE, id="acme_two"), replace(ONE, id="acme_three"))
STRANGE = [1]
CLASHING = replace(ONE, id="rtt_high")
BLIND = replace(ONE, metric="no_such")


def made() -> list[Detector]:
    return [replace(ONE, id="acme_made")]


def test_installed_packages_add_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    here = __name__
    plug(monkeypatch, f"{here}:ONE", f"{here}:MANY", f"{here}:made")
    assert [one.id for one in plugins()] == ["acme_one", "acme_two", "acme_three", "acme_made"]
    assert len(told(RuledAnalysis(Rules()))) > 0


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("STRANGE", "p0: gives int"),
        ("missing", "p0: "),
        ("CLASHING", "rtt_high: the catalogue"),
        ("BLIND", "link has no metric 'no_such'"),
    ],
)
def test_a_package_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch, target: str, problem: str) -> None:
    plug(monkeypatch, f"{__name__}:{target}")
    with pytest.raises(RulesError, match=problem):
        plugins()
    rules = Rules()
    assert problem in rules.problem
    assert rules.detectors == ()


def test_rules_may_not_repeat_what_a_package_declares(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plug(monkeypatch, f"{__name__}:ONE")
    path = tmp_path / "rules.toml"
    path.write_text(RULE.replace("acme_long_way", "acme_one"))
    rules = Rules(str(path))
    assert "an installed package declares it too" in rules.problem
    assert [one.id for one in rules.detectors] == ["acme_one"]


def test_metrics_are_listed_by_kind_of_subject() -> None:
    assert "rtt_s" in metrics_of("link")
    assert "loss_ratio" in metrics_of("in_audio")
    assert "start" not in metrics_of("out_video")


DOCS = Path(__file__).parents[2] / "docs" / "custom-detectors.md"


def test_the_how_to_lists_every_metric_and_its_template_is_a_rule() -> None:
    page = DOCS.read_text()
    for kind in ("in_audio", "out_audio", "link"):
        assert ", ".join(f"`{name}`" for name in metrics_of(kind)) in page
    template = page.partition("```toml\n")[2].partition("```")[0]
    (detector,) = read_rules(template)
    assert (detector.id, detector.limit, detector.clear_s) == ("acme_long_way", 0.2, 10)


def test_the_python_template_is_a_detector() -> None:
    code = DOCS.read_text().partition("```python\n")[2].partition("```")[0]
    names: dict[str, tuple[Detector, ...]] = {}
    exec(code, names)
    (detector,) = names["DETECTORS"]
    assert detector.metric in metrics_of(detector.kinds[0])
