"""Moments that wait to be delivered, on disk: they survive `kill -9`, and the worker never waits for a receiver.

Enters: encoded moments and entities from the worker's thread; from each sink's thread, how far it delivered. Leaves:
moments after a position. One SQLite file; what a commit returned for survives the process. Past `max_rows` the oldest
moments go, and each sink that had not delivered them can tell how many it lost. The newest `KEPT` stay after delivery,
so that people can look at them.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

KEPT = 1000
log = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS moments (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entities (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS positions (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL, lost INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS told (sink TEXT, rule TEXT, finding TEXT, PRIMARY KEY (sink, rule, finding));
"""


class Outbox:
    """An open outbox. Its methods may be called from any thread; each is one short transaction."""

    def __init__(self, path: Path, max_rows: int = 200_000) -> None:
        self._max_rows = max_rows
        self._lock = Lock()
        self._database = _opened(path)
        self._positions: dict[str, int] = {}
        self._newest = self._one("SELECT seq FROM sqlite_sequence WHERE name = 'moments'")

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._database.close()

    @property
    def newest(self) -> int:
        """Position of the newest moment."""
        return self._newest

    def join(self, sinks: Sequence[str]) -> None:
        """Say who reads. A new sink begins with what comes next; one that is not named any more is forgotten."""
        with self._transaction() as database:
            for sink in sinks:
                database.execute("INSERT OR IGNORE INTO positions (sink, seq) VALUES (?, ?)", (sink, self._newest))
            known = [sink for (sink,) in database.execute("SELECT sink FROM positions").fetchall()]
            for sink in set(known) - set(sinks):
                database.execute("DELETE FROM positions WHERE sink = ?", (sink,))
                database.execute("DELETE FROM told WHERE sink = ?", (sink,))
            self._positions = dict(database.execute("SELECT sink, seq FROM positions").fetchall())

    def add(
        self,
        moments: Sequence[tuple[str, bytes]],
        entities: Iterable[tuple[str, bytes]] = (),
        gone: Iterable[str] = (),
    ) -> None:
        """Keep (id, moment) and (id, entity) together, or nothing of them; a moment that is there already stays one."""
        with self._transaction() as database:
            database.executemany("INSERT OR IGNORE INTO moments (id, body) VALUES (?, ?)", moments)
            database.executemany("INSERT OR REPLACE INTO entities VALUES (?, ?)", entities)
            database.executemany("DELETE FROM entities WHERE id = ?", [(key,) for key in gone])
            (newest,) = database.execute("SELECT coalesce(max(seq), 0) FROM moments").fetchone()
            self._newest = max(self._newest, newest)
            self._trim(database)

    def erase(self, words: Sequence[bytes]) -> int:
        """Remove every moment and entity in which one of the words stands, delivered or not; how many moments."""
        count = 0
        with self._transaction() as database:
            for word in words:
                count += database.execute("DELETE FROM moments WHERE instr(body, ?)", (word,)).rowcount
                database.execute("DELETE FROM entities WHERE instr(body, ?)", (word,))
        with self._lock:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count

    def entities(self) -> list[bytes]:
        """Everything that is remembered about open calls."""
        with self._lock:
            return [body for (body,) in self._database.execute("SELECT body FROM entities").fetchall()]

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The next moments with their positions."""
        with self._lock:
            sql = "SELECT seq, body FROM moments WHERE seq > ? ORDER BY seq LIMIT ?"
            return self._database.execute(sql, (after, limit)).fetchall()

    def position(self, sink: str) -> int:
        """How far a sink delivered."""
        return self._positions.get(sink, self._newest)

    def lost(self, sink: str) -> int:
        """Moments that a sink never delivered because it was behind for too long."""
        with self._lock:
            row = self._database.execute("SELECT lost FROM positions WHERE sink = ?", (sink,)).fetchone()
        return int(row[0]) if row else 0

    def told(self, sink: str) -> set[tuple[str, str]]:
        """(rule, finding id) that a sink has announced and not resolved."""
        with self._lock:
            return set(self._database.execute("SELECT rule, finding FROM told WHERE sink = ?", (sink,)).fetchall())

    def delivered(
        self,
        sink: str,
        seq: int,
        fired: Iterable[tuple[str, str]] = (),
        resolved: Iterable[tuple[str, str]] = (),
    ) -> None:
        """A sink has everything up to `seq`."""
        with self._transaction() as database:
            database.execute("UPDATE positions SET seq = max(seq, ?) WHERE sink = ?", (seq, sink))
            database.executemany("INSERT OR IGNORE INTO told VALUES (?, ?, ?)", [(sink, *key) for key in fired])
            database.executemany(
                "DELETE FROM told WHERE sink = ? AND rule = ? AND finding = ?", [(sink, *key) for key in resolved]
            )
            self._positions[sink] = max(self._positions.get(sink, 0), seq)

    def _trim(self, database: sqlite3.Connection) -> None:
        """Drop what everybody has, then what exceeds the limit, and count the latter for who did not have it."""
        slowest = min(self._positions.values(), default=self._newest)
        floor = max(min(slowest, self._newest - KEPT), self._newest - self._max_rows)
        (oldest,) = database.execute("SELECT coalesce(min(seq), 0) FROM moments").fetchone()
        if floor < oldest or oldest == 0:
            return
        database.execute("DELETE FROM moments WHERE seq <= ?", (floor,))
        for sink, seq in self._positions.items():
            if seq < floor:
                database.execute(
                    "UPDATE positions SET seq = ?, lost = lost + ? WHERE sink = ?", (floor, floor - seq, sink)
                )
                self._positions[sink] = floor

    def _one(self, sql: str) -> int:
        row = self._database.execute(sql).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            yield self._database


def recent(path: Path, limit: int) -> list[tuple[int, bytes]]:
    """The newest moments of an outbox that a server may be writing to, oldest first; empty when there is none."""
    if not path.exists():
        return []
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        rows = database.execute("SELECT seq, body FROM moments ORDER BY seq DESC LIMIT ?", (limit,)).fetchall()
    finally:
        database.close()
    return rows[::-1]


def _opened(path: Path) -> sqlite3.Connection:
    """The database; one that cannot be read is put aside, because no output is worth a server that does not start."""
    try:
        return _connected(path)
    except sqlite3.DatabaseError:
        log.exception("%s is damaged and put aside", path)
        path.rename(path.with_suffix(".damaged"))
        for left in (f"{path}-wal", f"{path}-shm"):
            Path(left).unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute("PRAGMA secure_delete=ON")  # what is erased leaves no bytes behind in the file
        database.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
