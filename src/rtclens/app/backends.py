"""Which backends the settings name: the stream, the analytics store, the control database, and what a role needs.

Enters: `Settings`. Leaves: opened backends, or `SettingsError` with what is missing.
"""

from __future__ import annotations

from pathlib import Path

from rtclens import outputs
from rtclens.access import Access
from rtclens.app.settings import Settings
from rtclens.app.sql import embedded_dsn
from rtclens.stream import StreamError
from rtclens.stream.kafka import Kafka
from rtclens.stream.kafka_dsn import parse
from rtclens.stream.spool import Spool, SpoolSettings

DOORS = frozenset({"all", "edge"})
WORKS = frozenset({"all", "worker"})
PAGES = frozenset({"all", "web"})


class SettingsError(Exception):
    """The settings cannot be used together; the text says what to change."""


def check(settings: Settings) -> None:
    """Raise `SettingsError` unless the role can work with the backends that are set."""
    try:
        outputs.load(settings.outputs, Path(settings.data))
    except outputs.ConfigurationError as error:
        raise SettingsError(f"RTCLENS_OUTPUTS: {error}") from error
    missing = [f"RTCLENS_{name.upper()}" for name in ("stream", "store") if not getattr(settings, name)]
    if settings.role != "all" and missing:
        raise SettingsError(
            f"the role {settings.role} shares the stream and the store with other processes: set "
            f"{' and '.join(missing)}, or run the role all"
        )


def open_stream(settings: Settings) -> Spool | Kafka:
    """The spool of the data folder, or the topic that the DSN names."""
    if not settings.stream:
        limits = SpoolSettings(fsync=settings.fsync, max_bytes=settings.spool_bytes)
        return Spool(Path(settings.data) / "spool", limits)
    try:
        return Kafka(parse(settings.stream))
    except (ValueError, StreamError) as error:
        raise SettingsError(f"RTCLENS_STREAM: {error}") from error
    except ImportError as error:
        raise SettingsError("a Kafka stream needs the extra: pip install 'rtclens[kafka]'") from error


def open_control(settings: Settings) -> Access:
    """The control database: SQLite in the data folder, or what the DSN names."""
    try:
        return Access.open(Path(settings.data), settings.control)
    except ValueError as error:
        raise SettingsError(f"RTCLENS_CONTROL: {error}") from error
    except ImportError as error:
        raise SettingsError("a PostgreSQL control database needs the extra: pip install 'rtclens[postgres]'") from error


def store_dsn(settings: Settings) -> str:
    """The DSN of the analytics store."""
    return settings.store or embedded_dsn(Path(settings.data))
