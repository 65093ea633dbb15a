"""What one process tells of facts, all that listen hear."""

from __future__ import annotations

from queue import SimpleQueue

import pytest
from tests.services import kafka

from rtclens.model.facts import Call, Fact, Finding, Session
from rtclens.stream.kafka_dsn import parse
from rtclens.stream.news import NewsReader, NewsWriter

HEARD_S = 60.0  # a bound for a broker that is slow, not a time that is waited for


@pytest.mark.service
def test_everyone_who_listens_hears_what_is_told_from_then_on() -> None:
    """In order, of the kinds that pages show; nobody hears what was told before."""
    if why := kafka.available():
        pytest.skip(why)
    with kafka.kafka() as brokers:
        settings = parse(brokers.dsn("events", partitions=2))
        writer = NewsWriter(settings, (Call, Finding))
        heard: list[SimpleQueue[list[Fact]]] = [SimpleQueue(), SimpleQueue()]
        writer.tell([Call(app_id="app", call_id="before", revision=1)])
        writer.close()
        readers = [NewsReader(settings, queue.put) for queue in heard]
        told = [Call(app_id="app", call_id=f"call{number}", revision=number) for number in range(5)]
        for call in told:
            writer.tell([call, Session(app_id="app", call_id="c", participant_id="p", session_id="s")])
        found = [[fact for _ in told for fact in queue.get(timeout=HEARD_S)] for queue in heard]
        for reader in readers:
            reader.close()
        writer.close()
    assert found == [told, told]
    assert writer.dropped == 0
