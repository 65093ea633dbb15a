"""Every operation × every kind of caller: what the declared right admits, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import Site, call_of, connection_of, person_of

from rtclens.access.model import RIGHTS
from rtclens.api.endpoint import Endpoint, NoBody
from rtclens.api.routes import ENDPOINTS

NOTHING = {"key_id": "none", "token_id": "none", "user_id": "none", "query_id": "none", "letter": "0"}
BODIES: dict[str, Any] = {
    "set_up": {"organization": "x", "email": "x@example.org", "password": "long enough pass", "app": "x"},
    "sign_in": {"email": "owner@example.org", "password": "correct horse battery"},
    "create_app": {"name": "new"},
    "change_app": {"name": "renamed"},
    "add_jwt_key": {"algorithm": "HS256", "secret": "s" * 40},
    "create_token": {"name": "new", "scopes": ["read"]},
    "run_sql": {"query": "SELECT 1"},
    "save_query": {"name": "new", "query": "SELECT 1"},
    "change_saved_query": {"name": "other", "query": "SELECT 2"},
    "invite_member": {"email": "new@example.org", "role": "viewer"},
    "change_role": {"role": "viewer"},
    "redecode_letters": {"code": "none"},
    "drop_letters": {"code": "none"},
    "change_password": {"new": "another good password"},
}
TOKEN_RIGHTS = {
    "bound": {"read", "sql"},
    "wide": {"read", "sql", "manage"},
    "reader": {"read"},
}
ROLES = ("owner", "admin", "member", "viewer")
PROTECTED = [endpoint for endpoint in ENDPOINTS if endpoint.right is not None]


def named(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def request(site: Site, endpoint: Endpoint, who: str) -> int:
    app_id = site.mine.id
    path = endpoint.path.format(app_id=app_id, call_id=call_of(app_id), participant_id=person_of(app_id), **NOTHING)
    more: dict[str, Any] = {}
    if endpoint.body is not NoBody:
        more["json"] = BODIES[endpoint.handler.__name__]
    if endpoint.path.endswith("/reports"):
        more["params"] = {"connection_id": connection_of(app_id), "at": 0}
    return site.ask(endpoint.method, path, who, **more).status_code


@pytest.mark.parametrize("endpoint", PROTECTED, ids=named)
def test_nobody_gets_in_without_a_session_or_token(site: Site, endpoint: Endpoint) -> None:
    assert request(site, endpoint, "anonymous") == 401


@pytest.mark.parametrize("endpoint", PROTECTED, ids=named)
def test_each_role_gets_exactly_what_the_right_admits(site: Site, endpoint: Endpoint) -> None:
    for role in ROLES:
        allowed = endpoint.right in RIGHTS[role]
        # What is allowed may still name something that is not there (404) or that an earlier role removed.
        assert (request(site, endpoint, role) != 403) is allowed, role


@pytest.mark.parametrize("endpoint", PROTECTED, ids=named)
def test_each_token_gets_exactly_its_scopes(site: Site, endpoint: Endpoint) -> None:
    for token, scopes in TOKEN_RIGHTS.items():
        if endpoint.right not in scopes:
            assert request(site, endpoint, token) == 403, token
        elif token != "bound" and endpoint.path != "/password":  # a token has none
            assert request(site, endpoint, token) != 403, token


@pytest.mark.parametrize("endpoint", [e for e in PROTECTED if "{" in e.path], ids=named)
def test_another_organization_finds_nothing_of_ours(site: Site, endpoint: Endpoint) -> None:
    for who in ("other", "foreign"):
        assert request(site, endpoint, who) in ({404} if who == "other" else {403, 404}), who


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.changes], ids=named)
def test_a_change_by_cookie_needs_the_header_that_other_sites_cannot_send(site: Site, endpoint: Endpoint) -> None:
    path = endpoint.path.format(app_id=site.mine.id, call_id="none", participant_id="none", **NOTHING)
    body = BODIES.get(endpoint.handler.__name__)
    answer = site.ask(endpoint.method, path, json=body, headers={"X-Requested-With": "XMLHttpRequest"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.body is not NoBody], ids=named)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"surprise": 1}', b"\xff"])
def test_a_body_that_does_not_fit_is_refused_in_words(site: Site, endpoint: Endpoint, body: bytes) -> None:
    path = endpoint.path.format(app_id=site.mine.id, **NOTHING)
    answer = site.ask(endpoint.method, path, content=body, headers={"content-type": "application/json"})
    refused = answer.json()
    assert answer.status_code == 400
    assert refused["code"] in ("bad_body", "not_json")
    assert refused["message"]


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.body is not NoBody], ids=named)
def test_only_json_is_a_body_so_that_no_form_of_another_site_is(site: Site, endpoint: Endpoint) -> None:
    path = endpoint.path.format(app_id=site.mine.id, **NOTHING)
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = site.ask(endpoint.method, path, content=b"{}", headers={"content-type": kind})
        assert answer.status_code == 415, kind


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.method == "GET"], ids=named)
def test_an_unknown_or_repeated_parameter_is_refused_not_ignored(site: Site, endpoint: Endpoint) -> None:
    path = endpoint.path.format(call_id=call_of(site.mine.id), **NOTHING)
    for query in ("verdikt=bad", "app=a&app=b"):
        answer = site.ask("GET", f"{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


@pytest.mark.parametrize("path", sorted({endpoint.path for endpoint in ENDPOINTS}))
def test_a_wrong_method_is_answered_in_json_with_what_is_allowed(site: Site, path: str) -> None:
    answer = site.ask("PUT", path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"]
