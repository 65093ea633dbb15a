"""Bytes in over the real door, SQL out: every recording of every SDK is taken without a refusal."""

import pytest
from tests.acceptance.conftest import play

from rtclens.demo.recording import load

RECORDINGS = (
    "observertc-happy",
    "observertc-cpu",
    "observertc-blackout",
    "peermetrics-happy",
    "peermetrics-gum-denied",
    "peermetrics-leave-kill",
    "rtcstats-impair",
    "rtcstats-freeze",
    "rtcstats-turn-bad",
    "rtcstats-ice-fail",
    "rtcstats-sfu",
)


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_recorded_call_is_taken_whole_and_can_be_asked_for(running, recording):
    room = f"door-{recording}"
    tally = play(running, recording, room)
    running.settle()
    assert tally["refused"] == 0, tally.examples
    assert tally["sent"] == sum(line["kind"] in ("http", "ws-msg") for line in load(recording).lines)
    call = running.sql(f"SELECT call_id, participants FROM calls WHERE external_id = '{room}'")
    assert len(call) == 1, call
    events = running.sql(f"SELECT count() AS n FROM events WHERE call_id = '{call[0]['call_id']}'")
    assert events[0]["n"] > 0


@pytest.mark.parametrize(
    ("recording", "table", "member"),
    [
        ("observertc-happy", "inbound_rtp", "packetsReceived"),
        ("peermetrics-happy", "candidate_pair", "currentRoundTripTime"),
        ("rtcstats-impair", "outbound_rtp", "qualityLimitationReason"),
    ],
)
def test_samples_are_rows_of_the_table_named_after_their_type(running, recording, table, member):
    room = f"table-{recording}"
    play(running, recording, room)
    running.settle()
    rows = running.sql(
        f"SELECT p.external_id AS who, count() AS n, countIf({member} IS NOT NULL) AS known FROM {table} s"
        " JOIN participants p USING (participant_id) JOIN calls c ON c.call_id = s.call_id"
        f" WHERE c.external_id = '{room}' GROUP BY who ORDER BY who"
    )
    assert len(rows) == 2
    assert all(row["n"] > 3 and row["known"] > 0 for row in rows)


def test_what_is_refused_can_be_looked_up_with_its_reason(running):
    import httpx

    url = f"{running.url}/observertc/{running.app.api_key}/room/person"
    answer = httpx.post(url, content=b"{not json", trust_env=False)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "hint"}
    running.settle()
    assert running.metric("rtclens_refusals_total") >= 1


def test_garbage_on_a_socket_never_closes_it(running):
    import asyncio

    from websockets.asyncio.client import connect

    async def talk() -> int:
        url = running.url.replace("http", "ws", 1) + f"/rtcstats/{running.app.api_key}/garbage"
        async with connect(url, subprotocols=["rtcstats#5.0"]) as socket:
            for frame in ("", "[", "[]", "[1,2,3]", '{"a":1}', "\x00", b"\xff\xfe"):
                await socket.send(frame)
            await socket.send('[39,null,{"hardwareConcurrency":2},1795169590405]')
            await socket.ping()
            return 1

    before = running.metric("rtclens_refusals_total")
    assert asyncio.run(talk()) == 1
    running.settle()
    assert running.metric("rtclens_refusals_total") >= before + 7


def test_a_jitsi_client_that_comes_back_is_told_how_far_it_got(running):
    import asyncio
    import json

    from websockets.asyncio.client import connect

    session = "resumed-1"
    url = running.url.replace("http", "ws", 1) + f"/rtcstats/{running.app.api_key}/jitsi?statsSessionId={session}"

    def entry(number: int) -> str:
        data = ["ping", None, {"n": number}, 1_800_000_000_000 + number, number]
        return json.dumps({"type": "stats-entry", "statsSessionId": session, "data": json.dumps(data)})

    async def visit(numbers: range) -> int:
        async with connect(url, subprotocols=["3.1_STANDARD"]) as socket:
            told = json.loads(await socket.recv())["body"]["value"]
            for number in numbers:
                await socket.send(entry(number))
            await socket.ping()
            return told

    assert asyncio.run(visit(range(1, 4))) == 0
    assert asyncio.run(visit(range(4, 6))) == 3
    assert asyncio.run(visit(range(6, 6))) == 5


def test_a_pause_reaches_sockets_that_are_open(tmp_path):
    import asyncio

    import httpx
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    from rtclens.access import Access, AppChanges
    from rtclens.demo.process import IMPATIENT, ServerProcess

    server = ServerProcess(tmp_path, environ=IMPATIENT)
    server.start()

    async def talk() -> tuple[int, str]:
        url = server.url.replace("http", "ws", 1) + f"/rtcstats/{server.app.api_key}/room"
        async with connect(url, subprotocols=["rtcstats#5.0"]) as socket:
            await socket.send('[39,null,{"hardwareConcurrency":2},1795169590405]')
            access = Access.open(tmp_path)
            access.apps.change(access.default_organization().id, server.app.id, AppChanges(paused=True))
            access.close()
            try:
                async with asyncio.timeout(20):
                    while True:
                        await socket.send("[]")
                        await (await socket.ping())
            except ConnectionClosed as closed:
                return closed.rcvd.code, closed.rcvd.reason

    try:
        assert asyncio.run(talk()) == (1008, "app_paused")
        key = server.app.api_key
        answer = httpx.post(f"{server.url}/observertc/{key}/room/me", content=b"{}", trust_env=False)
        assert answer.status_code == 403
    finally:
        server.stop()
