"""Records reach a real broker, keyed and with their ids; a broker that is away is an error, not a loss."""

from __future__ import annotations

import json

import msgspec
import pytest
from tests.outputs.world import moments
from tests.services import kafka

from rtclens.outputs import avro, observertc1, observertc2
from rtclens.outputs.configuration import KafkaSettings
from rtclens.outputs.moments import Options, Record
from rtclens.outputs.sinks import SinkError, open_sink
from rtclens.outputs.sinks.kafka import encode


def told(mapper, count: int) -> list[Record]:
    found = [record for moment in moments() if moment.batch is None for record in mapper(moment, Options())]
    return found[:count]


@pytest.mark.service
def test_records_reach_a_broker_with_key_and_id(tmp_path):
    if why := kafka.available():
        pytest.skip(why)
    from confluent_kafka import Consumer
    from confluent_kafka.admin import AdminClient, NewTopic

    records = told(observertc2.records, 20)
    with kafka.kafka() as brokers:
        admin = AdminClient({"bootstrap.servers": brokers.servers})
        admin.create_topics([NewTopic("told", 1, 1)])["told"].result(30)
        sink = open_sink(KafkaSettings(name="k", servers=brokers.servers, topic="told"), tmp_path)
        sink.send(records)
        sink.close()
        options = {"bootstrap.servers": brokers.servers, "group.id": "test", "auto.offset.reset": "earliest"}
        consumer = Consumer(options)
        consumer.subscribe(["told"])
        messages = consumer.consume(20, timeout=60)
        consumer.close()
    read = sorted(
        (dict(message.headers())["rtclens-id"].decode(), message.key(), message.value()) for message in messages
    )
    assert [(key, value) for _, key, value in read] == [
        (record.key.encode(), msgspec.json.encode(record.body)) for record in sorted(records, key=lambda r: r.id)
    ]
    assert [record_id for record_id, _, _ in read] == sorted(record.id for record in records)


def test_no_broker_is_an_error(tmp_path):
    pytest.importorskip("confluent_kafka")
    settings = KafkaSettings(name="k", servers="127.0.0.1:9", timeout_s=1, client={"log_level": 0})
    sink = open_sink(settings, tmp_path)
    with pytest.raises(SinkError):
        sink.send(told(observertc2.records, 2))
    sink.close()


def test_encodings():
    settings = KafkaSettings(name="k", servers="x")
    (record,) = told(observertc2.records, 1)
    assert json.loads(encode(record, settings)) == record.body
    bare = msgspec.structs.replace(settings, payload_only=True)
    assert json.loads(encode(record, bare)) == record.body["payload"]
    (first,) = told(observertc1.records, 1)
    binary = msgspec.structs.replace(settings, encoding="avro")
    assert encode(first, binary) == avro.encode(first.message, first.body)
