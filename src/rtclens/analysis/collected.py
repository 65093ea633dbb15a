"""What is collected while a finding lasts, by name.

Enters: nothing. Leaves: the members of intervals that are summed up, and the names under which they rest.
"""

from __future__ import annotations

from itertools import product

from rtclens.analysis.resting import Names

RECEIVED = ("loss_ratio", "jitter_s", "discard_ratio", "decode_load", "drop_ratio", "overload", "playout_rate")
SHOWN = ("fps", "fps_received", "stuck_s", "freeze_ratio", "dry_s", "never_s", "pli_per_s")
SENT = (
    "remote_loss",
    "remote_jitter_s",
    "pacer_s",
    "limited_cpu",
    "limited_bandwidth",
    "encode_load",
    "encode_slowdown",
    "overload",
    "source_gap",
    "source_share",
    "still_s",
    "fps",
    "packets",
    "source_rms",
    "pli_per_s",
)
LINKED = ("rtt_s", "rtt_rise", "congestion_votes", "utilisation", "cpu_pressure")
AROUND = (
    *("r_switched", "i_loss", "i_rate", "e_loss", "e_rate", "node_load", "f_loss", "jb_apart", "relay_bad"),
    *("elsewhere_bad", "office_bad", "abroad_bad", "node_bad", "other_node_bad", "row_bad", "col_bad"),
    *("s_own_loss", "r_own_remote_loss", "r_own_pacer"),
)
SUMS = (
    *(f"r_{name}" for name in (*RECEIVED, *SHOWN, *LINKED)),
    *(f"s_{name}" for name in (*SENT, *LINKED)),
    *AROUND,
)
# What is known of a case for good; sums are let go of when a leg or the finding ends.
FLAGS = frozenset({"linked", "served", "sender_seen", "relayed", "relay_known", "s_layered", "s_acted"})
PLACES = Names((*(f"{name}{part}" for name, part in product(SUMS, ("", "/t"))), "judged", "n", *sorted(FLAGS)))
