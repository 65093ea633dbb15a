"""A library with one row of each kind, and the way to ask it."""

from __future__ import annotations

import json
from typing import Any

from rtclens.model.facts import Call, Connection, Evidence, Finding, Participant, Session
from rtclens.wire.peermetrics import Request
from rtclens.wire.peermetrics.reading import Desk, Found, Item, Match, Question, StoredEvent

from .player import START

APP, CALL, ADA, VISIT, LINK, FOUND = (
    f"{kind}_{'ab12' * 5}" for kind in ("app", "call", "part", "sess", "conn", "find")
)
SHARED: dict[str, Any] = {"app_id": APP, "call_id": CALL}
ROWS: dict[str, Item] = {
    "conferences": Item(
        Call(
            **SHARED, external_id="daily", name="Daily", started_at=START, last_seen_at=START + 35_200, participants=2
        ),
        {"participants": [ADA], "issues": [FOUND]},
    ),
    "participants": Item(Participant(**SHARED, participant_id=ADA, external_id="ada", first_seen_at=START)),
    "sessions": Item(
        Session(
            **SHARED, participant_id=ADA, session_id=VISIT, started_at=START, ended_at=START + 9e6, browser="Firefox"
        )
    ),
    "connections": Item(
        Connection(
            **SHARED,
            participant_id=ADA,
            session_id=VISIT,
            connection_id=LINK,
            path_type="relay_tls",
            started_at=START,
            connected_at=START + 400,
        )
    ),
    "issues": Item(
        Finding(
            **SHARED,
            finding_id=FOUND,
            scope="connection",
            subject=LINK,
            connection_id=LINK,
            detector="ice_failed",
            severity="critical",
            opened_at=START,
            statement="No path worked.",
            evidence=[Evidence(metric="ice_state", text="failed after 15 s"), Evidence(metric="pairs")],
        )
    ),
    "events": Item(
        StoredEvent(
            event_id="evt_" + "0" * 20,
            at=START,
            app_id=APP,
            call_id=CALL,
            connection_id=LINK,
            name="state_changed",
            payload={"machine": "ice", "state": "failed", "connection": "x"},
        )
    ),
}
MEMBERS = {
    "conferences": "id conference_id conference_name conference_info start_time call_start end_time ongoing duration "
    "app created_at has_errors has_warnings participants_count",
    "participants": "id participant_id participant_name is_sfu app created_at",
    "sessions": "issues id conference participant devices platform metadata geo_ip app_version webrtc_sdk session_info "
    "duration end_time call_start created_at",
    "connections": "id session conference participant peer type state connection_info start_time end_time duration "
    "created_at",
    "issues": "id session conference participant connection track type code data created_at title explanation",
    "events": "id conference participant peer session connection track app type category data created_at",
}


class Shelf:
    """A library with one row of each kind and one API token."""

    def __init__(self, items: dict[str, Item] = ROWS, count: int = 1) -> None:
        self.items, self.count = items, count
        self.questions: list[Question] = []
        self.rows: list[dict[str, Any]] = []

    def apps_of(self, bearer: str) -> frozenset[str] | None:
        return frozenset({APP}) if bearer == "token" else None

    def find(self, question: Question, apps: frozenset[str]) -> Found:
        self.questions.append(question)
        item = self.items.get(question.resource)
        known = item is not None and question.single in ("", public_of(item))
        return Found([item] if item is not None and known else [], self.count)

    def summarise(self, question: Question, apps: frozenset[str]) -> list[dict[str, Any]]:
        return self.rows

    def search(self, question: Question, apps: frozenset[str]) -> list[Match]:
        return [Match("conference", "Daily", "daily", f"/calls/{n}") for n in range(30)]


def public_of(item: Item) -> str:
    row = item.row
    return str(getattr(row, getattr(row, "id_column", "event_id")))


def get(path: str, shelf: Shelf | None = None, method: str = "GET", token: str = "token", **query: str) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    desk = Desk(shelf or Shelf(), "https://rtc.example.org/base")
    return desk.answer(Request(method, f"/v1{path}", headers, query=query))


def body(response: Any) -> Any:
    return json.loads(response.body)
