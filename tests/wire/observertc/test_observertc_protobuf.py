"""The protobuf reader itself: values of every wire type, what it skips, what it refuses, what it is bounded by."""

from struct import pack

import pytest

from rtclens.wire.observertc import tables
from rtclens.wire.observertc.identifiers import Identifiers
from rtclens.wire.observertc.protobuf import MAX_ROWS, Reader
from rtclens.wire.observertc.refused import Refused

FAMILY = tables.load("3.4-3.5")
VARINT, I64, LEN, START_GROUP, I32 = 0, 1, 2, 3, 5


def varint(number):
    made = b""
    while number > 0x7F:
        made, number = made + bytes([number & 0x7F | 0x80]), number >> 7
    return made + bytes([number])


def tag(message, name, wire):
    (number,) = [field.number for field in FAMILY.messages[message].fields.values() if field.name == name]
    return varint(number << 3 | wire)


def text(message, name, value):
    return tag(message, name, LEN) + varint(len(value)) + value


def row(body):
    return text("ClientSample", "peerConnections", text("PeerConnectionSample", "inboundRtps", body))


def read(raw):
    return Reader(FAMILY, Identifiers()).read(raw, "ClientSample")


def read_row(body):
    return read(row(body))["peerConnections"][0]["inboundRtps"][0]


def inbound(name, wire, value):
    return tag("InboundRtpStats", name, wire) + value


@pytest.mark.parametrize("number", [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 2**32, 2**63 - 1])
def test_whole_numbers_of_every_length(number):
    assert read_row(inbound("bytesReceived", VARINT, varint(number))) == {"bytesReceived": number}


def test_negative_numbers():
    assert read_row(inbound("packetsLost", VARINT, varint(2**64 - 3))) == {"packetsLost": -3}


def test_a_number_longer_than_it_need_be():
    assert read_row(inbound("packetsLost", VARINT, b"\x85\x80\x80\x00")) == {"packetsLost": 5}


def test_the_wire_type_tells_integers_from_fractions():
    """Some numbers changed between int32 and double from one release to the next."""
    body = inbound("jitter", VARINT, b"\x03") + inbound("packetsLost", I64, pack("<d", 0.5))
    assert read_row(body) == {"jitter": 3, "packetsLost": 0.5}


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_number_is_absent(number):
    assert read_row(inbound("jitter", I64, pack("<d", number)) + inbound("packetsLost", VARINT, b"\x01")) == {
        "packetsLost": 1
    }


def test_presence_is_kept_where_the_value_is_zero():
    body = inbound("packetsLost", VARINT, b"\x00") + text("InboundRtpStats", "mid", b"")
    assert read_row(body + inbound("jitter", I64, bytes(8))) == {"packetsLost": 0, "mid": "", "jitter": 0.0}


@pytest.mark.parametrize(
    "unknown",
    [
        varint(900 << 3 | VARINT) + varint(2**40),
        varint(900 << 3 | I64) + bytes(8),
        varint(900 << 3 | I32) + bytes(4),
        varint(70_000 << 3 | LEN) + b"\x03abc",
        inbound("packetsLost", LEN, b"\x02\x01\x02"),
        inbound("packetsLost", I32, bytes(4)),
        inbound("mid", VARINT, b"\x07"),
        inbound("mid", I64, bytes(8)),
    ],
)
def test_unknown_fields_and_wrong_wire_types_are_skipped(unknown):
    assert read_row(unknown + text("InboundRtpStats", "id", b"I")) == {"id": "I"}


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01",
        varint(900 << 3 | START_GROUP),
        inbound("packetsLost", VARINT, b""),
        inbound("packetsLost", VARINT, b"\x80"),
        inbound("packetsLost", VARINT, b"\x80\x80"),
        inbound("packetsLost", VARINT, b"\xff" * 11),
        inbound("jitter", I64, bytes(7)),
        inbound("mid", LEN, b""),
        inbound("mid", LEN, b"\x05abc"),
        inbound("mid", LEN, b"\x02\xff\xfe"),
        varint(900 << 3 | LEN) + b"\x05abc",
        varint(900 << 3 | I64) + b"abc",
        b"\x80",
    ],
)
def test_what_is_no_message_is_refused_however_deep(raw):
    for whole in (raw, row(raw)):
        with pytest.raises(Refused) as refused:
            Reader(FAMILY, Identifiers()).read(whole, "InboundRtpStats" if whole is raw else "ClientSample")
        assert refused.value.code == "bad_protobuf"


def test_rows_are_counted_over_the_whole_message():
    connection = text("PeerConnectionSample", "inboundRtps", b"") * (MAX_ROWS // 2)
    one = text("ClientSample", "peerConnections", connection)
    assert len(read(one)["peerConnections"][0]["inboundRtps"]) == MAX_ROWS // 2
    with pytest.raises(Refused) as refused:
        read(one + one)
    assert refused.value.code == "too_many"
