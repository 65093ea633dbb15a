"""A rule on what the application did just before.

Enters: a case, and the acts of the person at whose end the load or the rate stepped. Leaves: votes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, WEAK, Vote
from rtclens.analysis.causes.case import Case

LOADED = frozenset(
    {"video_fps_low", "video_freeze", "video_limited_bandwidth", "out_bandwidth_low", "pacer_delay_high", "av_desync"}
)


def after_an_act(case: Case) -> Iterator[Vote]:
    """R32: it began within seconds of an act of the application, and the load of the same machine rose with it."""
    if case.finding.detector.id not in LOADED or not case.sums.get("s_acted"):
        return
    if case.over("s_limited_cpu", 0.3) or case.over("s_overload", 0.5) or case.over("s_encode_slowdown", 1.7):
        yield Vote("sender_device", MEDIUM, "R32", case.sender)
        if case.over("s_cpu_pressure", 2.0):
            yield Vote("sender_device", WEAK, "R32", case.sender)


RULES = (after_an_act,)
