from __future__ import annotations

import pytest
from tests.api.conftest import PASSWORD, Site

NEW = "another good password"


def member_id(site: Site, role: str, who: str = "owner") -> str:
    return next(user["id"] for user in site.get("/members", who) if user["role"] == role)


def cookie(site: Site, name: str, value: str) -> None:
    site.cookies = {**site.cookies, name: value}


def test_an_invitation_signs_in_once_with_the_role_it_names(site: Site) -> None:
    made = site.ask("POST", "/members", json={"email": "New@example.org", "role": "viewer"}).json()
    assert made["user"]["role"] == "viewer"
    page = site.client.get(made["link"])
    cookie(site, "new", page.headers["set-cookie"].partition(";")[0].removeprefix("rtclens_session="))
    me = site.get("/me", "new")
    assert (me["user"]["email"], me["rights"]) == ("new@example.org", ["read"])
    assert site.client.get(made["link"]).headers["location"] == "/sign-in?link=expired"
    assert site.ask("POST", "/members", json={"email": "new@example.org"}).status_code == 409


def test_members_of_another_organization_are_not_listed(site: Site) -> None:
    assert {user["email"] for user in site.get("/members", "other")} == {"owner@other.example"}
    assert "other.example" not in str(site.get("/members"))


@pytest.mark.parametrize("who", ["admin", "wide"])
def test_who_is_no_owner_cannot_make_touch_or_become_one(site: Site, who: str) -> None:
    owner, viewer = member_id(site, "owner"), member_id(site, "viewer")
    attempts = [
        site.ask("POST", "/members", who, json={"email": "x@example.org", "role": "owner"}),
        site.ask("PATCH", f"/members/{viewer}", who, json={"role": "owner"}),
        site.ask("PATCH", f"/members/{owner}", who, json={"role": "viewer"}),
        site.ask("POST", f"/members/{owner}/link", who),
        site.ask("DELETE", f"/members/{owner}", who),
    ]
    assert [answer.status_code for answer in attempts] == [403] * 5
    assert site.ask("PATCH", f"/members/{viewer}", who, json={"role": "admin"}).json()["role"] == "admin"


def test_a_role_takes_effect_on_the_open_session(site: Site) -> None:
    member = member_id(site, "member")
    assert site.ask("POST", "/sql", "member", json={"query": "SELECT 1"}).status_code == 200
    site.ask("PATCH", f"/members/{member}", json={"role": "viewer"})
    assert site.ask("POST", "/sql", "member", json={"query": "SELECT 1"}).status_code == 403
    site.ask("DELETE", f"/members/{member}")
    assert site.ask("GET", "/me", "member").status_code == 401


def test_the_last_owner_stays(site: Site) -> None:
    owner = member_id(site, "owner")
    for answer in (
        site.ask("DELETE", f"/members/{owner}"),
        site.ask("PATCH", f"/members/{owner}", json={"role": "viewer"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


def test_members_of_another_organization_cannot_be_touched(site: Site) -> None:
    theirs = member_id(site, "owner", "other")
    assert site.ask("DELETE", f"/members/{theirs}").status_code == 404
    assert site.ask("POST", f"/members/{theirs}/link").status_code == 404
    assert site.ask("PATCH", f"/members/{theirs}", json={"role": "viewer"}).status_code == 404


def test_a_new_password_needs_the_old_one_and_ends_every_other_session(site: Site) -> None:
    second = site.access.sessions.open(member_id(site, "viewer"))
    cookie(site, "second", second)
    wrong = site.ask("POST", "/password", "viewer", json={"current": "guess", "new": NEW})
    assert wrong.status_code == 401
    weak = site.ask("POST", "/password", "viewer", json={"current": PASSWORD, "new": "short"})
    assert (weak.status_code, weak.json()["code"]) == (400, "weak_password")
    assert site.ask("GET", "/me", "second").status_code == 200
    changed = site.ask("POST", "/password", "viewer", json={"current": PASSWORD, "new": NEW})
    assert changed.status_code == 200
    cookie(site, "kept", changed.headers["set-cookie"].partition(";")[0].removeprefix("rtclens_session="))
    assert site.ask("GET", "/me", "kept").status_code == 200
    for ended in ("viewer", "second"):
        assert site.ask("GET", "/me", ended).status_code == 401
    body = {"email": "viewer@example.org", "password": NEW}
    assert site.ask("POST", "/sign-in", "nobody", json=body).status_code == 200


def test_somebody_invited_sets_a_first_password_without_an_old_one(site: Site) -> None:
    user = site.access.users.create(site.access.default_organization().id, "link@example.org", None)
    cookie(site, "linked", site.access.sessions.open(user.id))
    assert site.ask("POST", "/password", "linked", json={"new": NEW}).status_code == 200
    assert site.access.sign_in("link@example.org", NEW, "10.0.0.9")[0].id == user.id


def test_guessing_the_password_of_an_open_session_is_slowed_down(site: Site) -> None:
    answers = [
        site.ask("POST", "/password", "viewer", json={"current": f"guess {n}", "new": NEW}).status_code
        for n in range(11)
    ]
    assert answers == [401] * 10 + [429]
