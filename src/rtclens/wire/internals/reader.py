"""The file reader for chrome://webrtc-internals dumps.

Enters: chunks of the file, and a `Hello` (`path`: `call`, `participant`). Leaves: batches in order of time, one client
per renderer, then a refusal where the file was broken. Several renderers in one file are several participants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge

import msgspec

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import AnyEvent, Batch, Origin, Sample, SessionClosed, SessionOpened
from rtclens.wire.internals import media
from rtclens.wire.internals.client import client
from rtclens.wire.internals.dump import Dump, load
from rtclens.wire.internals.media import MediaEntry
from rtclens.wire.internals.timeline import BY_TIME, Timeline, timeline

NAME = "webrtc-internals"
TOGETHER = 1000.0  # ms that events of one batch may lie apart
Told = tuple[float, int, AnyEvent]


class InternalsReader:
    """Reads webrtc-internals JSON of every era."""

    name = NAME

    def read(self, chunks: Iterable[bytes], hello: Hello) -> Iterator[Item]:
        """The file's batches and refusals."""
        dump = load(chunks)
        if dump.recognised:
            yield from _batches(dump, hello)
        if dump.broken or not dump.recognised:
            message = dump.broken or "the document has neither PeerConnections nor getUserMedia"
            hint = "everything before the break was read" if dump.recognised else ""
            yield Refusal("not_json" if dump.broken else "bad_shape", message, hint, format=NAME, at=hello.opened_at)


class _Client(msgspec.Struct):
    """One renderer: its connections' timelines and its media requests."""

    number: str
    timelines: list[Timeline] = []
    media: list[MediaEntry] = []
    url: str = ""


def _batches(dump: Dump, hello: Hello) -> Iterator[Batch]:
    clients = _clients(dump)
    origins = [_origin(one, len(clients), hello) for one in clients]
    sources = [_source(index, one, dump, hello) for index, one in enumerate(clients)]
    return _grouped(merge(*sources, key=lambda told: told[0]), origins)


def _clients(dump: Dump) -> list[_Client]:
    """One client per renderer. Connection keys begin with the renderer's number, in older files with the process's."""
    clients: dict[str, _Client] = {}
    by_process = _keyed_by_process(dump)
    for found in dump.connections:
        one = clients.setdefault(found.client, _Client(found.client, [], []))
        one.url = one.url or found.url
        line = timeline(found, dump.quality)
        if line is not None:
            one.timelines.append(line)
    for said in dump.media:
        number = said.pid if by_process or said.rid is None else said.rid
        one = clients.setdefault(str(number), _Client(str(number), [], []))
        one.media.append(said)
        one.url = one.url or said.url or said.origin
    return list(clients.values()) or [_Client("")]


def _keyed_by_process(dump: Dump) -> bool:
    if not dump.connections:
        return all(said.request_id is None for said in dump.media)
    processes = {str(found.pid) for found in dump.connections} | {str(said.pid) for said in dump.media}
    return all(found.client in processes for found in dump.connections)


def _origin(one: _Client, clients: int, hello: Hello) -> Origin:
    participant = hello.path.get("participant") or hello.stream
    return Origin(
        app_id=hello.app_id,
        format=NAME,
        call=hello.path.get("call", ""),
        participant=f"{participant}/{one.number}" if clients > 1 else participant,
        session=f"{hello.stream}/{one.number}" if one.number else hello.stream,
    )


def _source(index: int, one: _Client, dump: Dump, hello: Hello) -> Iterator[Told]:
    """One client's events in order of time, marked with the client's index."""
    accesses = sorted(media.accesses(one.media), key=BY_TIME)
    begins = [line.begins_at for line in one.timelines] + [access.at for access in accesses[:1]]
    begins_at = min(begins, default=dump.downloaded_at if dump.downloaded_at is not None else hello.opened_at)
    about = {"dump": msgspec.to_builtins(dump.quality)}
    if dump.downloaded_at is not None:
        about["downloadedAt"] = dump.downloaded_at
    opened = SessionOpened(at=begins_at, client=client(dump.page, one.url, about))
    last = begins_at
    for event in merge([opened], accesses, *(line.events for line in one.timelines), key=BY_TIME):
        last = event.at
        yield last, index, event
    # Nobody left: the file was saved. What follows is not silence but simply not in it.
    yield last, index, SessionClosed(at=last, reason="file_ended")


def _grouped(told: Iterator[Told], origins: list[Origin]) -> Iterator[Batch]:
    """Batches of neighbouring events of one client; a sample ends its batch."""
    held: list[AnyEvent] = []
    holder = 0
    for at, index, event in told:
        if held and (index != holder or at - held[0].at > TOGETHER):
            yield Batch(origins[holder], held[-1].at, held)
            held = []
        held.append(event)
        holder = index
        if isinstance(event, Sample):
            yield Batch(origins[holder], at, held)
            held = []
    if held:
        yield Batch(origins[holder], held[-1].at, held)
