"""What a fix saves of refused frames comes to its place in its call, once."""

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from rtclens.app.redecoding import Letters
from rtclens.edge.importing import Importer
from rtclens.edge.letters import noted
from rtclens.edge.positions import Letters as Numbers
from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import Batch, Sample
from rtclens.model.facts import Call
from rtclens.store import Store
from rtclens.store.rows import Rows
from rtclens.wire.rtcstats import RtcStats

DUMP = Path(__file__).parent.parent / "data" / "dumps" / "impair-a.dump.gz"
NOW = 1_800_000_000_000.0
AT = 1_795_000_000_000
LOST = 60  # the line of the dump whose frame is refused: a difference


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(f"chdb://{tmp_path_factory.mktemp('letters')}/store")
    opened.migrate()
    yield opened
    opened.close()


def letters(store: Store) -> Letters:
    return Letters(store, Importer(store, "standard", lambda: NOW), lambda: NOW)


def refuse(store: Store, app: str, codec: str, hello: Hello, *frames: tuple[bytes, float]) -> None:
    """Keep frames as doors do, with a reason that no longer holds."""
    numbers = Numbers()
    for frame, at in frames:
        refused = Refusal("bad_shape", "this version cannot read it", format=codec, at=at)
        items: list[Item] = [refused]
        noted(items, codec, hello, frame)
        refused.letter = numbers.next(at)
        store.insert_refusals(app, [refused])


def counted(store: Store, app: str) -> dict[str, int]:
    tables = ("samples", "events", "inbound_rtp", "calls", "sessions", "connections", "findings", "track_slices")
    sql = "SELECT count() FROM {} WHERE app_id = {{app:String}}"
    return {table: store.query(sql.format(table), {"app": app}).rows[0][0] for table in tables}


def samples(items: Sequence[Item]) -> list[Sample]:
    return [event for one in items if isinstance(one, Batch) for event in one.events if isinstance(event, Sample)]


def test_a_difference_is_decoded_after_what_its_stream_had_said(store: Store, tmp_path: Path) -> None:
    lines = gzip.decompress(DUMP.read_bytes()).splitlines(keepends=True)
    frame = lines[LOST].strip()
    assert frame.startswith(b'["g","PC_0"')
    codec = RtcStats()
    state, _ = codec.open(Hello("lost"))
    for line in lines[2:LOST]:
        state, _ = codec.feed(state, line.decode(), AT)
    whole = samples(codec.feed(state, frame.decode(), AT)[1])[0]
    path = tmp_path / "visit.dump"
    path.write_bytes(b"".join([*lines[:LOST], *lines[LOST + 1 :]]))
    importing = Importer(store, "standard", lambda: NOW)
    importing.run("lost", [path], "the call")
    before = counted(store, "lost")
    (session,) = store.query("SELECT external_id FROM sessions WHERE app_id = 'lost'").rows[0]
    arrived = round(whole.at)
    refuse(store, "lost", "rtcstats", Hello("lost", stream=session, path={"room": "elsewhere"}), (frame, arrived))

    outcomes = letters(store).redecoded(["lost"])
    assert [(one.outcome, one.events) for one in outcomes] == [("decoded", 1)]
    sql = (
        "SELECT packetsReceived FROM inbound_rtp WHERE app_id = 'lost'"
        " AND bitAnd(bitShiftRight(seq, 6), 32767) >= 32704 ORDER BY packetsReceived"
    )
    stored = [count for (count,) in store.query(sql).rows]
    assert stored == sorted(one.packetsReceived for one in whole.stats.inbound_rtp)
    after = counted(store, "lost")
    assert (after["samples"], after["events"]) == (before["samples"] + 1, before["events"])
    assert (after["calls"], after["sessions"], after["connections"]) == (1, 1, 1)

    assert letters(store).redecoded(["lost"]) == [], "it waits no longer"
    assert [one.decoded_at for one in letters(store).listed(["lost"])] == [NOW]
    store.command("ALTER TABLE refusals UPDATE decoded_at = NULL WHERE app_id = 'lost' SETTINGS mutations_sync = 2")
    assert [one.outcome for one in letters(store).redecoded(["lost"])] == ["decoded"]
    assert counted(store, "lost") == after, "also where it died before it was noted"


def sample(second: int, call: str = "sampled") -> bytes:
    told = {"callId": call, "clientId": "ann", "timestamp": AT + 1000 * second}
    return msgspec.json.encode(
        {**told, "peerConnections": [{"peerConnectionId": "pc", "timestamp": AT + 1000 * second}]}
    )


def test_samples_join_the_call_that_they_name(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    path.write_bytes(b"\n".join(sample(second) for second in range(10)))
    Importer(store, "standard", lambda: NOW).run("sampled", [path])
    before = counted(store, "sampled")
    hello = Hello("sampled", stream="s", path={"call": "sampled", "client": "ann"}, query={"schemaVersion": "3.0.0"})
    refuse(store, "sampled", "observertc", hello, (sample(11), AT + 11_000), (sample(12), AT + 12_000))
    assert [one.outcome for one in letters(store).redecoded(["sampled"])] == ["decoded", "decoded"]
    after = counted(store, "sampled")
    assert after["samples"] == before["samples"] + 2
    assert (after["calls"], after["connections"]) == (1, 1)
    assert after["events"] == before["events"], "the connection had been told of"


def test_a_native_frame_counts_only_where_its_sender_gave_it_up(store: Store) -> None:
    hello = Hello("native", stream="page", path={"call": "native", "participant": "ann"}, query={"stream": "page"})
    event = {"type": "heartbeat", "at": AT + 5000}
    given_up = msgspec.json.encode([7, [0], [5, event]])
    sent_again = msgspec.json.encode([8, [5, event]])
    refuse(store, "native", "native", hello, (given_up, AT + 5000), (sent_again, AT + 6000))
    outcomes = letters(store).redecoded(["native"])
    assert [one.outcome for one in outcomes] == ["decoded", "untried"]
    assert "send it again" in outcomes[1].reason
    assert store.query("SELECT type FROM events WHERE app_id = 'native'").rows == [("heartbeat",)]
    calls = store.query("SELECT external_id FROM calls WHERE app_id = 'native'").rows
    assert calls == [("native",)]


def test_frames_that_stay_refused_say_why(store: Store) -> None:
    hello = Hello("stay", stream="s", path={"call": "stay", "client": "ann"})
    refuse(store, "stay", "observertc", hello, (b"{not json", AT), (b'{"nothing": 1}', AT + 1))
    store.insert_refusals("stay", [Refusal("bad_line", "of a file", at=AT, letter=1 << 62)])
    outcomes = {one.letter: one.outcome for one in letters(store).redecoded(["stay"])}
    assert sorted(outcomes.values()) == ["refused", "refused", "untried"]
    assert counted(store, "stay")["calls"] == 0
    assert letters(store).redecoded(["else"]) == [], "another app's frames are out of reach"
    assert letters(store).dropped(["else"], [1 << 62]) == 0
    assert letters(store).dropped(["stay"], [1 << 62]) == 1
    assert len(letters(store).listed(["stay"])) == 2


def test_a_call_that_goes_on_is_left_to_the_worker(store: Store) -> None:
    rows = Rows()
    live = Call(app_id="on", call_id="call_on", external_id="on", started_at=AT, last_seen_at=AT, revision=1)
    rows.add_facts([live])
    store.append(rows)
    hello = Hello("on", stream="s", path={"call": "on", "client": "ann"}, query={"schemaVersion": "3.0.0"})
    refuse(store, "on", "observertc", hello, (sample(1, "on"), AT + 1000))
    (outcome,) = letters(store).redecoded(["on"])
    assert (outcome.outcome, "goes on" in outcome.reason) == ("untried", True)
