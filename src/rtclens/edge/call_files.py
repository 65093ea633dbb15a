"""A stored call as dump files that other tools, and we ourselves, read.

Enters: the call's batches as they are stored. Leaves: one rtcstats dump for each visit of a participant, or one
webrtc-internals dump of all. A dump names its call and participant in an unsigned token, as our reader expects it.
Memory does not grow with the call: batches wait on disk, by visit.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from rtclens.model.events import Batch, Origin
from rtclens.stream import record
from rtclens.wire import internals
from rtclens.wire.rtcstats import dump

FORMATS = ("rtcstats", "webrtc-internals")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_HEADER = b'{"alg":"none"}'


def written(batches: Iterable[Batch], format_name: str, folder: Path) -> list[Path]:
    """The files of a call in `folder`; raises `KeyError` for a format that is not one of `FORMATS`."""
    writers = {"rtcstats": _visits, "webrtc-internals": _document}
    return writers[format_name](batches, folder)


def _document(batches: Iterable[Batch], folder: Path) -> list[Path]:
    content = internals.export(batches, keep=None)
    path = folder / "webrtc-internals.json"
    path.write_bytes(content)
    return [path]


def _visits(batches: Iterable[Batch], folder: Path) -> list[Path]:
    waiting: dict[Origin, Path] = {}
    for batch in batches:
        path = waiting.setdefault(batch.origin, folder / f"{len(waiting)}.batches")
        with path.open("ab") as file:
            file.write(record.frame(batch.seq, record.encode(batch)))
    return [_visit(origin, path, folder) for origin, path in waiting.items()]


def _visit(origin: Origin, waiting: Path, folder: Path) -> Path:
    """One dump; the batches it was made of are removed."""
    number = waiting.stem
    path = folder / f"{_UNSAFE.sub('_', origin.participant)[:80] or 'unknown'}-{number}.dump"
    told = dump.told_by(event for batch in _read(waiting) for event in batch.events)
    with path.open("wb") as file:
        file.writelines(dump.event_dump({"url": _url(origin), **told}, _read(waiting)))
    waiting.unlink()
    return path


def _read(path: Path) -> Iterator[Batch]:
    with path.open("rb") as file:
        for seq, payload, _ in record.scan(file):
            yield record.decode(seq, payload)


def _url(origin: Origin) -> str:
    claims = msgspec.json.encode({"rtcStats": {"user": origin.participant, "conference": origin.call}})
    token = b".".join([urlsafe_b64encode(part).rstrip(b"=") for part in (_HEADER, claims)]) + b"."
    return f"/{quote(origin.call, safe='')}?rtcstats-token={token.decode()}"
