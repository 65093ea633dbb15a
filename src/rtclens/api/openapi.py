"""The OpenAPI document of the API, generated from its declarations.

Enters: the endpoints. Leaves: a dict in the shape of OpenAPI 3.1, the same on every run. `python -m
rtclens.api` prints it; the committed copy is `docs/openapi.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from rtclens.api import beside
from rtclens.api.endpoint import Endpoint, NoBody
from rtclens.api.errors import ErrorBody

REF = "#/components/schemas/{name}"
ERRORS = {"400": "Not acceptable", "401": "Not signed in", "403": "Not allowed", "404": "Not there"}
OTHERS = "Refused for another reason: `code` says which"
PATH_PARAMETER = re.compile(r"{(\w+)}")


def document(endpoints: Iterable[Endpoint], version: str) -> dict[str, Any]:
    """The whole document."""
    known = sorted(endpoints, key=lambda endpoint: (endpoint.path, endpoint.method))
    types: list[Any] = [endpoint.answer for endpoint in known if endpoint.answer is not None]
    types += [endpoint.body for endpoint in known if endpoint.body is not NoBody]
    schemas, components = msgspec.json.schema_components([*types, ErrorBody], ref_template=REF)
    by_type = dict(zip(map(repr, [*types, ErrorBody]), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in known:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation(endpoint, by_type)
    for one in sorted(beside.ALL, key=lambda one: (one.path, one.method)):
        paths.setdefault(one.path, {})[one.method.lower()] = beside.operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "rtclens",
            "version": version,
            "description": "Times are milliseconds since the epoch, null is unknown, every read is scoped to the"
            " caller's apps. Changes by cookie need the header `X-Requested-With: rtclens`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "rtclens_session"},
            },
        },
    }


def operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    """One operation of the document."""
    described: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": [*path_parameters(endpoint.path), *query_parameters(endpoint.query)],
        "responses": responses(endpoint, schemas),
        "security": [] if endpoint.right is None else [{"token": []}, {"session": []}],
    }
    if endpoint.right is not None:
        described["x-right"] = endpoint.right
    if endpoint.body is not NoBody:
        content = {"application/json": {"schema": schemas[repr(endpoint.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def path_parameters(path: str) -> list[dict[str, Any]]:
    """The parameters in braces."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PATH_PARAMETER.findall(path)
    ]


def query_parameters(query: type[msgspec.Struct]) -> list[dict[str, Any]]:
    """The members of the query struct."""
    schema = msgspec.json.schema(query)
    members = schema["$defs"][query.__name__]
    required = set(members.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _given(member, name in required)}
        for name, member in members["properties"].items()
    ]


def _given(schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """An empty parameter counts as none, so one that is required is not empty."""
    return schema | {"minLength": 1} if required and schema.get("type") == "string" else schema


def responses(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    """The good answer and the errors that this operation can give."""
    good: dict[str, Any] = {"description": "Done"}
    if endpoint.answer is not None:
        good["content"] = {"application/json": {"schema": schemas[repr(endpoint.answer)]}}
    error = {"application/json": {"schema": schemas[repr(ErrorBody)]}}
    others = {"default": {"description": OTHERS, "content": error}}
    codes = [code for code in ERRORS if not (endpoint.right is None and code == "403" and not endpoint.changes)]
    return {"200": good} | {code: {"description": ERRORS[code], "content": error} for code in codes} | others


def text(endpoints: Iterable[Endpoint], version: str) -> str:
    """The document as it is committed."""
    encoded = msgspec.json.encode(document(endpoints, version))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
