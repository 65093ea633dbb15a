"""Doors, worker and pages as processes of their own: Kafka between them, people and apps in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from tests.acceptance.conftest import play
from tests.services import kafka, postgres

from rtclens.access import Access
from rtclens.cli import main
from rtclens.demo.process import ServerProcess

SECRET = "of all edges"
PINGS = 10  # a bound for a line that stays silent


@pytest.mark.parametrize("role", ["edge", "worker", "web"])
def test_a_role_says_what_it_needs(tmp_path: Path, role: str) -> None:
    """Without a shared stream and store it does not start, and names the settings."""
    outcome = CliRunner().invoke(main, ["serve", "--role", role, "--data", str(tmp_path)])
    assert outcome.exit_code == 1
    assert "RTCLENS_STREAM" in outcome.output
    assert "RTCLENS_STORE" in outcome.output


@contextmanager
def live(process: ServerProcess) -> Iterator[Iterator[str]]:
    """The lines of a page that waits for news."""
    headers = {"Authorization": f"Bearer {process.app.token}"}
    with httpx.stream("GET", f"{process.url}/api/v1/live", headers=headers, timeout=60, trust_env=False) as answer:
        assert answer.is_success
        yield answer.iter_lines()


def news(lines: Iterator[str]) -> set[str]:
    """What kinds of news came, until there were two or the line was pinged often."""
    kinds: set[str] = set()
    pings = 0
    for line in lines:
        pings += line == ": ping"
        if line.startswith("event: "):
            kinds.add(line.removeprefix("event: "))
        if len(kinds) == 2 or pings > PINGS:
            break
    return kinds


@pytest.mark.service
def test_what_comes_in_at_an_edge_is_analysed_by_a_worker_and_read_on_the_web(tmp_path: Path) -> None:
    """Also live, on a page that is open while the worker works.

    An embedded store has one owner at a time: the web process opens it after the worker ended, and the one with the
    open page has another.
    """
    if why := kafka.available() or postgres.available():
        pytest.skip(why)
    with kafka.kafka() as brokers, postgres.postgres() as control:

        def process(role: str, store: str) -> ServerProcess:
            shared = ["--stream", brokers.dsn("roles", partitions=3), "--control", control, "--role", role]
            return ServerProcess(tmp_path / role, *shared, "--store", f"chdb://{tmp_path}/{store}")

        edge, worker, web = process("edge", "letters"), process("worker", "store"), process("web", "store")
        open_page = process("web", "elsewhere")
        access = Access.open(tmp_path, control)
        edge.app = web.app = open_page.app = access.create_app("Shared")
        access.close()
        try:
            edge.start()
            worker.start()
            open_page.start()
            with live(open_page) as lines:
                tally = play(edge, "peermetrics-happy", "roles")
                told = news(lines)
            while worker.metric("rtclens_pipeline_batches_total") < edge.metric("rtclens_ingest_batches_total"):
                assert worker.metric("rtclens_pipeline_up") == 1, worker.log()[-4000:]
            worker.settle()
            edge.stop()
            worker.stop()
            web.start()
            calls = web.sql("SELECT external_id, participants FROM calls")
            samples = web.sql("SELECT count() AS n FROM samples")[0]["n"]
        finally:
            for each in (edge, worker, web, open_page):
                each.kill()
    assert told == {"call", "participant"}
    assert tally["refused"] == 0
    assert [call["external_id"] for call in calls] == ["roles"]
    assert samples == tally["samples_acknowledged"] > 0
