"""Who may send a stream that nobody could link: what all possible senders say of their ways to the media server.

Enters: a received track of an unknown sender while a finding about it holds. Leaves: time-weighted sums in the case:
`up:PERSON` the loss that a possible sender hears of, `up_unknown` whether any of them did not say, `row_bad` siblings
that must come from other people.
"""

from __future__ import annotations

from rtclens.analysis.causes.sums import add, recent
from rtclens.analysis.causes.surroundings import impaired
from rtclens.analysis.intervals import Inbound, Outbound
from rtclens.analysis.owners import live_tracks
from rtclens.analysis.state import Track

UP = "up:"


def candidates(case: dict[str, float], track: Track, iv: Inbound) -> None:
    """Collect one interval."""
    own = track.conn.session.participant
    sent = [
        (person, other)
        for person in own.call.participants.values()
        if person is not own and person.role == "client"
        for other in live_tracks(person, "outbound", track.kind)
    ]
    unknown = not sent
    for person, other in sent:
        now = other.now
        told = isinstance(now, Outbound) and recent(now.at, other.conn, track.conn.session, iv.at)
        if isinstance(now, Outbound) and told and now.remote_loss is not None:
            add(case, UP + person.id, now.remote_loss, iv.t)
        else:
            unknown = True
    add(case, "up_unknown", float(unknown), iv.t)
    if not unknown:
        case["sender_seen"] = 1.0
    if len({person.id for person, _ in sent}) < len(sent):
        return  # two of the received streams may be one person's
    for other in live_tracks(own, "inbound", track.kind):
        now = other.now
        if other is not track and isinstance(now, Inbound) and recent(now.at, other.conn, track.conn.session, iv.at):
            add(case, "row_bad", float(impaired(now)), iv.t)
