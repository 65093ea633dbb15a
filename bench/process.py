"""A server process under measurement: its CPU time, memory and disk.

Enters: options of `rtclens serve`. Leaves: `Server`, stopped and removed at the end of the `with` block.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

TICKS = os.sysconf("SC_CLK_TCK")


class Server(msgspec.Struct):
    """A running server."""

    url: str
    pid: int
    folder: Path
    key: str
    token: str

    def cpu_s(self) -> float:
        """CPU seconds of all its threads since it started."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_kb(self) -> int:
        """Resident memory in KiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise RuntimeError("the process is gone")

    def metric(self, name: str) -> float:
        """Sum of a metric over its labels."""
        lines = httpx.get(self.url + "/metrics", trust_env=False).text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + " ", name + "{")))

    def sql(self, query: str) -> list[list[object]]:
        """Rows of a question."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.post(
            self.url + "/api/v1/sql", json={"query": query}, headers=headers, timeout=120, trust_env=False
        )
        rows: list[list[object]] = answer.raise_for_status().json()["rows"]
        return rows

    def settle(self) -> None:
        """Wait until everything that came in is stored."""
        while self.metric("rtclens_pipeline_lag_batches") or self.metric("rtclens_store_behind_seconds"):
            time.sleep(0.1)

    def store_bytes(self) -> int:
        """Bytes of the data parts in use, compressed."""
        return sum(path.stat().st_size for path in (self.folder / "store").rglob("*") if path.is_file())


@contextmanager
def server() -> Iterator[Server]:
    """A fresh server on a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="rtclens-bench-"))
    cli = [sys.executable, "-m", "rtclens"]
    made = msgspec.json.decode(
        subprocess.run(
            [*cli, "app", "create", "bench", "--json", "--data", folder], check=True, capture_output=True
        ).stdout
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*cli, "serve", "--data", folder, "--port", "0"], stdout=log, stderr=log)
        try:
            yield Server(_url(folder, process), process.pid, folder, made["api_key"], made["token"])
        finally:
            process.terminate()
            process.wait(60)
            shutil.rmtree(folder, ignore_errors=True)


def _url(folder: Path, process: subprocess.Popen[bytes]) -> str:
    note = folder / "server.json"
    while not note.exists():
        if process.poll() is not None:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.05)
    return str(msgspec.json.decode(note.read_bytes())["url"])
