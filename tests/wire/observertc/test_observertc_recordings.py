"""What unmodified SDKs sent from real browsers decodes without a refusal and says what happened."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.wire.observertc.observertc_data import frames, load

from rtclens.model import events as ev
from rtclens.model.codec import Hello
from rtclens.model.events import Batch
from rtclens.wire.observertc.select import select


def hello_of(path):
    return Hello(app_id="app", query=dict(parse_qsl(urlsplit(path).query)))


def play(frames_with_times, hello):
    codec = select(hello)
    state, items = codec.open(hello)
    for frame, at in frames_with_times:
        state, fed = codec.feed(state, frame, at)
        items += fed
    return items


def events_of(items, cls):
    return [event for batch in items for event in batch.events if isinstance(event, cls)]


def all_streams():
    return [(name, i) for name, recording in load("captures").items() for i in range(len(recording["streams"]))]


@pytest.mark.parametrize(("name", "number"), all_streams())
def test_a_recorded_socket_is_taken_whole(name, number):
    stream = load("captures")[name]["streams"][number]
    items = play(frames(stream), hello_of(stream["path"]))
    assert all(isinstance(item, Batch) for item in items)
    assert len(items) == len(stream["frames"])
    assert len(events_of(items, ev.SessionOpened)) == 1
    assert len({batch.origin for batch in items}) == 1
    assert items[0].origin.session
    opened = [event.connection for event in events_of(items, ev.ConnectionOpened)]
    assert len(opened) == len(set(opened))
    assert {event.connection for event in events_of(items, ev.Sample)} <= set(opened)


def test_candidates_of_a_relayed_call_have_their_direction():
    stream = load("captures")["turn"]["streams"][0]
    samples = events_of(play(frames(stream), hello_of(stream["path"])), ev.Sample)
    pairs = samples[-1].stats.candidate_pair
    local = {candidate.id: candidate for candidate in samples[-1].stats.local_candidate}
    remote = {candidate.id for candidate in samples[-1].stats.remote_candidate}
    assert pairs
    assert all(pair.localCandidateId in local and pair.remoteCandidateId in remote for pair in pairs)
    assert {candidate.candidateType for candidate in local.values()} == {"relay"}


def test_a_refused_camera_is_one_failed_access():
    stream = load("captures")["gum-denied"]["streams"][0]
    items = play(frames(stream), hello_of(stream["path"]))
    (failed,) = events_of(items, ev.MediaAccess)
    assert (failed.phase, failed.error, failed.message) == ("failed", "NotAllowedError", "Permission denied")
    assert events_of(items, ev.ClientIssue) == []


def test_a_reload_is_a_second_session_of_the_same_participant():
    streams = load("captures")["reload"]["streams"]
    origins = [play(frames(stream), hello_of(stream["path"]))[0].origin for stream in streams]
    assert len({origin.session for origin in origins}) == len(origins) == 3
    assert len({origin.participant for origin in origins}) == 2


def test_the_environment_is_known_from_the_first_sample():
    stream = load("captures")["firefox"]["streams"][0]
    updates = events_of(play(frames(stream)[:1], hello_of(stream["path"])), ev.SessionUpdated)
    clients = [update.client for update in updates if update.client and update.client.browser]
    assert [(client.browser, client.os) for client in clients] == [("Firefox", "Linux")]
    assert any(update.devices for update in updates)


def numbers(stats):
    """The measurements of a sample by list, id and member; false is left out, as the first generation does."""
    return {
        (table, row.id, member): value
        for table in stats.__struct_fields__
        for row in getattr(stats, table)
        for member in row.__struct_fields__
        if (value := getattr(row, member)) not in (None, False, "") and member not in ("extra", "attachments")
    }


def test_json_and_protobuf_of_one_call_say_the_same():
    """Each sample was sent as JSON and as protobuf; fractions of integer fields are all that protobuf loses."""
    streams = load("captures")["happy-protobuf"]["streams"]
    for plain, binary in ((streams[0], streams[1]), (streams[2], streams[3])):
        by_json = events_of(play(frames(plain), hello_of(plain["path"])), ev.Sample)
        by_protobuf = events_of(play(frames(binary), hello_of(binary["path"])), ev.Sample)
        assert len(by_json) == len(by_protobuf) > 0
        for ours, theirs in zip(by_json, by_protobuf, strict=True):
            expected, got = numbers(ours.stats), numbers(theirs.stats)
            assert expected.keys() <= got.keys()
            wrong = {key for key in expected if not close(expected[key], got[key])}
            assert not wrong


def close(expected, got):
    if isinstance(expected, int | float):
        return expected == got or int(expected) == got
    return expected == got


def test_base64_posts_of_one_client_are_one_delta_stream():
    posts = load("captures")["happy-protobuf"]["posts"]
    encoded = [post for post in posts if post["path"].endswith("/base64")]
    by_client = [encoded[0::2], encoded[1::2]]
    assert len(encoded) == 12
    for mine in by_client:
        items = play([(post["text"], float(post["at"])) for post in mine], Hello(app_id="app"))
        assert all(isinstance(item, Batch) for item in items)


def test_posts_of_several_samples_name_the_speaker_beside_them():
    posts = [p for p in load("captures")["happy-protobuf"]["posts"] if p["path"].endswith("/samples")]
    items = play([(post["text"], float(post["at"])) for post in posts], Hello(app_id="app"))
    assert {batch.origin.participant for batch in items} == {"client-a", "client-b"}
