"""The outbox keeps what was taken, forgets what everybody has, and counts what it had to drop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from rtclens.outputs.outbox import KEPT, Outbox, recent


@pytest.fixture
def box(tmp_path):
    made = Outbox(tmp_path / "o.db", max_rows=2 * KEPT)
    yield made
    made.close()


def rows(first: int, last: int) -> list[tuple[str, bytes]]:
    return [(f"id{number}", b"%d" % number) for number in range(first, last + 1)]


def test_a_moment_is_kept_once(box):
    box.join(["s"])
    box.add([*rows(1, 3), *rows(2, 4)])
    assert [body for _, body in box.read(0, 10)] == [b"1", b"2", b"3", b"4"]


def test_a_new_sink_begins_with_what_comes_next(box):
    box.add(rows(1, 5))
    box.join(["late"])
    box.add(rows(6, 7))
    assert [body for _, body in box.read(box.position("late"), 10)] == [b"6", b"7"]


def test_positions_and_what_was_told_survive(tmp_path):
    box = Outbox(tmp_path / "o.db")
    box.join(["s", "t"])
    box.add(rows(1, 5), [("call", b"known")])
    box.delivered("s", 3, fired=[("r", "f1"), ("r", "f2")], resolved=[("r", "f2")])
    box.close()
    again = Outbox(tmp_path / "o.db")
    again.join(["s", "t"])
    assert (again.position("s"), again.position("t"), again.newest) == (3, 0, 5)
    assert again.told("s") == {("r", "f1")}
    assert again.entities() == [b"known"]
    again.join(["t"])
    assert again.told("s") == set()
    again.close()


def test_what_everybody_has_goes_except_the_newest(box):
    box.join(["fast"])
    box.add(rows(1, KEPT + 10))
    box.delivered("fast", KEPT + 10)
    box.add(rows(KEPT + 11, KEPT + 20))
    kept = box.read(0, 10 * KEPT)
    assert len(kept) == KEPT
    assert box.lost("fast") == 0


def test_a_sink_that_is_behind_for_too_long_loses_the_oldest_and_can_tell(box):
    box.join(["fast", "dead"])
    for start in range(1, 3001, 500):
        box.add(rows(start, start + 499))
        box.delivered("fast", box.newest)
    assert box.lost("dead") == 3000 - 2 * KEPT
    assert box.lost("fast") == 0
    assert box.read(box.position("dead"), 1)[0][1] == b"%d" % (3000 - 2 * KEPT + 1)


def test_a_damaged_file_is_put_aside(tmp_path, caplog):
    (tmp_path / "o.db").write_bytes(b"not a database" * 1000)
    box = Outbox(tmp_path / "o.db")
    box.add(rows(1, 1))
    box.close()
    assert (tmp_path / "o.damaged").exists()
    assert [body for _, body in recent(tmp_path / "o.db", 5)] == [b"1"]


def test_what_was_added_survives_kill_9(tmp_path):
    program = (
        "import sys\nfrom pathlib import Path\nfrom rtclens.outputs.outbox import Outbox\n"
        "box = Outbox(Path(sys.argv[1]))\nbox.join(['s'])\nnumber = 0\n"
        "while True:\n    box.add([(str(number), b'x')])\n    print(number, flush=True)\n    number += 1\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "o.db")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(50)][-1]
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read().split("\n")[:-1]
    process.stdout.close()
    process.wait()
    acknowledged = int(rest[-1]) if rest else acknowledged
    box = Outbox(tmp_path / "o.db")
    assert len(box.read(0, 10**6)) >= acknowledged + 1
    box.close()
