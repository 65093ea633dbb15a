"""Analyses of dumps as the rtcstats service tells them: of a file at hand, or of calls that are stored.

Enters: files, ids, the apps that may be seen. Leaves: the service's answers. Blocks; call it off the event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from rtclens.access import App
from rtclens.analysis import Detector, DetectorInfo, catalogue
from rtclens.edge.dump_report import CallFacts, abstract, report
from rtclens.edge.importing import Importer
from rtclens.edge.ingest import Clock
from rtclens.edge.offline import Analysis, FactT, analyse
from rtclens.edge.sources import FileRead
from rtclens.model.facts import Call, Connection, Finding, Session, Track
from rtclens.query import CallFilters, NotThereError, Scope, call_detail, calls, mean_scores
from rtclens.store import Store
from rtclens.wire.peermetrics.reading.ids import own, public
from rtclens.wire.rtcstats import service
from rtclens.wire.rtcstats.service import Answer, Filter, analyze_answer, assembled_answer, enrich_answer, error
from rtclens.wire.rtcstats.service.answers import data

LISTED = 100  # calls that a list looks through, newest first


class DumpAnalyses:
    """Over one importer and one store. `public_url` is the base of links."""

    def __init__(
        self,
        importer: Importer,
        store: Store,
        clock: Clock,
        public_url: str,
        forget: Callable[[str, str], object],
        custom: Callable[[], Sequence[Detector]] = tuple,
    ) -> None:
        """`forget` erases a call of an app for good."""
        self._importer = importer
        self._forget = forget
        self._store = store
        self._clock = clock
        self._base = public_url.rstrip("/")
        self._custom = custom

    def catalogue(self) -> list[DetectorInfo]:
        """Everything that can be noticed."""
        return catalogue(self._custom())

    def stored(self, app: App, path: Path, name: str) -> Answer:
        """Import the file and tell of the call it belongs to."""
        kept = self._imported(app, path, name)
        return kept if isinstance(kept, Answer) else assembled_answer(*kept)

    def analysed(self, app: App | None, path: Path, name: str) -> Answer:
        """Tell of the file; store it where there is an app."""
        if app is not None:
            kept = self._imported(app, path, name)
            return kept if isinstance(kept, Answer) else analyze_answer(*kept)
        found = self._read(path)
        if isinstance(found, Answer):
            return found
        return analyze_answer(report(found, name or None, path.stat().st_size, self._clock()))

    def enriched(self, path: Path) -> Answer:
        """Scores and observations of the file."""
        found = self._read(path)
        return found if isinstance(found, Answer) else enrich_answer(report(found), self._clock())

    def _imported(self, app: App, path: Path, name: str) -> tuple[service.Analysis, str] | Answer:
        size, at = path.stat().st_size, self._clock()
        done = self._importer.run(app.id, [path])
        if not done.calls:
            return _unreadable(done.files[0])
        known = [self._known((app.id,), call.call_id) for call in done.calls]
        longest, others = _by_length(known)
        told = report(longest, name or None, size, at)
        told.details |= _others(others)
        return told, self._url(longest.call.call_id)

    def one(self, app_ids: Sequence[str], public_id: str) -> Answer:
        """A stored call by the id it was given out under."""
        known = self._found(app_ids, public_id)
        if isinstance(known, Answer):
            return known
        return Answer(200, msgspec.json.encode({"data": data(report(known))}))

    def erase(self, app_ids: Sequence[str], public_id: str) -> Answer:
        """Remove a stored call for good."""
        known = self._found(app_ids, public_id)
        if isinstance(known, Answer):
            return known
        self._forget(known.call.app_id, known.call.call_id)
        return Answer(200, b'{"success":true}')

    def listed(self, app_ids: Sequence[str], wanted: Filter) -> Answer:
        """The newest stored calls that pass the filter."""
        page = calls(self._store, Scope(tuple(app_ids)), CallFilters(live=False), limit=LISTED)
        found = [
            abstract(self._known((call.app_id,), call.call_id), self._url(call.call_id), _user(call))
            for call in page.calls
        ]
        return service.sessions_answer(found, wanted)

    def _found(self, app_ids: Sequence[str], public_id: str) -> CallFacts | Answer:
        call_id = own(public_id, "call")
        try:
            return self._known(app_ids, call_id) if call_id else error("not_found", "there is no such session")
        except NotThereError:
            return error("not_found", "there is no such session")

    def _known(self, app_ids: Sequence[str], call_id: str) -> CallFacts:
        scope = Scope(tuple(app_ids))
        detail = call_detail(self._store, scope, call_id)
        means = mean_scores(self._store, scope, call_id)
        return CallFacts(detail.call, detail.sessions, detail.connections, detail.tracks, detail.findings, means)

    def _read(self, path: Path) -> CallFacts | Answer:
        found = analyse([path], custom=self._custom())
        made = [_facts(found, call) for call in found.of(Call)]
        return _by_length(made)[0] if made else _unreadable(found.files[0])

    def _url(self, call_id: str) -> str:
        return f"{self._base}/calls/{call_id}"


def _user(call: Any) -> str:
    return str(call.people[0].name) if call.people else ""


def _facts(found: Analysis, call: Call) -> CallFacts:
    def mine(kind: type[FactT]) -> list[FactT]:
        return [fact for fact in found.of(kind) if fact.call_id == call.call_id]

    return CallFacts(call, mine(Session), mine(Connection), mine(Track), mine(Finding), found.mean_scores(call.call_id))


def _by_length(found: list[CallFacts]) -> tuple[CallFacts, list[CallFacts]]:
    """The longest call, which the service's answer is about, and the others of the same file."""
    ordered = sorted(found, key=lambda one: one.call.last_seen_at - one.call.started_at, reverse=True)
    return ordered[0], ordered[1:]


def _others(found: list[CallFacts]) -> dict[str, list[str]]:
    return {"otherSessions": [public(one.call.call_id) for one in found]} if found else {}


def _unreadable(read: FileRead) -> Answer:
    text = read.first_refusal or "the file holds nothing to analyse"
    return error("parsing_issue" if read.format or not read.first_refusal else "other_issue", text)
