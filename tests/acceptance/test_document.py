"""Requests made up from the API's own document: whatever is asked, the answer is one that the document names.

A call was played before, and the caller may do everything, so that questions reach the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.acceptance.conftest import play

from rtclens.access import Access
from rtclens.demo.process import IMPATIENT, ServerProcess, server

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = "/live"
DOCUMENT = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "openapi.json").exclude(path=ENDLESS)
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations()]


@pytest.fixture(scope="module")
def asked() -> Iterator[ServerProcess]:
    """A server of its own, since requests delete and rename what they find."""
    with server(environ=IMPATIENT) as process:
        play(process, "observertc-happy", "asked")
        yield process


@pytest.fixture(scope="module")
def token(asked: ServerProcess) -> str:
    access = Access.open(asked.folder)
    try:
        organization = access.default_organization()
        return access.tokens.create(organization.id, "everything", ("read", "sql", "manage"))[1]
    finally:
        access.close()


@pytest.fixture(scope="module")
def known(asked: ServerProcess) -> dict[str, str]:
    """Parameters of paths that lead somewhere."""
    asked.settle()
    (call,) = asked.sql("SELECT call_id FROM calls WHERE external_id = 'asked'")
    return {"key": asked.app.api_key, "app_id": asked.app.id, "call_id": call["call_id"]}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_one_that_the_document_names(
    operation: schemathesis.APIOperation, asked: ServerProcess, token: str, known: dict[str, str]
) -> None:
    base = asked.url + ("" if "servers" in operation.definition.raw else "/api/v1")

    @given(case=operation.as_strategy(), there=booleans())
    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case, there: bool) -> None:
        if there and operation.method != "delete":
            case.path_parameters |= {name: known[name] for name in case.path_parameters.keys() & known.keys()}
        case.call_and_validate(base, checks=CHECKS, headers={"Authorization": f"Bearer {token}"})

    ask()
