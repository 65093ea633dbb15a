"""Which errors of Kafka pass by themselves, and asking again until they have.

Enters: questions to brokers. Leaves: their answers, or `StreamError` in the brokers' words. Brokers are restarted,
replaced and given other parts to lead while they are asked, and a client answers with whatever that met. So an error
passes until a deadline, except those that mean: not like this, and not later either.

A client that no broker lets in is only told that time ran out. Why (a wrong password, an authority that nobody trusts)
the client tells on the side, to `Complaints`.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from rtclens.stream.protocol import StreamError

if TYPE_CHECKING:
    from confluent_kafka import KafkaError

T = TypeVar("T")
PATIENCE_S = 30.0
ASK_S = 5.0  # for one answer
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
# The names that librdkafka gives; those with an underscore it found itself, the others a broker answered.
PERMANENT = frozenset(
    {
        *("_AUTHENTICATION", "_SSL", "_INVALID_ARG", "_NOT_IMPLEMENTED", "_UNSUPPORTED_FEATURE", "_FATAL"),
        *("SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM", "ILLEGAL_SASL_STATE", "SECURITY_DISABLED"),
        *("TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"),
        *("TOPIC_EXCEPTION", "INVALID_PARTITIONS", "INVALID_CONFIG", "INVALID_REQUEST", "POLICY_VIOLATION"),
        *("UNSUPPORTED_VERSION", "MSG_SIZE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"),
    }
)


def passes(error: KafkaError) -> bool:
    """Whether it is worth asking again."""
    return error.name() not in PERMANENT and not error.fatal()


class Complaints:
    """What a client last found wrong with its connections; `hear` is its `error_cb`, called when it is polled."""

    def __init__(self) -> None:
        self.last: KafkaError | None = None

    def hear(self, error: KafkaError) -> None:
        """Remember, unless it only says that all of them are down: why was said before."""
        if error.name() != "_ALL_BROKERS_DOWN":
            self.last = error

    def behind(self, error: KafkaError) -> KafkaError:
        """What an answer comes from: brokers' own words stand for themselves, a client's mean its connections."""
        return error if error.code() >= 0 or not passes(error) else self.last or error


def ask(
    question: Callable[[], T],
    servers: str,
    wait: Callable[[float], object],
    complaints: Complaints | None = None,
    within_s: float = PATIENCE_S,
) -> T:
    """The answer to `question`, asked again after growing pauses while its errors pass.

    `wait(seconds)` is how to pause: polling the client, so that it can complain. Raises `StreamError` for an error
    that does not pass, or that did not within `within_s` seconds.
    """
    from confluent_kafka import KafkaException

    heard = complaints or Complaints()
    deadline = monotonic() + within_s
    pause = FIRST_PAUSE_S
    while True:
        try:
            return question()
        except KafkaException as caught:
            wait(pause)
            error = heard.behind(caught.args[0])
            if not passes(error) or monotonic() >= deadline:
                raise StreamError(f"Kafka at {servers}: {words(error)}") from caught
        pause = min(2 * pause, LONGEST_PAUSE_S)


def opened(make: Callable[[], T], servers: str) -> T:
    """A client; raises `StreamError` where its settings cannot be used, such as files that are not there."""
    from confluent_kafka import KafkaException

    try:
        return make()
    except KafkaException as caught:
        raise StreamError(f"Kafka at {servers}: {words(caught.args[0])}") from caught


def words(error: KafkaError) -> str:
    """What an error says, and the name to look it up by."""
    return f"{error.str()} ({error.name()})"
