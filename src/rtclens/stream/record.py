"""How one batch lies in a segment file: length, checksum, sequence number, msgpack.

Enters: batches and numbers, or the bytes of a file. Leaves: record bytes, or the records up to the first one that is
torn or damaged. A record is `length u32 · crc32 u32 · seq u64 · payload`, little endian; the checksum covers the
sequence number and the payload, so a record that was moved or half overwritten does not pass.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO
from zlib import crc32

import msgspec

from rtclens.model.events import Batch

HEADER = struct.Struct("<IIQ")
_SEQ = struct.Struct("<Q")
MAX_PAYLOAD = 256 * 1024 * 1024  # a length beyond this is damage, not a batch

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)


def encode(batch: Batch) -> bytes:
    """The payload of `batch`; its sequence number goes into the header instead."""
    return _encoder.encode(batch)


def frame(seq: int, payload: bytes) -> bytes:
    """A whole record."""
    return HEADER.pack(len(payload), crc32(payload, crc32(_SEQ.pack(seq))), seq) + payload


def decode(seq: int, payload: bytes) -> Batch:
    """The batch of a record; raises `msgspec.DecodeError` for a payload that no version of this code wrote."""
    batch = _decoder.decode(payload)
    batch.seq = seq
    return batch


def scan(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Yield `(seq, payload, end offset)` from the file's position until its end or the first broken record."""
    while len(head := file.read(HEADER.size)) == HEADER.size:
        length, checksum, seq = HEADER.unpack(head)
        if length > MAX_PAYLOAD:
            return
        payload = file.read(length)
        if len(payload) < length or crc32(payload, crc32(_SEQ.pack(seq))) != checksum:
            return
        yield seq, payload, file.tell()
