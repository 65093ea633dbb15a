"""The file reader for what Firefox's about:webrtc copies: a report, a report history, or a section of one.

Enters: chunks of JSON, and a `Hello` (`path`: `call`, `participant`). Leaves: batches in order of time, then a refusal
where the document could not be read. Each report is one sample of one connection; a history is many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rtclens.model.codec import Hello, Item, Refusal
from rtclens.model.events import AnyEvent, Batch, Client, Origin, Sample, SessionOpened
from rtclens.wire.common.frames import parse
from rtclens.wire.internals.firefox_events import History, happenings, instant, page_url, text
from rtclens.wire.internals.firefox_stats import sample, section

NAME = "firefox-webrtc"
MAX_BYTES = 64 * 1024 * 1024


class FirefoxReader:
    """Reads about:webrtc JSON."""

    name = NAME

    def read(self, chunks: Iterable[bytes], hello: Hello) -> Iterator[Item]:
        """The document's batches and refusals."""
        raw = _joined(chunks)
        if raw is None:
            message = f"a copied report of more than {MAX_BYTES} bytes"
            yield Refusal("too_large", message, format=NAME, at=hello.opened_at)
            return
        document = parse(raw, NAME, hello.opened_at)
        if isinstance(document, Refusal):
            yield document
            return
        reports = _reports(document)
        events = _events(document, reports, hello.opened_at)
        if not events:
            message = "no report, history or statistics of about:webrtc"
            yield Refusal("bad_shape", message, "use Copy Report in about:webrtc", format=NAME, at=hello.opened_at)
            return
        url = next((url for report in reports if (url := page_url(report))), "")
        yield from _batches(events, Client(browser="Firefox", url=url), hello)


def _joined(chunks: Iterable[bytes]) -> bytes | None:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            return None
        parts.append(chunk)
    return b"".join(parts)


def _events(document: Any, reports: list[dict[str, Any]], opened_at: float) -> list[AnyEvent]:
    """All events of the document in order of time."""
    history = History()
    events: list[AnyEvent] = []
    for report in reports:
        events += happenings(report, history)
        found = sample(report)
        if found is not None:
            events.append(found)
    if not events:
        copied = section(document, opened_at)
        events = [copied] if copied is not None else []
    events.sort(key=lambda event: event.at)
    return events


def _reports(document: Any) -> list[dict[str, Any]]:
    """The reports of a copied report or history, the descriptions of a history given to its connections."""
    if not isinstance(document, dict):
        return []
    if isinstance(document.get("reports"), list):
        reports = [report for report in document["reports"] if isinstance(report, dict)]
        said = document.get("sdpHistories")
        extra = [entry for entry in said if isinstance(entry, dict)] if isinstance(said, list) else []
        return sorted(reports + extra, key=lambda report: instant(report.get("timestamp")) or 0.0)
    return [document] if text(document.get("pcid")) else []


def _batches(events: list[AnyEvent], client: Client, hello: Hello) -> Iterator[Batch]:
    """One batch per sample, with what happened before it."""
    origin = Origin(
        app_id=hello.app_id,
        format=NAME,
        call=hello.path.get("call", ""),
        participant=hello.path.get("participant") or hello.stream,
        session=hello.stream,
    )
    held: list[AnyEvent] = [SessionOpened(at=events[0].at, client=client)]
    for event in events:
        held.append(event)
        if isinstance(event, Sample):
            yield Batch(origin, event.at, held)
            held = []
    if held:
        yield Batch(origin, held[-1].at, held)
