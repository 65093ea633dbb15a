"""What the server made of a call, asked by the room's name; participants are named as in the page (`a`, `b`).

Enters: a running server and the room. Leaves: rows.
"""

from __future__ import annotations

from typing import Any

from rtclens.demo.process import ServerProcess


class Seen:
    """One call as the server stored it."""

    def __init__(self, running: ServerProcess, room: str) -> None:
        self._server = running
        calls = running.sql(f"SELECT call_id, participants, formats FROM calls WHERE external_id = '{room}'")
        assert len(calls) == 1, calls
        self.call = calls[0]

    def rows(self, table: str, members: str) -> list[dict[str, Any]]:
        """Rows of one of the call's tables, with `who` they are about."""
        return self._server.sql(
            f"SELECT if(p.name != '', p.name, p.external_id) AS who, {members} FROM {table} AS t"
            " LEFT JOIN participants AS p ON p.participant_id = t.participant_id"
            f" WHERE t.call_id = '{self.call['call_id']}'"
        )

    def tracks(self) -> set[tuple[str, str, str]]:
        """Who, direction and kind of every track."""
        return {(row["who"][-1], row["direction"], row["kind"]) for row in self.rows("tracks", "t.direction, t.kind")}

    def findings(self) -> set[tuple[str, str]]:
        """Detector and who of every finding."""
        return {(row["detector"], row["who"][-1:]) for row in self.rows("findings", "t.detector")}

    def serious(self) -> set[tuple[str, str]]:
        """Detector and who of the findings that a busy machine does not explain: high and critical ones."""
        rows = self.rows("findings", "t.detector, t.severity")
        return {(row["detector"], row["who"][-1:]) for row in rows if row["severity"] in ("high", "critical")}

    def samples(self) -> dict[str, int]:
        """getStats reports stored, by participant."""
        counts: dict[str, int] = {}
        for row in self.rows("samples", "t.at"):
            counts[row["who"][-1]] = counts.get(row["who"][-1], 0) + 1
        return counts

    def last(self, table: str, member: str) -> dict[int, float]:
        """The highest value that `member` reached, by SSRC."""
        values: dict[int, float] = {}
        for row in self.rows(table, f"t.ssrc, t.{member} AS value"):
            if row["value"] is not None:
                values[int(row["ssrc"])] = max(values.get(int(row["ssrc"]), 0), float(row["value"]))
        return values
