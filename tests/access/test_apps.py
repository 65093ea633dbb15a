from __future__ import annotations

import re
from pathlib import Path

import pytest

from rtclens.access import Access, AppChanges, ConflictError, InvalidError, NotFoundError, Retention, verify_server_key


def test_a_new_app_has_a_key_every_sdk_can_carry_and_a_token_bound_to_it(access: Access) -> None:
    created = access.create_app("shop")
    other = access.create_app("other")
    assert re.fullmatch(r"[a-z0-9]{32}", created.api_key)
    principal = access.by_token(created.token)
    assert principal is not None
    assert principal.app_ids == (created.id,)
    assert other.id not in principal.app_ids
    assert principal.may("sql") and principal.may("read") and not principal.may("manage")


def test_lookup_finds_keys_and_aliases_and_nothing_else(access: Access) -> None:
    created = access.create_app("shop")
    organization = access.default_organization().id
    access.apps.change(organization, created.id, AppChanges(aliases=("old-service",)))
    for key in (created.api_key, "old-service"):
        found = access.lookup_app(key)
        assert found is not None and found.id == created.id
    for key in ("", "x" * 32, created.api_key.upper(), created.id):
        assert access.lookup_app(key) is None


def test_a_change_reaches_the_cached_lookup_at_once(access: Access) -> None:
    created = access.create_app("shop")
    organization = access.default_organization().id
    before = access.lookup_app(created.api_key)
    access.apps.change(organization, created.id, AppChanges(paused=True))
    after = access.lookup_app(created.api_key)
    assert before is not None and after is not None
    assert (before.paused, after.paused) == (False, True)
    access.apps.delete(organization, created.id)
    assert access.lookup_app(created.api_key) is None


def test_a_change_by_another_process_reaches_the_cached_lookup(tmp_path: Path) -> None:
    server, command = Access.open(tmp_path), Access.open(tmp_path)
    try:
        created = command.create_app("shop")
        cached = server.lookup_app(created.api_key)
        assert cached is not None and not cached.paused
        command.apps.change(command.default_organization().id, created.id, AppChanges(paused=True))
        fresh = server.lookup_app(created.api_key)
        assert fresh is not None and fresh.paused
    finally:
        server.close()
        command.close()


def test_control_data_survives_reopening_and_is_private_to_its_owner(tmp_path: Path) -> None:
    first = Access.open(tmp_path / "data")
    created = first.create_app("shop")
    first.close()
    second = Access.open(tmp_path / "data")
    found = second.lookup_app(created.api_key)
    second.close()
    assert found is not None and found.name == "shop"
    assert (tmp_path / "data" / "control.sqlite3").stat().st_mode & 0o077 == 0


def test_secrets_are_neither_stored_nor_shown(tmp_path: Path) -> None:
    access = Access.open(tmp_path)
    created = access.create_app("shop")
    organization = access.default_organization().id
    key = access.apps.add_jwt_key(organization, created.id, "HS256", "s" * 40)
    app = access.apps.get(organization, created.id)
    assert verify_server_key(app, created.server_key)
    assert not verify_server_key(app, created.server_key + "x")
    access.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (created.token, created.server_key):
        assert secret.encode() not in stored
        assert secret not in repr(created)
    assert "s" * 40 not in repr(app) + repr(key) + repr(app.jwt_keys)


@pytest.mark.parametrize(
    "changes",
    [
        AppChanges(name="  "),
        AppChanges(name="x" * 121),
        AppChanges(name="a\nb"),
        AppChanges(domains=("https://example.org",)),
        AppChanges(domains=("a b",)),
        AppChanges(stats_interval_ms=5),
        AppChanges(aliases=("a/b",)),
        AppChanges(aliases=("",)),
    ],
)
def test_values_that_cannot_be_used_change_nothing(access: Access, changes: AppChanges) -> None:
    created = access.create_app("shop")
    organization = access.default_organization().id
    before = access.apps.get(organization, created.id)
    with pytest.raises(InvalidError):
        access.apps.change(organization, created.id, changes)
    assert access.apps.get(organization, created.id) == before


def test_an_alias_cannot_shadow_another_apps_key_or_alias(access: Access) -> None:
    first, second = access.create_app("one"), access.create_app("two")
    organization = access.default_organization().id
    access.apps.change(organization, first.id, AppChanges(aliases=("legacy",)))
    for taken in ("legacy", first.api_key):
        with pytest.raises(ConflictError):
            access.apps.change(organization, second.id, AppChanges(aliases=(taken,)))
    access.apps.change(organization, first.id, AppChanges(aliases=("legacy", "more")))


def test_another_organization_can_neither_see_nor_change_an_app(access: Access) -> None:
    created = access.create_app("shop")
    stranger = access.create_organization("stranger").id
    assert access.apps.listed(stranger) == []
    for attempt in (
        lambda: access.apps.get(stranger, created.id),
        lambda: access.apps.change(stranger, created.id, AppChanges(paused=True)),
        lambda: access.apps.delete(stranger, created.id),
        lambda: access.apps.rotate_server_key(stranger, created.id),
        lambda: access.apps.add_jwt_key(stranger, created.id, "HS256", "s" * 40),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    app = access.lookup_app(created.api_key)
    assert app is not None and not app.paused


@pytest.mark.parametrize(
    ("domains", "origin", "allowed"),
    [
        ((), "https://any.example", True),
        (("example.org",), "https://example.org", True),
        (("example.org",), "https://example.org:8443", True),
        (("example.org",), "https://EXAMPLE.org", True),
        (("example.org",), "https://evil-example.org", False),
        (("example.org",), "https://example.org.evil.net", False),
        (("example.org",), "", False),
        (("example.org",), "null", False),
        (("example.org",), "https://[bad", False),
        (("*.example.org",), "https://a.b.example.org", True),
        (("*.example.org",), "https://example.org", False),
        (("*.example.org",), "https://evilexample.org", False),
    ],
)
def test_origins(access: Access, domains: tuple[str, ...], origin: str, allowed: bool) -> None:
    created = access.create_app("shop")
    app = access.apps.change(access.default_organization().id, created.id, AppChanges(domains=domains))
    assert app.allows_origin(origin) is allowed


def test_the_stats_interval_can_be_set_and_taken_back(access: Access) -> None:
    created = access.create_app("shop")
    organization = access.default_organization().id
    assert access.apps.change(organization, created.id, AppChanges(stats_interval_ms=2000)).stats_interval_ms == 2000
    assert access.apps.change(organization, created.id, AppChanges(name="new")).stats_interval_ms == 2000
    assert access.apps.change(organization, created.id, AppChanges(stats_interval_ms=0)).stats_interval_ms is None


def test_the_default_app_is_made_once(access: Access) -> None:
    assert access.default_app().id == access.default_app().id


def test_everything_is_kept_until_somebody_says_otherwise(access: Access) -> None:
    created = access.create_app("shop")
    organization = access.default_organization().id
    assert access.apps.get(organization, created.id).retention == Retention()
    tiers = Retention(full_days=30, window_days=90, facts_days=None, after_call=True)
    assert access.apps.change(organization, created.id, AppChanges(retention=tiers)).retention == tiers
    assert access.apps.change(organization, created.id, AppChanges(name="shop 2")).retention == tiers
    assert [app.retention for app in access.every_app()] == [tiers]


@pytest.mark.parametrize(
    "tiers",
    [
        Retention(full_days=0),
        Retention(facts_days=10**9),
        Retention(window_s=-1),
        Retention(full_days=30, window_days=29),
        Retention(window_days=30),
        Retention(slices_days=30, facts_days=29),
    ],
)
def test_tiers_that_make_no_sense_are_refused(access: Access, tiers: Retention) -> None:
    created = access.create_app("shop")
    with pytest.raises(InvalidError):
        access.apps.change(access.default_organization().id, created.id, AppChanges(retention=tiers))
