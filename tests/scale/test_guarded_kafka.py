"""Brokers that want TLS and a password: who has both works with them, who has not is told why; no log has a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from tests.acceptance.conftest import play
from tests.services import kafka
from tests.services.certificates import Authority
from tests.services.kafka import Guard, KafkaCluster
from tests.stream.batches import batch

from rtclens.demo.process import IMPATIENT, ServerProcess
from rtclens.model.events import Batch
from rtclens.outputs.configuration import KafkaSettings
from rtclens.outputs.moments import Record
from rtclens.outputs.sinks import SinkError, open_sink
from rtclens.stream import StreamError
from rtclens.stream.kafka import Kafka, make_topic
from rtclens.stream.kafka_dsn import parse

pytestmark = pytest.mark.service
USER, PASSWORD = "ann", "p@ss:w/rd-7d1f"
GUEST, GUESTS_PASSWORD = "guest", "let-me-in-93ab"
POLLS = 150  # a bound for a broker that is slow, not a time that is waited for
SINK = """
[[sink]]
name = "lake"
type = "kafka"
servers = "{servers}"
topic = "{topic}"
password_env = "LAKE_PASSWORD"

[sink.client]
"security.protocol" = "SASL_SSL"
"sasl.mechanism" = "SCRAM-SHA-512"
"sasl.username" = "ann"
"ssl.ca.location" = "{ca}"
"""


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, Authority]:
    """The one that signed the broker's certificate, and another."""
    folder = tmp_path_factory.mktemp("authorities")
    return Authority(folder, "ours"), Authority(folder, "others")


@pytest.fixture(scope="module")
def brokers(authorities: tuple[Authority, Authority]) -> Iterator[KafkaCluster]:
    if why := kafka.available():
        pytest.skip(why)
    users = {USER: PASSWORD, GUEST: GUESTS_PASSWORD}
    ours = authorities[0]
    with kafka.kafka(guard=Guard(ours.server("broker"), ours.path, users, master=USER)) as cluster:
        yield cluster


def dsn(
    brokers: KafkaCluster, ca: Path, topic: str = "", user: str = USER, password: str = PASSWORD, sasl: str = ""
) -> str:
    topic = topic or f"t{uuid4().hex[:8]}"
    who = f"{user}:{quote(password, safe='')}"
    return f"kafkas://{who}@{brokers.servers}/{topic}?partitions=1&sasl={sasl or 'SCRAM-SHA-512'}&ca={ca}"


async def _passed_through(stream: Kafka) -> list[Batch]:
    """What comes out of a stream that three batches are appended to."""
    found: list[Any] = []
    consumer = stream.consumer()
    try:
        await stream.append([batch(number) for number in range(3)])
        for _ in range(POLLS):
            found += await asyncio.to_thread(consumer.poll, 10, 0.2)
            if len(found) > 3:
                break
    finally:
        consumer.close()
        await stream.close()
    return [each for each in found if isinstance(each, Batch)]


@pytest.mark.parametrize("sasl", ["SCRAM-SHA-512", "PLAIN"])
def test_a_stream_works_over_tls_for_who_signs_in(
    brokers: KafkaCluster, authorities: tuple[Authority, Authority], sasl: str
) -> None:
    async def run() -> None:
        assert len(await _passed_through(Kafka(parse(dsn(brokers, authorities[0].path, sasl=sasl))))) == 3

    asyncio.run(run())


@pytest.mark.parametrize(
    ("password", "trusted", "why"),
    [("wrong-5c20", 0, "[Aa]uthentication"), (PASSWORD, 1, "certificate could not be verified")],
)
def test_who_is_not_let_in_is_told_why(
    brokers: KafkaCluster,
    authorities: tuple[Authority, Authority],
    capfd: pytest.CaptureFixture[str],
    password: str,
    trusted: int,
    why: str,
) -> None:
    """A wrong password, and an authority that the client does not trust; neither words nor logs tell the password."""
    with pytest.raises(StreamError, match=why) as caught:
        Kafka(parse(dsn(brokers, authorities[trusted].path, password=password)))
    assert password not in f"{caught.value!r} {capfd.readouterr()}"


def test_who_may_not_is_told_so(brokers: KafkaCluster, authorities: tuple[Authority, Authority]) -> None:
    with pytest.raises(StreamError, match="AUTHORIZATION_FAILED"):
        Kafka(parse(dsn(brokers, authorities[0].path, user=GUEST, password=GUESTS_PASSWORD)))


def test_a_right_that_is_granted_later_needs_no_restart(
    brokers: KafkaCluster, authorities: tuple[Authority, Authority]
) -> None:
    """To be refused is fatal for a producer; the stream goes on with another one."""
    topic = f"t{uuid4().hex[:8]}"

    async def run() -> None:
        await Kafka(parse(dsn(brokers, authorities[0].path, topic))).close()
        _grant(brokers, topic, "READ")
        stream = Kafka(parse(dsn(brokers, authorities[0].path, topic, GUEST, GUESTS_PASSWORD)))
        with pytest.raises(StreamError):
            await stream.append([batch(0)])
        _grant(brokers, topic, "WRITE")
        for attempt in range(POLLS):
            try:
                await stream.append([batch(1)])
                break
            except StreamError:
                assert attempt < POLLS - 1
                await asyncio.sleep(0.1)
        await stream.close()

    asyncio.run(run())


def _grant(brokers: KafkaCluster, topic: str, operation: str) -> None:
    from confluent_kafka import admin

    what = admin.ResourceType.TOPIC, topic, admin.ResourcePatternType.LITERAL
    right = admin.AclBinding(*what, f"User:{GUEST}", "*", admin.AclOperation[operation], admin.AclPermissionType.ALLOW)
    client = admin.AdminClient(brokers.client)
    for granted in client.create_acls([right]).values():
        granted.result(30)


def test_a_server_and_its_sink_work_with_them(
    tmp_path: Path, brokers: KafkaCluster, authorities: tuple[Authority, Authority]
) -> None:
    """What comes in is stored and reported; no log tells a password."""
    ours = authorities[0]
    environ = _environ(tmp_path, brokers, ours, dsn(brokers, ours.path))
    make_topic(parse(dsn(brokers, ours.path, "lake")))
    server = ServerProcess(tmp_path, environ=environ)
    try:
        server.start()
        tally = play(server, "peermetrics-happy", "guarded")
        server.settle()
        samples = server.sql("SELECT count() AS n FROM samples")[0]["n"]
        assert server.stop() in (0, -15)
    finally:
        server.kill()
    assert samples == tally["samples_acknowledged"] > 0
    assert any(b"call.started" in value for value in _messages(brokers, "lake"))
    assert PASSWORD not in server.log() and quote(PASSWORD, safe="") not in server.log()


def test_a_server_that_is_not_let_in_says_so_and_ends(
    tmp_path: Path, brokers: KafkaCluster, authorities: tuple[Authority, Authority]
) -> None:
    ours = authorities[0]
    environ = _environ(tmp_path, brokers, ours, dsn(brokers, ours.path, password="wrong-5c20"))
    with pytest.raises(RuntimeError, match=r"RTCLENS_STREAM: Kafka at .*uthentication"):
        ServerProcess(tmp_path, environ=environ).start()
    assert "wrong-5c20" not in (tmp_path / "server.log").read_text()
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def _environ(folder: Path, brokers: KafkaCluster, ours: Authority, stream: str) -> dict[str, str]:
    outputs = folder / "outputs.toml"
    outputs.write_text(SINK.format(servers=brokers.servers, topic="lake", ca=ours.path))
    return {**IMPATIENT, "RTCLENS_STREAM": stream, "RTCLENS_OUTPUTS": str(outputs), "LAKE_PASSWORD": PASSWORD}


def _messages(brokers: KafkaCluster, topic: str) -> list[bytes]:
    """What is in a topic."""
    from confluent_kafka import Consumer

    options = {"group.id": uuid4().hex, "auto.offset.reset": "earliest", "enable.partition.eof": True}
    consumer = Consumer({**brokers.client, **options})
    consumer.subscribe([topic])
    found: list[bytes] = []
    while (message := consumer.poll(30)) is not None and message.error() is None:
        found.append(message.value())
    consumer.close()
    return found


def test_a_sink_that_is_not_let_in_says_why(
    tmp_path: Path, brokers: KafkaCluster, authorities: tuple[Authority, Authority], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only time ran out as far as the messages are told."""
    monkeypatch.setenv("LAKE_PASSWORD", "wrong-5c20")
    client = {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": USER,
        "ssl.ca.location": str(authorities[0].path),
    }
    settings = KafkaSettings(
        name="lake", servers=brokers.servers, topic="lake", client=client, password_env="LAKE_PASSWORD", timeout_s=3
    )
    sink = open_sink(settings, tmp_path)
    record = Record("out_1", "call.started", "call", {})
    with pytest.raises(SinkError, match="_AUTHENTICATION") as caught:
        sink.send([record])
    sink.close()
    assert "wrong-5c20" not in f"{caught.value} {settings!r}"
