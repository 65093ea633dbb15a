"""Where reports go and what raises an alert: one TOML file, checked as a whole.

Enters: the text of `outputs.toml`. Leaves: `Configuration`, or `ConfigurationError` with every mistake it holds.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from rtclens.model.facts import Segment, Severity, Verdict
from rtclens.outputs.filters import Filter, unknown_events
from rtclens.outputs.moments import Options
from rtclens.outputs.targets import url_problem

FILE = "outputs.toml"
Format = Literal["own", "observertc-1", "observertc-2", "observer-3", "none"]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class ConfigurationError(Exception):
    """What is wrong, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class SinkSettings(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What every sink has. `format` none is for a sink that only carries alerts."""

    name: Name
    format: Format = "own"
    samples: bool = False
    apps: list[str] = []
    events: list[str] = []
    types: list[str] = []
    severity: Severity | None = None
    detectors: list[str] = []
    batch: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    attempts: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    backoff_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 0.5
    backoff_max_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 60.0
    service_id: str = ""
    service_name: str | None = None
    media_unit: str = "rtclens"
    marker: str | None = None
    address_salt: str = ""

    @property
    def filter(self) -> Filter:
        """What passes."""
        return Filter(tuple(self.apps), tuple(self.events), self.severity, tuple(self.detectors))

    @property
    def options(self) -> Options:
        """What ObserveRTC's formats ask for."""
        return Options(self.service_id, self.service_name, self.media_unit, self.marker, self.address_salt)


class WebhookSettings(SinkSettings, kw_only=True, frozen=True, tag="webhook"):
    """POSTs to `url`, signed with `secret` or with what the environment variable `secret_env` holds."""

    url: str
    secret: str = ""
    secret_env: str = ""
    headers: dict[str, str] = {}
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=120)] = 10.0


class FileSettings(SinkSettings, kw_only=True, frozen=True, tag="file"):
    """JSON lines in `path` (relative to the data folder), a new file every `max_bytes`, `keep` old ones."""

    path: str
    max_bytes: Annotated[int, msgspec.Meta(ge=4096)] = 64 * 1024 * 1024
    keep: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5


class KafkaSettings(SinkSettings, kw_only=True, frozen=True, tag="kafka"):
    """Messages to `topic` at `servers`; `client` goes to the client library as they are.

    `password_env` names the environment variable that holds `sasl.password`.
    """

    servers: str
    topic: str = "reports"
    encoding: Literal["json", "avro"] = "json"
    payload_only: bool = False
    client: dict[str, str | int | float | bool] = {}
    password_env: str = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 30.0

    def __repr__(self) -> str:
        return f"KafkaSettings({self.name}, {self.servers}, {self.topic})"


AnySink = WebhookSettings | FileSettings | KafkaSettings


class AlertRule(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Findings, or calls that end with one of `verdicts`, that are told in words to the sink named `sink`."""

    name: Name
    sink: str
    apps: list[str] = []
    severity: Severity | None = None
    detectors: list[str] = []
    causes: list[Segment] = []
    verdicts: list[Verdict] = []
    resolved: bool = True


class Configuration(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A whole file. No `allow_hosts` means any host; `outbox_rows` is how many moments may wait."""

    sink: list[AnySink] = []
    alert: list[AlertRule] = []
    allow_hosts: list[str] = []
    outbox_rows: Annotated[int, msgspec.Meta(ge=1000)] = 200_000

    @property
    def wants_samples(self) -> bool:
        """Whether any sink asks for reports of samples."""
        return any(sink.samples for sink in self.sink)


def load(setting: str, folder: Path) -> Configuration | None:
    """The file that the setting names, else the one in the data folder, else nothing."""
    path = Path(setting) if setting else folder / FILE
    if not setting and not path.exists():
        return None
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([f"{path} cannot be read: {error}"]) from error
    return parse(text)


def parse(text: str, environ: Mapping[str, str] | None = None) -> Configuration:
    """Read and check a configuration. Raises `ConfigurationError`."""
    try:
        configuration = msgspec.convert(tomllib.loads(text), Configuration)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f"not TOML: {error}"]) from error
    except msgspec.ValidationError as error:
        raise ConfigurationError([str(error)]) from error
    problems = list(_problems(configuration, os.environ if environ is None else environ))
    if problems:
        raise ConfigurationError(problems)
    return configuration


def _problems(configuration: Configuration, environ: Mapping[str, str]) -> Iterator[str]:
    names = [sink.name for sink in configuration.sink]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two sinks are named {name!r}"
    for sink in configuration.sink:
        for problem in _sink_problems(sink, configuration, environ):
            yield f"sink {sink.name!r}: {problem}"
    rules = [rule.name for rule in configuration.alert]
    for name in sorted({name for name in rules if rules.count(name) > 1}):
        yield f"two alerts are named {name!r}"
    for rule in configuration.alert:
        if rule.sink not in names:
            yield f"alert {rule.name!r}: there is no sink {rule.sink!r}"
        if rule.verdicts and (rule.detectors or rule.causes or rule.severity):
            yield f"alert {rule.name!r}: verdicts are of calls; severity, detectors and causes are of findings"


def _sink_problems(sink: AnySink, configuration: Configuration, environ: Mapping[str, str]) -> Iterator[str]:
    for event in unknown_events(sink.events):
        yield f"no event matches {event!r}"
    if sink.samples and sink.format in ("own", "none"):
        yield "samples are reported in the formats observertc-1, observertc-2 and observer-3 only"
    if isinstance(sink, WebhookSettings):
        problem = url_problem(sink.url, configuration.allow_hosts)
        if problem:
            yield problem
        if sink.secret_env and not environ.get(sink.secret_env):
            yield f"the environment variable {sink.secret_env} (secret_env) is not set"
    if isinstance(sink, KafkaSettings) and sink.password_env and not environ.get(sink.password_env):
        yield f"the environment variable {sink.password_env} (password_env) is not set"
    if isinstance(sink, KafkaSettings) and sink.encoding == "avro" and sink.format != "observertc-1":
        yield "avro is the encoding of observertc-1 only"
