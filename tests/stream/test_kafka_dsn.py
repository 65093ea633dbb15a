"""What a Kafka DSN says reaches every client of the brokers, and its password nothing else."""

from __future__ import annotations

import pytest

from rtclens.stream.kafka_dsn import client_settings, consumer_settings, parse, producer_settings

SECRET = "p@ss:w/rd"
DSN = "kafkas://ann:p%40ss%3Aw%2Frd@k1:9093,k2:9093/events?sasl=SCRAM-SHA-512&ca=/etc/ca.pem&cert=/etc/c.pem&key=/etc/k.pem"


def test_without_more_nothing_is_encrypted() -> None:
    """The client library's defaults stay."""
    assert client_settings(parse("kafka://k1:9092/events")) == {"bootstrap.servers": "k1:9092"}


def test_tls_and_sign_in_reach_every_client() -> None:
    """Under the client library's names, with the credentials as they were before they were quoted."""
    settings = parse(DSN)
    expected = {
        "bootstrap.servers": "k1:9093,k2:9093",
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "ann",
        "sasl.password": SECRET,
        "ssl.ca.location": "/etc/ca.pem",
        "ssl.certificate.location": "/etc/c.pem",
        "ssl.key.location": "/etc/k.pem",
    }
    for found in (client_settings(settings), producer_settings(settings), consumer_settings(settings)):
        assert expected.items() <= found.items()


@pytest.mark.parametrize(
    ("dsn", "protocol"),
    [("kafka://ann:x@k1:9092/e", "SASL_PLAINTEXT"), ("kafkas://k1:9093/e", "SSL")],
)
def test_either_can_be_had_alone(dsn: str, protocol: str) -> None:
    """A user without TLS, TLS without a user."""
    assert client_settings(parse(dsn))["security.protocol"] == protocol


def test_the_password_is_never_shown() -> None:
    """Settings end up in logs and tracebacks; so do the errors about them."""
    assert SECRET not in f"{parse(DSN)!r} {parse(DSN)}"
    for wrong in ("partitions=none", "partitions=0", "sasl=GUESS", "colour=red", "password=x"):
        with pytest.raises(ValueError) as caught:
            parse(f"kafkas://ann:p%40ss%3Aw%2Frd@k1:9093/events?{wrong}")
        assert SECRET not in str(caught.value) and "p%40ss" not in str(caught.value)


def test_files_of_tls_need_tls() -> None:
    """Else one would believe to be safe."""
    with pytest.raises(ValueError, match="kafkas"):
        parse("kafka://k1:9092/events?ca=/etc/ca.pem")
