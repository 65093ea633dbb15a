"""Rules on what people of a call share: a relay, an address.

Enters: a case with the state of others on and off the same relay or address. Leaves: votes; where there is nobody to
compare with, none.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtclens.analysis.causes.answer import MEDIUM, STRONG, Vote
from rtclens.analysis.causes.case import BAD_LOSS, FEW, MOST, Case

ON_THE_WAY = frozenset(
    {
        "in_loss_high", "out_loss_high", "rtt_high", "in_jitter_high", "late_packets", "jitter_buffer_stress",
        "audio_concealment_high", "video_freeze", "video_stall", "video_fps_low", "uplink_congested",
        "out_bandwidth_low",
    }
)  # fmt: skip


def one_relay(case: Case) -> Iterator[Vote]:
    """R5: everybody on one relay suffers, and whoever goes another way does not."""
    if case.finding.detector.id not in ON_THE_WAY or not case.sums.get("relay_known"):
        return
    if case.over("relay_bad", MOST) and case.under("elsewhere_bad", FEW):
        yield Vote("relay", STRONG, "R5")
        yield Vote("relay", MEDIUM, "R5")
        for segment in ("receiver_downlink", "sender_uplink", "mixed"):
            yield Vote(segment, -STRONG, "R5")


def one_office(case: Case) -> Iterator[Vote]:
    """R31: people behind one address suffer together, and nobody elsewhere does: their access network."""
    if case.finding.detector.id not in ON_THE_WAY:
        return
    if not case.over("office_bad", MOST) or not case.under("abroad_bad", FEW):
        return
    if case.inbound and case.over("r_loss_ratio", BAD_LOSS):
        yield Vote("receiver_downlink", STRONG, "R31", case.receiver)
    elif not case.inbound:
        yield Vote("sender_uplink", STRONG, "R31", case.sender)


RULES = (one_relay, one_office)
