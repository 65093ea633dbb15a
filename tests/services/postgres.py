"""A real PostgreSQL on a folder of its own, on a loopback port. Skipped by name where it is not installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 60.0
USER = "rtclens"


def available() -> str:
    """Why no server can be started here; empty when it can."""
    if not (shutil.which("initdb") and shutil.which("postgres")):
        return "PostgreSQL: initdb and postgres are not on the path"
    if os.getuid() == 0 and not _account():
        return "PostgreSQL: it does not run as root, and there is no account named postgres"
    return ""


def _account() -> str | None:
    """The account to run as: our own, or that of the package for root."""
    import pwd

    try:
        return pwd.getpwnam("postgres").pw_name if os.getuid() == 0 else None
    except KeyError:
        return None


@contextmanager
def postgres() -> Iterator[str]:
    """The DSN of a started server; stopped and removed at the end."""
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="rtclens-postgres-"))
    if account:
        shutil.chown(folder, account)
    port = _free_port()
    data = folder / "data"
    quick = ["-c", "fsync=off", "-c", f"unix_socket_directories={folder}", "-c", "listen_addresses=127.0.0.1"]
    subprocess.run(
        ["initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync"],
        user=account,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        ["postgres", "-D", data, "-p", str(port), *quick],
        user=account,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    dsn = f"postgresql://{USER}@127.0.0.1:{port}/postgres"
    try:
        _wait(dsn)
        yield dsn
    finally:
        server.send_signal(signal.SIGINT)  # ends open connections too
        server.wait(START_TIMEOUT_S)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(dsn: str) -> None:
    import psycopg

    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
