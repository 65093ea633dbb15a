"""SDP and candidates are read as far as they can be, and nothing raises."""

from hypothesis import given
from hypothesis import strategies as st

from rtclens.wire.common import sdp

OFFER = "\r\n".join(
    [
        "v=0",
        "o=- 314 7 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=fingerprint:sha-256 AA:BB",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0",
        "a=mid:0",
        "a=ice-ufrag:abcd",
        "a=sendonly",
        "a=msid:stream track",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=ssrc:42 cname:x",
        "a=ssrc:42 msid:y",
        "a=candidate:1 1 udp 2122260223 192.0.2.2 50001 typ host",
        "m=video 0 UDP/TLS/RTP/SAVPF 96",
        "a=mid:1",
        "a=rid:q send",
        "",
    ]
)


def test_a_description_is_read_section_by_section():
    description = sdp.parse(OFFER)
    audio, video = description.sections
    assert (description.session_id, description.version, description.bundles) == ("314", 7, [["0", "1"]])
    assert (audio.kind, audio.port, audio.mid, audio.direction, audio.ufrag) == ("audio", 9, "0", "sendonly", "abcd")
    assert audio.msids == [("stream", "track")]
    assert audio.ssrcs == [42]
    assert audio.codecs[0] == sdp.MediaCodec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1")
    assert audio.codecs[1] == sdp.MediaCodec(0)
    assert audio.candidates[0].address == "192.0.2.2"
    assert (video.port, video.rids, video.direction) == (0, ["q"], "sendrecv")


def test_session_level_fingerprints_are_inherited():
    assert [section.fingerprints for section in sdp.parse(OFFER).sections] == [["sha-256 AA:BB"], ["sha-256 AA:BB"]]


def test_every_field_of_a_relayed_candidate_is_found():
    line = "candidate:7 1 UDP 41885439 198.51.100.9 61000 typ relay raddr 192.0.2.7 rport 50000 generation 0 ufrag Xy"
    found = sdp.candidate({"candidate": line, "sdpMid": "0", "sdpMLineIndex": 0, "url": "turn:t.example"})
    assert found is not None
    assert (found.protocol, found.type, found.address, found.port) == ("udp", "relay", "198.51.100.9", 61000)
    assert (found.related_address, found.related_port, found.username_fragment) == ("192.0.2.7", 50000, "Xy")
    assert (found.mid, found.mline_index, found.url, found.priority) == ("0", 0, "turn:t.example", 41885439)


def test_tcp_candidates_name_their_kind():
    found = sdp.parse_candidate("candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active")
    assert (found.protocol, found.tcp_type) == ("tcp", "active")


def test_the_end_of_candidates_has_many_spellings():
    assert [sdp.candidate(value) for value in (None, "", {"candidate": ""}, {}, 7, [])] == [None] * 6


def test_an_unreadable_candidate_keeps_its_text():
    found = sdp.candidate("candidate:nonsense")
    assert found is not None
    assert (found.line, found.address, found.port) == ("candidate:nonsense", "", None)


@given(st.text(alphabet="vmacondite=: \r\n019²/-", max_size=200))
def test_no_text_raises(text):
    sdp.parse(text)
    sdp.parse_candidate(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda c: st.dictionaries(st.sampled_from(["candidate", "sdpMid", "sdpMLineIndex", "url"]), c),
    )
)
def test_no_value_raises(value):
    sdp.candidate(value)
