"""A real Kafka from its published artifacts: KRaft brokers on loopback, started, killed and started again by tests.

Enters: a free range of ports. Leaves: `KafkaCluster`. Java and Maven must be installed; the jars are resolved once
into the user's cache folder. Where they cannot be had, `available` says why, and tests name that when they skip.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.9.1"
PORTS = range(8760, 8800)
CLUSTER_ID = "cnRjbGVucy10ZXN0cy0wMA"
START_TIMEOUT_S = 300.0
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "rtclens-kafka" / VERSION
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>rtclens.tests</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies>
</project>
"""


@functools.cache
def available() -> str:
    """Why no broker can be started here; empty when it can."""
    for command, package in (("java", "a Java runtime"), ("mvn", "Maven")):
        if not shutil.which(command):
            return f"Kafka: {package} ({command}) is not installed"
    done = CACHE / "complete"
    if done.exists():
        return ""
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "pom.xml").write_text(POM)
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={CACHE / 'lib'}"]
    try:
        outcome = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return "Kafka: its artifacts could not be downloaded in five minutes"
    if outcome.returncode:
        return f"Kafka: its artifacts could not be resolved: {outcome.stdout.strip()[-300:]}"
    done.touch()
    return ""


@dataclass(frozen=True)
class Guard:
    """TLS with the key and certificate in `pem`, users with passwords; only `master` may do everything."""

    pem: Path
    ca: Path
    users: dict[str, str]
    master: str
    scram: str = "SCRAM-SHA-512"

    def settings(self) -> dict[str, object]:
        """What the broker is told; whoever comes in without TLS is a broker itself."""
        listener, security = "listener.name.guarded", "org.apache.kafka.common.security"
        users = " ".join(f'user_{user}="{password}"' for user, password in self.users.items())
        return {
            f"{listener}.sasl.enabled.mechanisms": f"{self.scram},PLAIN",
            f"{listener}.{self.scram.lower()}.sasl.jaas.config": f"{security}.scram.ScramLoginModule required;",
            f"{listener}.plain.sasl.jaas.config": f"{security}.plain.PlainLoginModule required {users};",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.pem,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:ANONYMOUS;User:{self.master}",
        }

    def client(self) -> dict[str, str]:
        """How the master's clients connect."""
        return {
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.ca),
            "sasl.mechanism": self.scram,
            "sasl.username": self.master,
            "sasl.password": self.users[self.master],
        }


class Broker:
    """One node: broker and controller. With a guard, `port` is guarded and brokers talk over `inside`."""

    def __init__(
        self, folder: Path, node: int, port: int, inside: int, controllers: dict[int, int], guard: Guard | None
    ) -> None:
        self.node, self.port = node, port
        self._folder = folder / f"node-{node}"
        self._folder.mkdir()
        self._config = self._folder / "server.properties"
        settings = self._settings(controllers) | (self._guarded(inside, controllers, guard) if guard else {})
        self._config.write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
        self._process: subprocess.Popen[bytes] | None = None
        users = guard.users.items() if guard else ()
        scram = [
            word for user, password in users for word in ("-S", f"{guard.scram}=[name={user},password={password}]")
        ]
        formatted = self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(self._config), *scram)
        if formatted.wait(60):
            raise RuntimeError(f"Kafka's folder could not be made:\n{self.output()}")

    def _guarded(self, inside: int, controllers: dict[int, int], guard: Guard) -> dict[str, object]:
        clients = f"GUARDED://127.0.0.1:{self.port},INSIDE://127.0.0.1:{inside}"
        return {
            "listeners": f"{clients},CONTROLLER://127.0.0.1:{controllers[self.node]}",
            "advertised.listeners": clients,
            "inter.broker.listener.name": "INSIDE",
            "listener.security.protocol.map": "GUARDED:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
            **guard.settings(),
        }

    def _settings(self, controllers: dict[int, int]) -> dict[str, object]:
        copies = len(controllers)
        return {
            "process.roles": "broker,controller",
            "node.id": self.node,
            "controller.quorum.voters": ",".join(f"{node}@127.0.0.1:{port}" for node, port in controllers.items()),
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controllers[self.node]}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self._folder / "log",
            "offsets.topic.num.partitions": 4,
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": max(1, copies - 1),
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            "broker.session.timeout.ms": 3000,
            "broker.heartbeat.interval.ms": 500,
            "replica.lag.time.max.ms": 5000,  # a replica that is away holds acknowledgements up for so long at most
            "auto.create.topics.enable": "false",
            "num.network.threads": 2,
            "num.io.threads": 2,
            "log.cleaner.enable": "false",
        }

    def _java(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        memory = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
        logging = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        command = ["java", *memory, logging, "-cp", f"{CACHE / 'lib'}/*", main, *arguments]
        with (self._folder / "output").open("ab") as output:
            return subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)

    def start(self) -> None:
        """Start the process; `KafkaCluster.wait` waits until it answers."""
        self._process = self._java("kafka.Kafka", str(self._config))

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """`kill -9`, by process id."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait(30)

    def output(self) -> str:
        return (self._folder / "output").read_text(errors="replace")[-3000:]


class KafkaCluster:
    """Some brokers that form one cluster."""

    def __init__(self, folder: Path, size: int, guard: Guard | None = None) -> None:
        ports = _free_ports(3 * size)
        controllers = dict(enumerate(ports[size : 2 * size], 1))
        self.brokers = [
            Broker(folder, node, port, inside, controllers, guard)
            for node, (port, inside) in enumerate(zip(ports[:size], ports[2 * size :], strict=True), 1)
        ]
        self._client = guard.client() if guard else {}

    @property
    def servers(self) -> str:
        return ",".join(f"127.0.0.1:{broker.port}" for broker in self.brokers)

    @property
    def client(self) -> dict[str, object]:
        """Settings of clients that may do everything."""
        return {"bootstrap.servers": self.servers, **self._client}

    def start(self) -> None:
        for broker in self.brokers:
            broker.start()
        self.wait()

    def wait(self) -> None:
        """Wait until every broker is a member of the cluster."""
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        admin = AdminClient(self.client | {"log_level": 0})
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                if len(admin.list_topics(timeout=2).brokers) == len(self.brokers):
                    return
            except KafkaException:
                pass
            admin.poll(0.2)
        raise RuntimeError("Kafka did not start:\n" + "\n".join(broker.output() for broker in self.brokers))

    def stop(self) -> None:
        """Their data is thrown away, so there is nothing to end gracefully."""
        for broker in self.brokers:
            broker.kill()

    def dsn(self, topic: str, **options: object) -> str:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        return f"kafka://{self.servers}/{topic}?{query}"


def _free_ports(count: int) -> list[int]:
    found: list[int] = []
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if len(found) < count and probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
    if len(found) < count:
        raise RuntimeError(f"no {count} free ports in {PORTS}")
    return found


@contextmanager
def kafka(size: int = 1, guard: Guard | None = None) -> Iterator[KafkaCluster]:
    """A started cluster, killed and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="rtclens-kafka-"))
    cluster = KafkaCluster(folder, size, guard)
    try:
        cluster.start()
        yield cluster
    except BaseException:
        for broker in cluster.brokers:
            print(f"--- broker {broker.node}, the end of its log\n{broker.output()}")  # noqa: T201 - pytest shows it
        raise
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
