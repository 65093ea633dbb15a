"""Rules on streams whose sender is not known, but everybody who may be.

Enters: a case with what possible senders hear of their ways to the media server. Leaves: votes; none where one of them
did not say.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, STRONG, Vote
from rtclens.analysis.causes.case import BAD_LOSS, CLEAN_LOSS, FEW, Case


def whoever_sends(case: Case) -> Iterator[Vote]:
    """R1, R2: after the server if nobody loses packets before it; on the way of the only one who does, if only this
    stream is bad.
    """
    if case.direct or case.sums.get("linked") or not case.over("r_loss_ratio", BAD_LOSS):
        return
    if not case.ups or case.over("up_unknown", FEW):
        return
    lossy = [person for person, lost in case.ups.items() if lost >= BAD_LOSS]
    if all(lost < CLEAN_LOSS for lost in case.ups.values()):
        yield Vote("receiver_downlink", MEDIUM, "R2", case.receiver)
    elif len(lossy) == 1 and case.under("row_bad", FEW):
        yield Vote("sender_uplink", STRONG, "R1", lossy[0])


RULES = (whoever_sends,)
