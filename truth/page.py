"""`docs/truth.md`: what the benchmark measures, with its current table.

Enters: a `Report`. Leaves: the page's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from truth.playback import Played
from truth.score import Report
from truth.tables import text as tables
from truth.tables import worse

PAGE = Path(__file__).resolve().parent.parent / "docs" / "truth.md"
INTRODUCTION = """# The benchmark of truth

Does the analysis name the right cause, at the right person, in time, and keep quiet on healthy calls? `make truth`
answers with numbers; `make truth ARGS=--write` writes this page.

**Calls.** Real browsers with unmodified SDKs (rtcstats, ObserveRTC client-monitor 4 and 3, Peer Metrics), one to three
people, direct, relayed and through media servers, healthy and with faults that were injected: loss, delay, a rate
limit, outages, a path that never opens, a starved machine, a camera that stands still, missing devices and permissions,
refused relays, unanswered offers, reloads, crashes. Recordings are in `truth/recordings` and in the demo. They are
decoded and folded in this process exactly as a server does while a call goes on, with ticks of its clock, which takes
seconds.

**Labels.** `truth/labels.toml` says for each scenario from which mark to which mark of the recording what was wrong,
which detectors should tell it and which may, which segments are right answers (the best first) and who is to blame.
A label comes from what was done to the call, never from what an analysis said. Where one path between two people is
impaired, the data cannot tell whose side it was: leaving the cause open is right too.

**Counting.** A finding belongs to a fault if it begins within it (10 s early for the sample interval that shows it,
20 s late for buffers and rates that settle). Findings of severity `info` are not counted. Everything else that no
label explains is `false` in healthy time and `beside a fault` otherwise. The answer to a fault is the cause of its
gravest finding that names one. Seconds to detect run on the arrival of the data: clients that send every 8 or 10 s
cannot be found out sooner.

**Floor.** `truth/floor.json` holds the best figures reached; a test fails when one falls, and
`make truth ARGS=--raise-floor` only ever makes it stricter.

**Out of sample.** Nineteen generated calls with 17 faults were recorded on an idle machine, half of them through
Debian's janus, after the analysis had last been changed. The first result, before anything was changed for them:
found 15, right 12, wrong 0, left open 3 (loss and a rate limit towards one receiver and a rate limit towards the
server), no false finding in 0.05 healthy hours; of 100 findings 10 were unexpected beside a fault, two of them with a
wrong device. The two that were not found: jitter that was told as packets asked for again, which its label did not
know, and three busy threads that did no harm to an idle machine. What was learned from them holds for any call: who
sends a stream need not be known to see that nobody loses packets before the server, a decoder without whole frames is
not to blame, both ends' uplinks do not fill at the same moment, and a direct path that is closed wants a relay.

**Worse clients.** The recordings are also played as others would have told them: sampled less often, with clocks that
are five minutes wrong, with streams that begin anew, by browsers that report less. A test demands that this makes no
false finding and no confident wrong cause; how much less is found stands in the last table. Two rooms of three, made
one call of six, keep their faults apart.

**Limits.** The older recordings were made several at a time on two busy cores, so some low frame rates in them are
real load. They are few, and a figure over a handful of faults is a direction, not a statistic. The recordings of the
paragraph above are no longer out of sample. `python -m truth.generator` makes more.

"""


def text(report: Report, distorted: dict[str, Report]) -> str:
    """The page."""
    return INTRODUCTION + tables(report) + "\n" + worse(distorted)


def findings(played: Played) -> Iterator[str]:
    """Every finding of a recording, one a line."""
    yield f"{played.name}: {played.start_s:.1f}-{played.end_s:.1f} s, {', '.join(played.people)}"
    for at_s, mark in played.marks:
        if not mark.startswith(("summary", "browser", "join")):
            yield f"  # {at_s:.1f} {mark[:60]}"
    for one in played.findings:
        span = f"{one.opened_s:7.1f}-{one.closed_s:<7.1f} told {one.told_s:7.1f}"
        cause = f"{one.segment or '-'} {one.blamed} {one.confidence or ''} {one.rule}"
        yield f"  {one.detector:28} {one.severity:8} {one.person or '-':3} {span} {cause}"
