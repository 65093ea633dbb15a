"""Tiers are enforced by the engine's own TTL, also on what is stored already."""

from __future__ import annotations

import time

import msgspec
import pytest

from rtclens.access.model import Retention
from rtclens.model.events import Batch, Sample, StateChanged
from rtclens.model.facts import Call, ClientFeatures, Finding, Session, TrackSlice
from rtclens.model.stats import Codec, InboundRtp, Stats
from rtclens.store import OpenCall, Repeats, Rows, Store

from .samples import Named, origin

DAY = 86_400_000.0
START = (time.time() * 1000 // DAY - 50) * DAY  # the engine goes by its own clock: what lasts 60 days is there
NOW = START + 40 * DAY
OVER = 2_400_000.0
FULL = Retention(full_days=30, window_days=60, window_s=30, slices_days=100, facts_days=200)


def _batch(app_id: str, at: float, seq: int) -> Batch:
    """One sample, with a codec that is the same in all of them, and an event."""
    stats = Stats(inbound_rtp=[InboundRtp(id="IT1", packetsReceived=seq)], codec=[Codec(id="C", mimeType="video/VP8")])
    sample = Sample(at=at, connection="pc", stats=stats)
    return Batch(origin(app_id), at, [StateChanged(at=at, connection="pc", machine="ice", state="new"), sample], seq)


def _filled(store: Store, app_id: str, day: float = 0.0, call_id: str = "call_1", seconds: int = 600) -> list[Batch]:
    """A call of ten minutes with a finding in the middle, a sample a second."""
    first = START + day * DAY + 3_600_000
    batches = [_batch(app_id, first + 1000 * second, int(day) * 10_000 + second + 1) for second in range(seconds)]
    rows = Rows(Repeats())
    for batch in batches:
        rows.add_batch(batch, Named(call_id=call_id))
    own = {"app_id": app_id, "call_id": call_id}
    end = first + 1000 * seconds
    rows.add_facts(
        [
            Call(**own, started_at=first, last_seen_at=end, ended_at=end, sessions=1),
            Session(**own, participant_id="part_1", session_id="sess_1", started_at=first),
            ClientFeatures(**own, participant_id="part_1", session_id="sess_1"),
            Finding(
                **own, finding_id="f", scope="call", subject="", detector="d", severity="high",
                opened_at=first + 300_000, closed_at=first + 310_000,
            ),
            TrackSlice(
                **own, participant_id="part_1", session_id="sess_1", connection_id="conn_1", track_id="t", kind="audio",
                direction="inbound", at=first + 5000, covered_s=5.0,
            ),
        ]
    )  # fmt: skip
    store.append(rows)
    return batches


def _count(store: Store, table: str, app_id: str) -> int:
    return int(store.query(f"SELECT count() FROM {table} WHERE app_id = '{app_id}'").rows[0][0])


@pytest.fixture
def app_id(request: pytest.FixtureRequest) -> str:
    return f"ret-{request.node.name}"[:60]


def test_nothing_goes_by_default(store: Store, app_id: str) -> None:
    _filled(store, app_id)
    assert store.retain(app_id, Retention(), NOW + 10_000 * DAY, OVER) == {}
    assert store.complete_since(app_id) == 0


def test_after_the_full_days_only_windows_around_findings_stay_and_replay_whole(store: Store, app_id: str) -> None:
    batches = _filled(store, app_id)
    _filled(store, app_id, 20, "call_2")
    store.retain(app_id, FULL, NOW, OVER)
    store.command("OPTIMIZE TABLE samples FINAL")
    kept = [batch for batch in batches if 269_000 < batch.received_at - batches[0].received_at < 350_000]
    # In steps of ten seconds, never less than asked for.
    assert _count(store, "samples", app_id) == 600 + len(kept)
    assert _count(store, "inbound_rtp", app_id) == 600 + len(kept)
    assert _count(store, "events", app_id) == 1200
    assert _count(store, "track_slices", app_id) == 2
    again = [batch for batch in store.replay([OpenCall(app_id, "call_1")]) if any(map(_is_sample, batch.events))]
    assert again == kept
    assert store.complete_since(app_id) == START + 10 * DAY
    assert store.retain(app_id, FULL, NOW, OVER) == {}


def _is_sample(event: object) -> bool:
    return isinstance(event, Sample)


def test_a_later_tier_ends_windows_slices_and_facts(store: Store, app_id: str) -> None:
    _filled(store, app_id)
    store.retain(app_id, FULL, NOW, OVER)
    store.retain(app_id, FULL, START + 101 * DAY + DAY, OVER)
    assert _count(store, "track_slices", app_id) == _count(store, "events", app_id) == 0
    assert _count(store, "findings", app_id) == 1
    store.retain(app_id, FULL, START + 202 * DAY, OVER)
    assert _count(store, "findings", app_id) == _count(store, "calls", app_id) == 0


def test_other_tiers_take_effect_on_what_is_stored(store: Store, app_id: str) -> None:
    """Longer keeps what is still there; shorter takes it."""
    _filled(store, app_id)
    store.retain(app_id, FULL, NOW, OVER)
    windows = _count(store, "samples", app_id)
    expiry = f"SELECT DISTINCT expires_on FROM samples WHERE app_id = '{app_id}'"
    before = store.query(expiry).rows
    store.retain(app_id, msgspec.structs.replace(FULL, window_days=90), NOW, OVER)
    assert store.query(expiry).rows != before
    assert _count(store, "samples", app_id) == windows
    store.retain(app_id, msgspec.structs.replace(FULL, window_days=None, full_days=None), NOW, OVER)
    assert _count(store, "samples", app_id) == windows
    store.retain(app_id, msgspec.structs.replace(FULL, window_days=1, full_days=1), NOW, OVER)
    store.command("OPTIMIZE TABLE samples FINAL")
    assert _count(store, "samples", app_id) == 0


def test_samples_go_once_a_call_is_over_and_its_features_are_stored(store: Store, app_id: str) -> None:
    """The clean-up after a conference takes samples, never before what was concluded of them is durable."""
    _filled(store, app_id)
    unfinished = Rows()
    unfinished.add_batch(_batch(app_id, START + 1000, 99_000), Named(call_id="call_2"))
    ended = START + 2000
    unfinished.add_facts([Call(app_id=app_id, call_id="call_2", ended_at=ended, last_seen_at=ended, sessions=1)])
    store.append(unfinished)
    tiers = Retention(after_call=True)
    assert store.retain(app_id, tiers, START + 3_600_000 + 600_000, OVER) == {}  # it could go on
    store.retain(app_id, tiers, START + 3_600_000 + 600_000 + OVER + 1000, OVER)
    left = store.query(f"SELECT DISTINCT call_id FROM samples WHERE app_id = '{app_id}'").rows
    assert [tuple(row) for row in left] == [("call_2",)]
    assert _count(store, "codec", app_id) == 1
    assert _count(store, "client_features", app_id) == _count(store, "findings", app_id) == 1
    assert _count(store, "events", app_id) == 601


def test_an_app_does_not_touch_another(store: Store, app_id: str) -> None:
    _filled(store, app_id)
    _filled(store, f"{app_id}-other")
    store.retain(app_id, FULL, NOW, OVER)
    assert _count(store, "samples", f"{app_id}-other") == 600
