"""Bring a fresh decoder to where an earlier one of the same stream was, from what the earlier one decoded.

Enters: the state of a stream that has just opened, and the stream's decoded batches in order. Leaves: the state with
what a difference needs: who speaks, the sender's clock, the reports of each connection. What signalling said before is
not rebuilt. For frames that were refused once and are decoded again.
"""

from __future__ import annotations

from collections.abc import Iterable

from rtclens.model.events import AnyEvent, Batch, ConnectionClosed, ConnectionOpened, Sample, SessionOpened
from rtclens.model.stats import REPORTS
from rtclens.wire.rtcstats import hints, legacy
from rtclens.wire.rtcstats.delta import apply
from rtclens.wire.rtcstats.dump.encode import full
from rtclens.wire.rtcstats.jitsi import JitsiState, session_of
from rtclens.wire.rtcstats.state import Peer, Speaker, State


def seed(state: State | legacy.LegacyState | JitsiState, earlier: Iterable[Batch]) -> None:
    """Let the stream go on after `earlier`."""
    batches = list(earlier)
    if not batches:
        return
    if isinstance(state, JitsiState):
        one = session_of(state, batches[-1].origin.session, batches[0].received_at).legacy
        _go_on(one.inner, batches)
        one.waiting = hints.Waiting(done=True)
    elif isinstance(state, legacy.LegacyState):
        _go_on(state.inner, batches)
        state.waiting = hints.Waiting(done=True)
    else:
        _go_on(state, batches)


def _go_on(state: State, batches: list[Batch]) -> None:
    state.origin = batches[-1].origin
    samples: dict[str, Sample] = {}
    for batch in batches:
        for event in batch.events:
            _noted(state, samples, event)
            state.clock.now, state.clock.arrival = event.at, batch.received_at
    for name, sample in samples.items():
        peer = state.peers.setdefault(name, Peer(name))
        reports = [report for cls in REPORTS for report in getattr(sample.stats, cls.table)]
        apply(peer.reports, {report.id: full(report) for report in reports}, sample.at)
        peer.reports.full = False
    state.speakers[""] = Speaker(state.origin, opened=True)


def _noted(state: State, samples: dict[str, Sample], event: AnyEvent) -> None:
    if isinstance(event, Sample):
        samples[event.connection] = event
    elif isinstance(event, ConnectionOpened):
        state.peers[event.connection] = Peer(event.connection)
    elif isinstance(event, ConnectionClosed) and event.connection in state.peers:
        state.peers[event.connection].closed = True
    elif isinstance(event, SessionOpened) and event.client is not None:
        state.client = event.client
