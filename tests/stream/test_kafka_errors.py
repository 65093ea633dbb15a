"""What passes is asked again, what does not is said at once, and a topic is made while brokers come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from tests.services import kafka

from rtclens.stream import StreamError
from rtclens.stream.kafka import make_topic
from rtclens.stream.kafka_dsn import parse
from rtclens.stream.kafka_errors import PERMANENT, Complaints, ask

confluent_kafka = pytest.importorskip("confluent_kafka")
PASSING = ("_DESTROY_BROKER", "_TRANSPORT", "_TIMED_OUT", "LEADER_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS")


def error(name: str) -> Any:
    return confluent_kafka.KafkaError(getattr(confluent_kafka.KafkaError, name))


def failing(*names: str) -> Callable[[], str]:
    """A question that fails in these ways, one after another, and is then answered."""
    left = list(names)

    def question() -> str:
        if left:
            raise confluent_kafka.KafkaException(error(left.pop(0)))
        return "answer"

    return question


def test_the_library_knows_every_permanent_error() -> None:
    assert [name for name in sorted(PERMANENT) if error(name).name() != name] == []


def test_what_passes_is_asked_again_after_growing_pauses() -> None:
    pauses: list[float] = []
    assert ask(failing(*PASSING), "k1:9092", pauses.append) == "answer"
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6]


def test_time_runs_out() -> None:
    with pytest.raises(StreamError, match=r"Kafka at k1:9092: .*[Tt]ransport"):
        ask(failing("_TRANSPORT", "_TRANSPORT"), "k1:9092", lambda _: None, within_s=0)


@pytest.mark.parametrize("name", ["TOPIC_AUTHORIZATION_FAILED", "_AUTHENTICATION", "INVALID_CONFIG"])
def test_what_does_not_pass_is_said_at_once(name: str) -> None:
    with pytest.raises(StreamError):
        ask(failing(name), "k1:9092", lambda _: None)


def test_the_reason_behind_an_answer_that_did_not_come_is_said_at_once() -> None:
    """A client with a wrong password is only told that no broker answered."""
    complaints = Complaints()

    def wait(_: float) -> None:
        complaints.hear(confluent_kafka.KafkaError(confluent_kafka.KafkaError._AUTHENTICATION, "wrong password"))
        complaints.hear(error("_ALL_BROKERS_DOWN"))

    with pytest.raises(StreamError, match="wrong password"):
        ask(failing("_TRANSPORT"), "k1:9092", wait, complaints)


@pytest.fixture(scope="module")
def brokers() -> Iterator[kafka.KafkaCluster]:
    if why := kafka.available():
        pytest.skip(why)
    with kafka.kafka() as cluster:
        yield cluster


@pytest.mark.service
@pytest.mark.parametrize("first", ["list_topics", "create_topics"])
def test_a_topic_is_made_though_a_connection_is_replaced_meanwhile(
    brokers: kafka.KafkaCluster, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """The client gives up what it asked on a connection that goes away, as it does when brokers change."""
    from confluent_kafka import admin

    interrupted = failing("_DESTROY_BROKER", "_TRANSPORT")
    real = getattr(admin.AdminClient, first)

    def asked(self: Any, *given: Any, **options: Any) -> Any:
        interrupted()
        return real(self, *given, **options)

    monkeypatch.setattr(admin.AdminClient, first, asked)
    assert make_topic(parse(brokers.dsn(f"t{uuid4().hex[:8]}", partitions=3))) == 3


@pytest.mark.service
def test_making_a_topic_twice_keeps_it(brokers: kafka.KafkaCluster) -> None:
    topic = f"t{uuid4().hex[:8]}"
    assert make_topic(parse(brokers.dsn(topic, partitions=3))) == 3
    assert make_topic(parse(brokers.dsn(topic, partitions=5))) == 3


@pytest.mark.service
def test_a_topic_that_brokers_refuse_is_said_at_once(brokers: kafka.KafkaCluster) -> None:
    with pytest.raises(StreamError, match="Kafka at"):
        make_topic(parse(brokers.dsn("not%20a%20name", partitions=3)))


def test_a_file_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(StreamError, match=r"ssl\.ca\.location"):
        make_topic(parse("kafkas://k1:9093/events?ca=/nowhere/ca.pem"))
