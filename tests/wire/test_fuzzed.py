"""What fuzzing found stays found: each input once broke a decoder, or what comes behind it."""

from __future__ import annotations

import json
import random

import pytest
from fuzz import findings, sequence
from fuzz.mutate import Mutator
from fuzz.seeds import SEEDS
from fuzz.sequence import Frame
from fuzz.targets import TARGETS

EXTENSION = (
    b"\x95\x01\x93\x04\x00\xa2pc\x95\x02\x00\x00\xa5codec\xa1a\x94\x03\x00\x00\xa1x"
    b"\x95\x01\x00\xcd\x03\xe8\x00\x91\xd4\x05\x00"
)
HUGE = "1" + "0" * 400


def many_times() -> str:
    reports = ",".join(f'[2,{number},0,"codec","{number}"]' for number in range(1_000))
    return f'[1,[4,0,"pc"],{reports},[1,0,1],' + ",".join(["[1,0,1]"] * 8_000) + "]"


def many_entries() -> str:
    entry = '{"statsSessionId":"s","type":"stats-entry","data":%s}'
    document = "{" + ",".join(f'"k{number}":{number}' for number in range(4_000)) + "}"
    return entry % document + "".join([entry % "{}"] * 5_000)


STATISTICS = (
    '{"timestamp":1760000000000,"peerConnections":[{"peerConnectionId":"p","codecs":[{"id":"i","mimeType":"a/b",'
    f'"timestamp":1,"channels":{HUGE}}}]}}]}}'
)


def goog(said: str) -> str:
    reports = {"ssrc_1_send": {"type": "ssrc", "timestamp": 0, "googRtt": said, "bytesSent": said}}
    return json.dumps(["getstats", "P", {**reports, "timestamp": 1_700_000_000_000}, 1_700_000_000_000])


CODECS = (
    '{"timestamp":1795171229816,"codecs":[{"payloadType":18446744073709551616}],'
    '"iceRemoteCandidates":[{"peerConnectionId":"b"}]}'
)
ZONE = '{"peerConnectionId":"p","timeZoneOffsetInMinute":18446744073709551615,"clientDetails":{"engine":{}}}'
SIGNALING = (
    'POST /v1/connection\n{"token":"<token>","eventName":"onsignalingstatechange","connectionId":"<connection_id>",'
    '"data":{"signalingState":{}}}'
)
SERIES = json.dumps(
    {
        "PeerConnections": {
            "1-1": {
                "stats": {
                    f"I-{name}": {
                        "startTime": "2023-11-14T22:13:20.000Z",
                        "endTime": "2023-11-14T22:13:21.000Z",
                        "statsType": "inbound-rtp",
                        "values": f"[1700000000000,{value}]",
                    }
                    for name, value in (("timestamp", "1700000001000"), ("packetsReceived", HUGE), ("odd", HUGE))
                },
                "updateLog": [],
            }
        }
    }
)
FOUND: dict[str, tuple[str, int, list[Frame]]] = {
    "a report that changed its type lost a reference its new type does not have": (
        "rtcstats",
        0,
        [
            '["g","PC_0",{"15":{"11":"video","type":12}},986]',
            '["g","PC_0",{"0":{"11":"video","type":2}},1700000000003]',
            '["g","PC_0",{"0":{"type":1}},1700000000000]',
        ],
    ),
    "a kind that is no text": (
        "rtcstats",
        0,
        ['["g","PC_0",{"13":{"11":{},"14":1,"16":0},"14":{"102":1795171338673}},986]'],
    ),
    "a report that says its id is null": (
        "rtcstats",
        0,
        ['["g","PC_0",{"0":{"41":1,"type":1}},1]', '["g","PC_0",{"0":{"id":null}},1]'],
    ),
    "a number beyond 64 bits as the argument of a call": ("rtcstats", 0, [f'[2,"PC_0",{HUGE},10]']),
    "a number beyond 64 bits in a map of numbers": (
        "rtcstats",
        0,
        [f'["g","PC_0",{{"0":{{"168":{{"y":{HUGE}}},"type":2}}}},9]'],
    ),
    "a number beyond 64 bits in the old dialect": (
        "rtcstats-older",
        0,
        [f'["getstats","P",{{"a":{{"x":{HUGE}}}}},1700000000000]'],
    ),
    "half a character in Jitsi's identity": (
        "rtcstats-older",
        2,
        ['{"statsSessionId":"s","type":"identity","data":{"confName":"\\ud800"}}{"statsSessionId":"s","type":"close"}'],
    ),
    "a number beyond 64 bits in Jitsi's entry": (
        "rtcstats-older",
        2,
        [f'{{"statsSessionId":"s","type":"stats-entry","data":"[\\"x\\",null,{HUGE},1700000000000,1]"}}'],
    ),
    "a number beyond 64 bits among statistics": (
        "observertc-3",
        1,
        [STATISTICS],
    ),
    "a number beyond 64 bits in what an application reports": (
        "observertc-3",
        1,
        [f'{{"timestamp":1760000000000,"extensionStats":[{{"type":"x","payload":{{"n":{HUGE}}}}}]}}'],
    ),
    "a number beyond 64 bits in JSON inside JSON": (
        "observertc-3",
        1,
        [f'{{"timestamp":1760000000000,"extensionStats":[{{"type":"x","payload":"[{HUGE}]"}}]}}'],
    ),
    "a number beyond 64 bits as a score": ("observertc-3", 1, [f'{{"timestamp":1760000000000,"score":{HUGE}}}']),
    "a time zone whose negation is a number beyond 64 bits": ("observertc-1", 0, [ZONE]),
    "a time zone in hours whose negation is a number beyond 64 bits": (
        "observertc-3",
        1,
        ['{"timeZoneOffsetInHours":18446744073709551615,"timestamp":1795171231351,"iceRemoteCandidates":[]}'],
    ),
    "a number beyond 64 bits where a whole number belongs": ("observertc-2", 1, [CODECS]),
    "text of thirty digits for a number": ("rtcstats-older", 0, [goog("9" * 30)]),
    "text of an infinite number": ("rtcstats-older", 0, [goog("1e999")]),
    "a number beyond 64 bits as a time": ("firefox", 0, [f'{{"pcid":"p","timestamp":{HUGE},"closed":{HUGE}}}']),
    "a number beyond 64 bits in a log": (
        "webrtc-internals",
        0,
        [
            f'{{"PeerConnections":{{"1-1":{{"updateLog":[{{"type":"x","value":"[{HUGE}]","timestamp":1700000000000}}]}}}}}}'
        ],
    ),
    "a number beyond 64 bits that a log entry holds itself": (
        "webrtc-internals",
        0,
        [
            f'{{"PeerConnections":{{"1-1":{{"updateLog":[{{"type":"x","value":[{HUGE}],"timestamp":1700000000000}}]}}}}}}'
        ],
    ),
    "a number beyond 64 bits as a constraint": (
        "webrtc-internals",
        0,
        [f'{{"getUserMedia":[{{"audio":{HUGE},"timestamp":1700000000000}}]}}'],
    ),
    "a number beyond 64 bits in a series": ("webrtc-internals", 0, [SERIES]),
    "a signaling state that is no text": (
        "peermetrics",
        0,
        [
            'POST /v1/initialize\n{"apiKey":"k","conferenceId":"c","userId":"u"}',
            'POST /v1/sessions\n{"token":"<token>"}',
            'POST /v1/connection\n{"token":"<token>","eventName":"addConnection","peerId":"p"}',
            SIGNALING,
        ],
    ),
    "an extension type as a member's value": (
        "native",
        0,
        [EXTENSION],
    ),
    "a frame that asks for the same thousand reports ten thousand times": ("native", 0, [many_times()]),
    "a frame of entries that each repeat a large document": ("rtcstats-older", 4, [many_entries()]),
    "an object whose names are no texts": (
        "native",
        0,
        [b"\x92\x01\x92\x05\x84\xa4type\xacapp_reported\xa2at\x07\xa4name\xa1n\xa5value\x81\xc0\x01"],
    ),
}


@pytest.mark.parametrize("why", FOUND)
def test_it_does_not_break_again(why: str) -> None:
    name, option, frames = FOUND[why]
    assert wrong(name, sequence.pack(option, frames)) == ""


@pytest.mark.parametrize("name", TARGETS)
def test_the_rules_hold_for_what_fuzzing_begins_with_and_a_little_beyond(name: str) -> None:
    seeds = list(SEEDS[name]())
    assert seeds
    mutate = Mutator(seeds, lambda data, size: data[:size])
    dice = random.Random(name)
    for seed in dice.sample(seeds, min(len(seeds), 12)):
        assert wrong(name, seed) == ""
        assert wrong(name, mutate(mutate(seed, 20_000, dice.randrange(2**30)), 20_000, dice.randrange(2**30))) == ""


def wrong(name: str, data: bytes) -> str:
    option, frames = sequence.unpack(data)
    return findings.Book().tried(data, lambda: TARGETS[name].run(option, frames))
