"""Rules on pictures that stand still without loss: key frames that were asked for in vain, and layers that changed.

Enters: a case. Leaves: votes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, STRONG, Vote
from rtclens.analysis.causes.case import BAD_LOSS, FEW, Case

FROZEN = ("video_freeze", "video_stall", "keyframe_storm", "decoder_stuck")
PENDING = 3.0  # requests for a key frame without one
HEARD, UNHEARD = 0.1, 0.01  # requests a second that reach the sender; hardly any
SWITCHED = 0.5  # of the time judged lies shortly after a change of the received size


def in_vain(case: Case) -> Iterator[Vote]:
    """R10: the receiver asks for key frames and gets none: the server swallowed the requests, or the encoder them."""
    if case.finding.detector.id not in FROZEN or not case.over("r_pli_pending", PENDING):
        return
    if case.over("r_loss_ratio", BAD_LOSS) or case.get("s_pli_per_s") is None:
        return
    if case.under("s_pli_per_s", UNHEARD) and not case.direct:
        yield Vote("sfu", STRONG, "R10")
    elif case.over("s_pli_per_s", HEARD) and case.direct:
        yield Vote("sender_device", STRONG, "R10", case.sender)


def switching(case: Case) -> Iterator[Vote]:
    """R11: the picture stands still where the server changes layers, and only here."""
    if case.finding.detector.id not in FROZEN or case.direct or not case.over("r_switched", SWITCHED):
        return
    if case.over("r_loss_ratio", BAD_LOSS) or case.over("s_still_s", 1.0) or case.over("col_bad", FEW):
        return
    if case.sums.get("s_layered"):  # of one layer only the sender can change the size
        yield Vote("sfu", STRONG, "R11")
        if case.under("col_bad", FEW):
            yield Vote("sfu", MEDIUM, "R11")


RULES = (in_vain, switching)
