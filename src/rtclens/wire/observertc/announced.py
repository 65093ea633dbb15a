"""Read what an endpoint announces about the frames to come.

Enters: `Hello`. Leaves: `Announced`: whether JSON is a delta, which schema version, how identifiers are packed. What is
not announced, or contradicted by the bytes, is recognised from the frames themselves.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rtclens.model.codec import Hello
from rtclens.wire.observertc.identifiers import Packing
from rtclens.wire.observertc.sniff import announced_families

JsonMode = Literal["plain", "delta", "unknown"]

OLD_DOORS = ("service", "serviceId", "media_unit", "mediaUnitId")
SLOT_OPTIONS = ("callIdIsUuid", "clientIdIsUuid", "peerConnectionIdIsUuid", "trackIdIsUuid")


class Announced(msgspec.Struct, frozen=True):
    """What the endpoint said. `full` prefers complete messages where protobuf 2.2 fits both: the old paths' default."""

    json: JsonMode = "unknown"
    families: tuple[str, ...] = ()
    packing: Packing = ""
    full: bool = False


def announced(hello: Hello) -> Announced:
    """The announcements of `hello`, from `format`, `schemaVersion` and `identifiers` of its query."""
    query = hello.query
    return Announced(
        json=_json_mode(query.get("format", "")),
        families=announced_families(query.get("schemaVersion", "")),
        packing=_packing(query),
        full=any(name in hello.path for name in OLD_DOORS),
    )


def _json_mode(format_name: str) -> JsonMode:
    plain = format_name.strip().lower().replace("_", "-")
    if plain == "json":
        return "plain"
    return "delta" if plain in ("json-delta", "jsondelta") else "unknown"


def _packing(query: dict[str, str]) -> Packing:
    said = query.get("identifiers", "").lower()
    if said in ("uuid", "utf8"):
        return "uuid" if said == "uuid" else "utf8"
    options = {query[name].lower() for name in SLOT_OPTIONS if name in query}
    return "utf8" if options == {"false"} else ""
