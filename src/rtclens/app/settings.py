"""Settings: one table that says the name, type, default and meaning of each; the environment and the CLI set them.

Enters: `RTCLENS_*` variables and command-line overrides. Leaves: `Settings`. `docs/settings.md` is written from here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

PREFIX = "RTCLENS_"
Doc = msgspec.Meta


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an operator can turn. Each member is read from `RTCLENS_` + its name in capitals."""

    data: Annotated[str, Doc(description="Folder of the embedded store, the spool and the control database.")] = "data"
    host: Annotated[str, Doc(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Doc(description="Port to listen on; 0 takes a free one.", ge=0, le=65535)] = 8080
    role: Annotated[
        Literal["all", "edge", "worker", "web"],
        Doc(description="Which parts this process runs. Anything but `all` needs a stream and a store by DSN."),
    ] = "all"
    open: Annotated[
        bool,
        Doc(description="Accept telemetry without a known ingest key into the default app. For loopback and demos."),
    ] = False
    store: Annotated[
        str, Doc(description="DSN of the analytics store; empty means embedded chDB in the data folder.")
    ] = ""
    control: Annotated[
        str, Doc(description="DSN of the control database, postgresql://…; empty means SQLite in the data folder.")
    ] = ""
    stream: Annotated[
        str,
        Doc(
            description="DSN of the stream, kafka://host:port,…/topic?option=…; empty means a spool in the data folder."
        ),
    ] = ""
    cluster: Annotated[
        str, Doc(description="Name of the ClickHouse cluster whose tables are replicated; empty for a single server.")
    ] = ""
    secret: Annotated[
        str, Doc(description="Shared by all edges: signs what clients carry back; empty makes one in the data folder.")
    ] = ""
    public_url: Annotated[
        str, Doc(description="URL under which browsers reach this server; used in links and snippets.")
    ] = ""
    privacy: Annotated[
        Literal["standard", "off"],
        Doc(description="What is masked before anything is stored: addresses, secrets, free text; or nothing."),
    ] = "standard"
    place_headers: Annotated[
        str,
        Doc(
            description="Headers of a trusted proxy that say where a client is, like `country=cf-ipcountry "
            "asn=x-client-asn` (also network, region, city, pop); they become attributes of joins.",
            pattern=r"^(\s*(asn|network|country|region|city|pop)=[A-Za-z0-9-]+)*\s*$",
        ),
    ] = ""
    max_frame_bytes: Annotated[
        int, Doc(description="Largest WebSocket frame and request body, after decompression.", ge=65536)
    ] = 16 * 1024 * 1024
    max_upload_bytes: Annotated[int, Doc(description="Largest uploaded dump.", ge=65536)] = 512 * 1024 * 1024
    max_sockets: Annotated[int, Doc(description="Open telemetry sockets per process.", ge=1)] = 20_000
    max_app_sockets: Annotated[int, Doc(description="Open telemetry sockets per app and process.", ge=1)] = 10_000
    fsync: Annotated[
        bool, Doc(description="Acknowledge only after fsync, so that data survives power loss, not only a crash.")
    ] = False
    spool_bytes: Annotated[
        int, Doc(description="Most bytes the spool may hold before new input is refused as overload.", ge=1_048_576)
    ] = 4 * 1024 * 1024 * 1024
    flush_ms: Annotated[
        int, Doc(description="Longest time calls, people and findings wait before they are queryable.", ge=50)
    ] = 500
    bulk_ms: Annotated[
        int, Doc(description="Longest time everything else waits before it is queryable; the stream holds it.", ge=50)
    ] = 2000
    unwatched_ms: Annotated[
        int,
        Doc(description="Least of both times while no live page is open and no sink is set; writing less is cheap."),
    ] = 5000
    flush_rows: Annotated[int, Doc(description="Rows that trigger an earlier write to the store.", ge=100)] = 50_000
    dead_letter_days: Annotated[int, Doc(description="Days that refused input is kept for inspection.", ge=0)] = 7
    rules: Annotated[
        str, Doc(description="File of custom detection rules (TOML); it is read again whenever it changes.")
    ] = ""
    outputs: Annotated[
        str, Doc(description="File of sinks and alerts (TOML); empty means `outputs.toml` in the data folder.")
    ] = ""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Doc(description="How much the server logs.")] = (
        "info"
    )


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment, then from `overrides` that are not `None`.

    Raises `msgspec.ValidationError` with the setting's name when a value does not fit.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        text = environ.get(PREFIX + field.name.upper())
        if text is not None:
            values[field.name] = text
    values |= {name: value for name, value in overrides.items() if value is not None}
    return msgspec.convert(values, Settings, strict=False)


def describe() -> list[tuple[str, str, str]]:
    """(environment variable, default, meaning) of every setting, in order."""
    schema = msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"]
    return [
        (PREFIX + name.upper(), str(entry.get("default", "")), entry["description"]) for name, entry in schema.items()
    ]
