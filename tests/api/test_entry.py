from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from tests.api.conftest import (
    PASSWORD,
    Clock,
    InProcess,
    Lines,
    RecordingErasing,
    RecordingSql,
    Site,
    cheap_passwords,
    letters_of,
)

from rtclens.access import Access
from rtclens.access.database import Database
from rtclens.api import Services, build
from rtclens.store.store import Store

FIRST = {"organization": "Acme", "email": "Kim@example.org", "password": PASSWORD, "app": "shop"}


@pytest.fixture
def fresh(store: Store, tmp_path: Path) -> Iterator[httpx.Client]:
    """A server that nobody has set up."""
    access = Access(Database(":memory:"), passwords=cheap_passwords())
    services = Services(
        access,
        store,
        Lines(),
        RecordingSql(),
        lambda: [],
        tmp_path,
        Clock(),
        "1",
        RecordingErasing(),
        letters_of(store),
        lambda _: {},
    )
    with httpx.Client(
        transport=InProcess(Starlette(routes=build(services))), base_url="https://rtclens.test"
    ) as client:
        yield client
    access.close()


def cookie_of(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"]


def test_the_first_run_makes_the_owner_and_signs_them_in_once(fresh: httpx.Client) -> None:
    assert fresh.get("/api/v1/setup").json() == {"needed": True}
    assert fresh.get("/api/v1/me").status_code == 401
    made = fresh.post("/api/v1/setup", json=FIRST)
    assert made.status_code == 200
    assert made.json()["user"]["role"] == "owner"
    assert made.json()["organization"]["name"] == "Acme"
    assert len(made.json()["app"]["api_key"]) == 32
    me = fresh.get("/api/v1/me").json()
    assert me["user"]["email"] == "kim@example.org"
    assert me["apps"] == [made.json()["app"]]
    assert fresh.get("/api/v1/setup").json() == {"needed": False}
    again = fresh.post("/api/v1/setup", json=FIRST, headers={"X-Requested-With": "rtclens"})
    assert (again.status_code, again.json()["code"]) == (409, "already_set_up")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short"}, "weak_password"),
        ({"email": "nobody"}, "invalid_email"),
        ({"organization": " "}, "invalid_name"),
        ({"app": ""}, "invalid_name"),
    ],
)
def test_a_first_run_that_is_refused_can_be_tried_again(fresh: httpx.Client, change: dict[str, str], code: str) -> None:
    refused = fresh.post("/api/v1/setup", json={**FIRST, **change})
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert fresh.post("/api/v1/setup", json=FIRST).status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(fresh: httpx.Client) -> None:
    cookie = cookie_of(fresh.post("/api/v1/setup", json=FIRST))
    assert cookie.startswith("rtclens_session=")
    for attribute in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert attribute in cookie


def test_sign_in_and_out(site: Site) -> None:
    answer = site.ask("POST", "/sign-in", "nobody", json={"email": "owner@example.org", "password": PASSWORD})
    assert answer.json()["user"]["role"] == "owner"
    assert "Secure" not in cookie_of(answer)
    site.cookies = {**site.cookies, "fresh": cookie_of(answer).partition(";")[0].removeprefix("rtclens_session=")}
    assert site.ask("GET", "/me", "fresh").status_code == 200
    out = site.ask("POST", "/sign-out", "fresh")
    assert 'rtclens_session=""' in cookie_of(out) and "Max-Age=0" in cookie_of(out)
    assert site.ask("GET", "/me", "fresh").status_code == 401
    assert site.ask("GET", "/me", "owner").status_code == 200
    assert site.ask("POST", "/sign-out", "nobody").status_code == 200


def test_a_new_sign_in_ends_the_session_it_replaces(site: Site) -> None:
    body = {"email": "viewer@example.org", "password": PASSWORD}
    assert site.ask("POST", "/sign-in", "viewer", json=body).status_code == 200
    assert site.ask("GET", "/me", "viewer").status_code == 401


def test_guessing_is_refused_with_the_time_to_wait(site: Site) -> None:
    body = {"email": "owner@example.org", "password": "not the password"}
    for _ in range(10):
        answer = site.ask("POST", "/sign-in", "nobody", json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")
    answer = site.ask("POST", "/sign-in", "nobody", json={**body, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) > 0


def test_a_bad_token_never_falls_back_to_the_cookie(site: Site) -> None:
    for header in ("Bearer nonsense", "Basic b3duZXI=", "Bearer ", ""):
        answer = site.ask("GET", "/me", "owner", headers={"authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_token"), header


def test_me_of_a_token_names_its_app_and_no_user(site: Site) -> None:
    me = site.get("/me", "bound")
    assert me["user"] is None
    assert [app["id"] for app in me["apps"]] == [site.mine.id]
    assert me["rights"] == ["read", "sql"]
    assert me["version"] == "1.2.3"


def test_a_one_time_link_signs_in_once_and_goes_home(site: Site) -> None:
    link = site.access.owner_link()
    page = site.client.get(f"/sign-in/once/{link}")
    assert (page.status_code, page.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie_of(page)
    assert page.headers["referrer-policy"] == "no-referrer"
    again = site.client.get(f"/sign-in/once/{link}")
    assert again.headers["location"] == "/sign-in?link=expired"
    assert "set-cookie" not in again.headers


def test_an_app_is_made_changed_and_removed(site: Site) -> None:
    made = site.ask("POST", "/apps", json={"name": "new app"}).json()
    assert set(made) == {"id", "name", "api_key", "token", "server_key"}
    listed = site.get("/apps")
    assert made["id"] in [app["id"] for app in listed]
    assert made["token"] not in str(listed) and made["server_key"] not in str(listed)
    changed = site.ask("PATCH", f"/apps/{made['id']}", json={"paused": True, "domains": ["Example.org"]}).json()
    assert (changed["paused"], changed["domains"], changed["name"]) == (True, ["example.org"], "new app")
    key = site.ask("POST", f"/apps/{made['id']}/jwt-keys", json={"algorithm": "HS256", "secret": "s" * 32}).json()
    assert set(key) == {"id", "algorithm"}
    assert site.ask("DELETE", f"/apps/{made['id']}/jwt-keys/{key['id']}").status_code == 200
    rotated = site.ask("POST", f"/apps/{made['id']}/server-key").json()["server_key"]
    assert rotated != made["server_key"]
    assert site.ask("DELETE", f"/apps/{made['id']}").status_code == 200
    assert site.access.lookup_app(made["api_key"]) is None
    assert site.access.by_token(made["token"]) is None


def test_a_token_is_made_listed_and_voided_and_gives_no_more_than_its_maker_has(site: Site) -> None:
    made = site.ask("POST", "/tokens", json={"name": "ci", "scopes": ["read"], "app_id": site.mine.id}).json()
    site.tokens = {**site.tokens, "ci": made["token"]}
    assert [app["id"] for app in site.get("/me", "ci")["apps"]] == [site.mine.id]
    listed = {token["id"]: token for token in site.get("/tokens")}
    assert made["token"] not in str(listed)
    assert listed[made["id"]]["hint"] == made["token"][-4:]
    foreign = site.ask("POST", "/tokens", json={"name": "x", "app_id": site.theirs.id})
    assert foreign.status_code == 404
    assert site.ask("POST", "/tokens", json={"name": "x", "scopes": ["own"]}).status_code == 400
    assert site.ask("DELETE", f"/tokens/{made['id']}", "other").status_code == 404
    assert site.ask("DELETE", f"/tokens/{made['id']}").status_code == 200
    assert site.ask("GET", "/me", "ci").status_code == 401


def test_a_managing_token_cannot_give_a_right_it_lacks(site: Site) -> None:
    owner = site.access.users.listed(site.access.default_organization().id)[0]
    _, secret = site.access.tokens.create(owner.organization_id, "manager", ("manage",))
    site.tokens = {**site.tokens, "manager": secret}
    assert site.ask("POST", "/tokens", "manager", json={"name": "x", "scopes": ["sql"]}).status_code == 403
    assert site.ask("POST", "/tokens", "manager", json={"name": "x", "scopes": ["manage"]}).status_code == 200


def test_a_session_that_is_due_is_renewed_on_the_way(site: Site) -> None:
    site.access._db.execute("UPDATE sessions SET issued_at = issued_at - 90000000")
    answer = site.ask("GET", "/me")
    renewed = cookie_of(answer).partition(";")[0].removeprefix("rtclens_session=")
    assert renewed != site.cookies["owner"]
    site.cookies = {**site.cookies, "renewed": renewed}
    assert "set-cookie" not in site.ask("GET", "/me", "renewed").headers
