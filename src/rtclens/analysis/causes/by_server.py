"""Rules on what a media server counted: on which side of it a stream was hurt.

Enters: a case with the legs at the server. Leaves: votes; none where no server reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, STRONG, WEAK, Vote
from rtclens.analysis.causes.case import BAD_LOSS, CLEAN_LOSS, FEW, MOST, Case

FLOWS = 5.0  # packets a second that are a stream
FORWARD_LOSS = 0.02
STRESSED = 0.8
SILENT = ("in_stream_dry", "first_media_missing", "video_stall", "video_freeze")


def into_server(case: Case) -> Iterator[Vote]:
    """R1, R2: loss where the stream comes in is the sender's way; what is lost after that is not."""
    lost = case.get("i_loss")
    if lost is None:
        return
    if lost >= BAD_LOSS:
        yield Vote("sender_uplink", STRONG, "R1", case.sender)
        yield Vote("receiver_downlink", -MEDIUM, "R1", case.receiver)
        return
    if lost >= CLEAN_LOSS:
        return
    yield Vote("sender_uplink", -STRONG, "R1", case.sender)
    if _block(case):
        return
    received = case.get("r_loss_ratio")
    # What was missing already when the stream came in is not the last leg's.
    if received is not None and received - lost >= BAD_LOSS and not case.over("f_loss", FORWARD_LOSS):
        yield Vote("receiver_downlink", MEDIUM, "R2", case.receiver)
        if case.over("e_loss", BAD_LOSS):
            yield Vote("receiver_downlink", MEDIUM, "R2", case.receiver)


def through_server(case: Case) -> Iterator[Vote]:
    """R3: the server received more than it sent on, of a stream that has one layer."""
    if case.over("f_loss", FORWARD_LOSS) and case.over("i_rate", FLOWS):
        yield Vote("sfu", STRONG, "R3")
        yield Vote("receiver_downlink", -MEDIUM, "R3", case.receiver)


def held_back(case: Case) -> Iterator[Vote]:
    """R17: a stream ends before the server, in it, or after it."""
    if case.finding.detector.id not in SILENT or not (case.over("r_dry_s", 1.0) or case.over("r_never_s", 1.0)):
        return
    arrives, leaves = case.get("i_rate"), case.get("e_rate")
    if arrives is None:
        return
    if arrives < 1.0:
        if case.over("s_packets", 1.0):
            yield Vote("sender_uplink", STRONG, "R17", case.sender)
            yield Vote("sfu", -STRONG, "R17")
        return
    if arrives >= FLOWS and leaves is not None:
        if leaves < 1.0:
            yield Vote("sfu", STRONG, "R17")
        elif leaves >= FLOWS:
            yield Vote("receiver_downlink", STRONG, "R17", case.receiver)
            yield Vote("sfu", -STRONG, "R17")


def _block(case: Case) -> bool:
    """Whether others on this receiver's server suffer too, streams come in clean, and other servers are fine."""
    return case.over("node_bad", MOST) and case.under("i_loss", CLEAN_LOSS) and case.under("other_node_bad", FEW)


def one_node(case: Case) -> Iterator[Vote]:
    """R4: several receivers of one server suffer while what comes into it is clean and other servers are fine."""
    if not _block(case):
        return
    yield Vote("sfu", STRONG, "R4")
    yield Vote("sfu", MEDIUM, "R4")
    yield Vote("receiver_downlink", -STRONG, "R4", case.receiver)
    if case.over("node_load", STRESSED):
        yield Vote("sfu", WEAK, "R4")


RULES = (into_server, through_server, held_back, one_node)
