"""A rule on sound and picture that part.

Enters: a case. Leaves: votes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, STRONG, Vote
from rtclens.analysis.causes.case import BAD_LOSS, CLEAN_LOSS, Case

GROWN_S = 0.15  # one buffer over the other
STEADY_JITTER_S, UNSTEADY_JITTER_S = 0.02, 0.06


def apart(case: Case) -> Iterator[Vote]:
    """R28: one buffer grew and the other did not: by the network where that stream is unsteady, else at the source."""
    if case.finding.detector.id != "av_desync" or not case.over("jb_apart", GROWN_S):
        return
    unsteady = case.over("r_jitter_s", UNSTEADY_JITTER_S) or case.over("r_loss_ratio", BAD_LOSS)
    if unsteady and not case.direct and case.under("s_remote_loss", CLEAN_LOSS):
        yield Vote("receiver_downlink", STRONG, "R28", case.receiver)
    elif case.under("r_jitter_s", STEADY_JITTER_S) and case.under("r_loss_ratio", CLEAN_LOSS):
        yield Vote("sender_device", MEDIUM, "R28", case.sender)
        if case.over("s_overload", 0.5) or case.over("s_cpu_pressure", 2.0):
            yield Vote("sender_device", MEDIUM, "R28", case.sender)


RULES = (apart,)
