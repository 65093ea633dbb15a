"""The document describes every path of the server."""

import asyncio
import re
from pathlib import Path

from starlette.routing import Route, WebSocketRoute

from rtclens.api import beside
from rtclens.app.parts import Parts
from rtclens.app.routes import beside_api
from rtclens.app.settings import load


def test_every_door_is_in_the_document_and_nothing_else(tmp_path: Path) -> None:
    parts = Parts.open(load({}, data=str(tmp_path / "data")))
    found = beside_api(parts)
    asyncio.run(parts.stop())
    served = set[tuple[str, str]]()
    for route in found:
        path = re.sub(r"\{(\w+):path\}", r"{\1}", getattr(route, "path", "")).removeprefix("/api/v1")
        if isinstance(route, WebSocketRoute) and not path.endswith("/"):
            served.add(("GET", path))
        elif isinstance(route, Route):
            served |= {(method, path) for method in (route.methods or set()) - {"OPTIONS", "HEAD"}}
    described = {(one.method, one.path) for one in beside.ALL}
    mounted = {("GET", "/live")}
    known = {(method, path.replace("/v1/{rest}", "/v1/{path}")) for method, path in served}
    assert known == described - mounted
