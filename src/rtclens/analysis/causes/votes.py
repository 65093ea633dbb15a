"""The rules: what speaks for which segment, from the evidence of both ends.

Enters: a finding with its collected case. Leaves: votes in log-odds. A rule whose required input is missing is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rtclens.analysis.causes import by_candidate, by_event, by_picture, by_server, by_sharing, by_sound
from rtclens.analysis.causes.answer import MEDIUM, STRONG, WEAK, Vote
from rtclens.analysis.causes.case import BAD_LOSS, CLEAN_LOSS, FEW, MOST, Case
from rtclens.analysis.state import Track

if TYPE_CHECKING:
    from rtclens.analysis.findings import Open

PACER_S, LOADED_PACER_S = 0.02, 0.01
LIMITED, CPU_SHARE = 0.5, 0.3
BUDGET = 0.8
SLOW_SOURCE = 0.6
STARVED_PLAYOUT = 0.95
DISCARDS = 0.02
SLOWER = 1.7
ROOMY = 0.5
CONGESTED, FULL = 2.0, 0.9
ARRIVING = 0.6


def uplink_queue(case: Case) -> Iterator[Vote]:
    """R1, R6, R22: the sender's own queue, limits and round trip show a full uplink; both ends', the path between."""
    if roomy(case):
        return
    pressed = case.over("s_pacer_s", PACER_S)
    congested = case.over("s_congestion_votes", CONGESTED)
    if congested and case.direct and case.over("r_congestion_votes", CONGESTED):
        yield Vote("mixed", STRONG, "R34")
        return
    limited = case.over("s_limited_bandwidth", LIMITED)
    if limited:
        yield Vote("sender_uplink", STRONG, "R6", case.sender)
    if pressed and not case.over("s_limited_cpu", CPU_SHARE):
        yield Vote("sender_uplink", MEDIUM, "R22", case.sender)
    if congested:
        yield Vote("sender_uplink", MEDIUM, "R22", case.sender)
        if case.over("s_rtt_rise", 1.0) and case.over("s_utilisation", FULL):
            yield Vote("sender_uplink", MEDIUM, "R22", case.sender)
        elif case.over("s_rtt_rise", 1.0) and case.get("s_utilisation") is None:  # a starved machine sends less, too
            yield Vote("sender_uplink", WEAK, "R33", case.sender)
    if (limited or pressed) and case.over("s_rtt_rise", 1.0):
        yield Vote("sender_uplink", WEAK, "R22", case.sender)


def uplink_loss(case: Case) -> Iterator[Vote]:
    """R1: behind a server, what the server misses was lost on the sender's way to it."""
    if case.direct or not case.over("s_remote_loss", BAD_LOSS):
        return
    yield Vote("sender_uplink", STRONG, "R1", case.sender)
    if case.over("col_bad", MOST):
        yield Vote("sender_uplink", MEDIUM, "R1", case.sender)


def downlink(case: Case) -> Iterator[Vote]:
    """R2, R3: several streams into the receiver are bad, or only this one."""
    if case.over("row_bad", MOST) and case.over("r_loss_ratio", BAD_LOSS):
        yield Vote("receiver_downlink", STRONG, "R2", case.receiver)
        if case.over("r_rtt_rise", 1.0):
            yield Vote("receiver_downlink", WEAK, "R2", case.receiver)
    if case.direct or not case.over("r_loss_ratio", BAD_LOSS):
        return
    if case.under("s_remote_loss", CLEAN_LOSS):
        yield Vote("receiver_downlink", MEDIUM, "R2", case.receiver)
    if case.under("col_bad", FEW) and case.under("row_bad", FEW):
        yield Vote("sfu", MEDIUM, "R3")


def direct_path(case: Case) -> Iterator[Vote]:
    """R34: in a direct call the path is one, so loss alone cannot be split between its ends."""
    lossy = case.over("r_loss_ratio", BAD_LOSS) or case.over("s_remote_loss", BAD_LOSS)
    if not case.direct or not lossy:
        return
    both = case.over("r_own_remote_loss", BAD_LOSS) or case.over("s_own_loss", BAD_LOSS)
    yield Vote("mixed", STRONG if both else MEDIUM, "R34")
    if both:
        yield Vote("mixed", STRONG, "R34")
        yield Vote("sender_uplink", -STRONG, "R34", case.sender)
    if case.over("s_pacer_s", PACER_S) and case.over("s_rtt_rise", 1.0) and not both:
        yield Vote("sender_uplink", MEDIUM, "R34", case.sender)


def sender_load(case: Case) -> Iterator[Vote]:
    """R7: the sender's machine cannot keep up, and its network is clean."""
    if case.over("s_remote_loss", BAD_LOSS):
        return
    if strained(case) or (roomy(case) and case.over("s_limited_bandwidth", LIMITED)):
        yield Vote("sender_device", STRONG, "R7", case.sender)
        yield Vote("sender_uplink", -MEDIUM, "R7", case.sender)
    if case.over("s_limited_bandwidth", LIMITED):
        return
    if case.over("s_limited_cpu", CPU_SHARE) or case.over("s_overload", 0.5) or case.over("s_encode_load", BUDGET):
        yield Vote("sender_device", STRONG, "R7", case.sender)
    if case.over("s_cpu_pressure", 2.0):
        yield Vote("sender_device", MEDIUM, "R7", case.sender)


def roomy(case: Case) -> bool:
    """Most of the estimated bandwidth is unused: whatever limits the sender, it is not the network's width."""
    return case.under("s_utilisation", ROOMY)


def strained(case: Case) -> bool:
    """The sender's camera and encoder both slowed down: no network does that."""
    slow_source = case.under("s_source_share", SLOW_SOURCE) and not case.over("s_still_s", 1.0)
    return slow_source and case.over("s_encode_slowdown", SLOWER)


def sender_source(case: Case) -> Iterator[Vote]:
    """R8: the camera itself is slow or stands still."""
    if not _shows_video(case):
        return
    if case.over("s_still_s", 1.0) or case.under("s_source_share", SLOW_SOURCE):
        yield Vote("sender_device", STRONG, "R8", case.sender)
    elif case.under("s_source_share", 0.8) and not case.over("s_limited_bandwidth", LIMITED):
        yield Vote("sender_device", MEDIUM, "R8", case.sender)


def receiver_load(case: Case) -> Iterator[Vote]:
    """R9, R13: packets arrive in order, and this machine makes too little of them."""
    if case.over("r_loss_ratio", BAD_LOSS):
        return
    if case.over("r_decode_load", BUDGET) or (case.over("r_overload", 0.5) and _steady(case)):
        yield Vote("receiver_device", STRONG, "R9", case.receiver)
    elif case.over("r_drop_ratio", 0.05) and _steady(case):
        yield Vote("receiver_device", MEDIUM, "R9", case.receiver)
    if case.under("r_playout_rate", STARVED_PLAYOUT):
        yield Vote("receiver_device", MEDIUM, "R13", case.receiver)
    if case.over("r_cpu_pressure", 2.0):
        yield Vote("receiver_device", MEDIUM, "R9", case.receiver)


def _steady(case: Case) -> bool:
    """Frames arrive about as often as they are sent: what is dropped then, is dropped here."""
    sent, got = case.get("s_fps"), case.get("r_fps_received")
    return sent is None or got is None or got >= ARRIVING * sent


def late(case: Case) -> Iterator[Vote]:
    """R12: nothing lost, but late: a queue somewhere on the way."""
    if case.over("r_loss_ratio", BAD_LOSS) or case.direct:
        return
    if case.over("r_discard_ratio", DISCARDS) or case.over("r_rtt_rise", 1.0):
        yield Vote("receiver_downlink", MEDIUM, "R12", case.receiver)


def round_trip(case: Case) -> Iterator[Vote]:
    """R21: long round trips without loss and without a queue are distance, or a relay far away."""
    if case.finding.detector.id != "rtt_high" or case.over("s_remote_loss", BAD_LOSS):
        return
    if case.over("s_pacer_s", LOADED_PACER_S) or case.over("s_limited_bandwidth", LIMITED):
        return
    if case.sums.get("relayed"):
        yield Vote("signalling_config", MEDIUM, "R21")


def no_feedback(case: Case) -> Iterator[Vote]:
    """R33: browsers without limits and estimates: load against loss and round trip decides."""
    known = case.get("s_limited_cpu") is not None or case.get("s_pacer_s") is not None
    if known or not case.sums.get("sender_seen") or not _shows_video(case):
        return
    if case.over("s_encode_load", BUDGET) and case.under("s_remote_loss", CLEAN_LOSS):
        yield Vote("sender_device", MEDIUM, "R33", case.sender)
    if case.over("s_remote_loss", 0.05) or case.over("s_rtt_rise", 1.0):
        yield Vote("sender_uplink", MEDIUM, "R33", case.sender)


def not_forwarded(case: Case) -> Iterator[Vote]:
    """R17: it is sent, it does not arrive."""
    silent = ("in_stream_dry", "first_media_missing", "video_stall")
    if case.finding.detector.id not in silent or not case.over("s_packets", 1.0):
        return
    if (case.over("r_dry_s", 1.0) or case.over("r_never_s", 1.0)) and not case.direct:
        yield Vote("sfu", STRONG if case.over("s_packets", 10.0) else MEDIUM, "R17")


def _shows_video(case: Case) -> bool:
    subject = case.finding.subject
    return isinstance(subject, Track) and subject.kind == "video"


RULES: tuple[Callable[[Case], Iterator[Vote]], ...] = (
    uplink_queue,
    uplink_loss,
    downlink,
    direct_path,
    sender_load,
    sender_source,
    receiver_load,
    late,
    round_trip,
    no_feedback,
    not_forwarded,
    *by_server.RULES,
    *by_candidate.RULES,
    *by_sharing.RULES,
    *by_picture.RULES,
    *by_sound.RULES,
    *by_event.RULES,
)


def votes_for(finding: Open) -> list[Vote]:
    """What all rules say about a finding."""
    case = Case(finding)
    return [vote for rule in RULES for vote in rule(case)]
