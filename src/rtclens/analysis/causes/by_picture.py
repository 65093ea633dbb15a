"""Rules on pictures that stand still without loss: key frames that were asked for in vain, and layers that changed.

Enters: a case. Leaves: votes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, STRONG, Vote
from rtclens.analysis.causes.case import BAD_LOSS, FEW, Case

FROZEN = ("video_freeze", "video_stall", "video_fps_low")
UNDECODED = ("keyframe_unanswered", "video_stall")  # no frame at all: no key frame came
ASKED, UNHEARD = 0.2, 0.01  # requests for a key frame a second; hardly any
SWITCHED = 0.5  # of the time judged lies shortly after a change of the received size


def in_vain(case: Case) -> Iterator[Vote]:
    """R10: the receiver asks for key frames and gets none: the server swallowed the requests, or the encoder them."""
    if case.finding.detector.id not in UNDECODED or not case.over("r_pli_per_s", ASKED):
        return
    if case.over("r_loss_ratio", BAD_LOSS):
        return
    if case.under("s_pli_per_s", UNHEARD) and not case.direct:
        yield Vote("sfu", STRONG, "R10")
        yield Vote("sfu", MEDIUM, "R10")
    elif case.over("s_pli_per_s", ASKED) and case.direct and not case.over("s_still_s", 1.0):
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
