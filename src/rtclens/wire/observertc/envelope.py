"""Take the wrapping off a frame: applications send what the SDK hands them, wrapped as they like.

Enters: a frame of unknown quality. Leaves: `Parcel`s (a JSON object or protobuf bytes, with the identity that stood
beside it) and refusals, at least one of both together.
"""

from __future__ import annotations

import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

import msgspec
import zstandard

from rtclens.model.codec import Refusal
from rtclens.wire.common import frames
from rtclens.wire.observertc import values
from rtclens.wire.observertc.refused import Refused
from rtclens.wire.observertc.state import FORMAT, Identity

MAX_PARCELS = 10_000
MAX_INFLATED = 64 * 1024 * 1024
MAX_WRAPPERS = 4
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
URL_SAFE = bytes.maketrans(b"-_", b"+/")
WRAPPED = ("clientSample", "sample", "sampleInBase64", "data", "samples")


class Parcel(msgspec.Struct):
    """One sample, not yet decoded. `body` is a JSON object, or the bytes of a protobuf message."""

    body: dict[str, Any] | bytes
    identity: Identity = Identity()


Contents = list["Parcel | Refusal"]


def unwrap(frame: bytes | str, at: float) -> Contents:
    """The parcels of a frame."""
    found: Contents = []
    _open_bytes(frames.as_bytes(frame), Identity(), at, MAX_WRAPPERS, found)
    if not found:
        found.append(_refuse("bad_shape", "the frame holds no sample", at))
    if isinstance(frame, str):
        found = [_not_binary(parcel, frame, at) for parcel in found]
    return found


def _not_binary(parcel: Parcel | Refusal, frame: str, at: float) -> Parcel | Refusal:
    """Text that was neither JSON nor base64 is no protobuf either."""
    if isinstance(parcel, Parcel) and isinstance(parcel.body, bytes) and parcel.body == frames.as_bytes(frame):
        return _refuse("not_json", "the text is neither JSON nor base64", at)
    return parcel


def _open_bytes(raw: bytes, beside: Identity, at: float, depth: int, found: Contents) -> None:
    raw = raw.removeprefix(frames.BOM)
    if raw.startswith((GZIP, ZSTD)):
        try:
            raw = inflate(raw)
        except Refused as refused:
            found.append(_refuse(refused.code, refused.message, at))
            return
    start = raw[:64].lstrip()[:1]
    if start in (b"{", b"["):
        if _open_json(raw, beside, at, depth, found):
            return
        if _is_text(raw):
            parsed = frames.parse(raw, FORMAT, at)
            found.append(parsed if isinstance(parsed, Refusal) else _refuse("not_json", "several values", at))
            return
    elif (decoded := from_base64(raw)) is not None and depth:
        _open_bytes(decoded, beside, at, depth - 1, found)
        return
    found.append(Parcel(raw, beside) if raw else _refuse("bad_shape", "the frame is empty", at))


def _open_json(raw: bytes, beside: Identity, at: float, depth: int, found: Contents) -> bool:
    """True when `raw` is JSON, or lines of JSON of which at least one can be read."""
    try:
        _open_value(frames.load(raw), beside, at, depth, found)
        return True
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        lines = raw.split(b"\n", MAX_PARCELS)
    parsed = [frames.parse(line, FORMAT, at) for line in lines if line.strip()]
    if len(parsed) < 2 or all(isinstance(value, Refusal) for value in parsed):
        return False
    for value in parsed:
        if isinstance(value, Refusal):
            found.append(value)
        else:
            _open_value(value, beside, at, depth, found)
    return True


def _open_value(value: Any, beside: Identity, at: float, depth: int, found: Contents) -> None:
    if len(found) >= MAX_PARCELS:
        found[-1] = _refuse("too_many", f"more than {MAX_PARCELS} samples in one frame", at)
        return
    if isinstance(value, dict):
        _open_object(value, beside, at, depth, found)
    elif isinstance(value, list) and depth:
        for each in value:
            _open_value(each, beside, at, depth - 1, found)
    elif isinstance(value, str) and depth and (decoded := from_base64(value.encode())) is not None:
        _open_bytes(decoded, beside, at, depth - 1, found)
    else:
        found.append(_refuse("bad_shape", f"a sample is an object, not {type(value).__name__}", at))


def _open_object(value: dict[str, Any], beside: Identity, at: float, depth: int, found: Contents) -> None:
    inner = next((value[name] for name in WRAPPED if isinstance(value.get(name), dict | list | str)), None)
    if inner is None or "timestamp" in value or not depth:
        found.append(Parcel(value, beside))
        return
    metadata = values.members(value.get("metadata"))
    own = Identity(
        call=values.text(value.get("callId")) or values.text(metadata.get("callId")),
        client=values.text(value.get("clientId")) or values.text(metadata.get("clientId")),
    )
    _open_value(inner, beside.over(own), at, depth - 1, found)


def from_base64(raw: bytes) -> bytes | None:
    """The bytes of base64 text, standard or URL-safe, padded or not; None when it is something else."""
    compact = raw.strip().translate(URL_SAFE, b"\r\n").rstrip(b"=")
    if len(compact) < 2 or len(compact) % 4 == 1:
        return None
    try:
        return b64decode(compact + b"=" * (-len(compact) % 4), validate=True)
    except Base64Error:
        return None


def inflate(raw: bytes) -> bytes:
    """The content of a gzip or zstd body; `Refused` when it is neither, or over `MAX_INFLATED` bytes."""
    try:
        content = _inflate_zstd(raw) if raw.startswith(ZSTD) else _inflate_gzip(raw)
    except (zlib.error, zstandard.ZstdError) as error:
        raise Refused("bad_compression", str(error)) from error
    if len(content) > MAX_INFLATED:
        raise Refused("too_large", f"the frame inflates to more than {MAX_INFLATED} bytes")
    return content


def _inflate_gzip(raw: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    content = inflater.decompress(raw, MAX_INFLATED + 1)
    if not inflater.eof and len(content) <= MAX_INFLATED:
        raise Refused("bad_compression", "the gzip stream is cut off")
    return content


def _inflate_zstd(raw: bytes) -> bytes:
    # `decompress` trusts the size that the frame states; a reader takes no more than it is asked for.
    with zstandard.ZstdDecompressor(max_window_size=MAX_INFLATED).stream_reader(raw) as reader:
        return reader.read(MAX_INFLATED + 1)


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse(code: str, message: str, at: float) -> Refusal:
    return Refusal(code, message, format=FORMAT, at=at)
