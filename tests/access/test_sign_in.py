from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from rtclens.access import Access, ConflictError, InvalidError, NotFoundError, SignInError, TooManyAttemptsError
from rtclens.access.database import Database, migrations
from rtclens.access.passwords import AT_ONCE, Passwords
from rtclens.access.sessions import GRACE_MS, LIFETIME_MS, LINK_LIFETIME_MS, ROTATE_MS

if TYPE_CHECKING:
    from tests.access.conftest import Clock

PASSWORD = "correct horse battery"


@pytest.fixture
def owner(access: Access) -> str:
    return access.set_up("Acme", "Owner@Example.org", PASSWORD, "shop").user.id


def test_set_up_works_once(access: Access) -> None:
    assert access.setup_needed()
    done = access.set_up("Acme", "owner@example.org", PASSWORD, "shop")
    assert not access.setup_needed()
    assert (done.user.role, done.organization.name, done.app.name) == ("owner", "Acme", "shop")
    with pytest.raises(ConflictError):
        access.set_up("Evil", "evil@example.org", PASSWORD, "shop")


def test_set_up_takes_over_what_a_command_made_before(access: Access) -> None:
    created = access.create_app("shop")
    done = access.set_up("Acme", "owner@example.org", PASSWORD, "shop")
    assert done.app.id == created.id
    assert [app.id for app in access.apps.listed(done.organization.id)] == [created.id]


def test_a_refused_set_up_leaves_nothing_behind(access: Access) -> None:
    with pytest.raises(InvalidError):
        access.set_up("Acme", "owner@example.org", "short", "shop")
    with pytest.raises(InvalidError):
        access.set_up("Acme", "owner@example.org", PASSWORD, "")
    assert access.setup_needed()


def test_sign_in_gives_a_session_that_ends_at_sign_out(access: Access, owner: str) -> None:
    user, cookie = access.sign_in(" OWNER@example.org ", PASSWORD, "10.0.0.1")
    assert user.id == owner
    found = access.by_session(cookie)
    assert found is not None and found[0].user == user and found[0].may("own")
    access.sessions.close(cookie)
    assert access.by_session(cookie) is None


def test_wrong_password_and_unknown_email_are_answered_alike(access: Access, owner: str) -> None:
    with pytest.raises(SignInError) as wrong:
        access.sign_in("owner@example.org", "not the password", "10.0.0.1")
    with pytest.raises(SignInError) as unknown:
        access.sign_in("nobody@example.org", PASSWORD, "10.0.0.1")
    assert str(wrong.value) == str(unknown.value)


def test_guessing_one_account_is_slowed_down_even_with_the_right_password(
    access: Access, owner: str, clock: Clock
) -> None:
    for n in range(10):
        with pytest.raises(SignInError):
            access.sign_in("owner@example.org", f"guess number {n}", f"10.0.0.{n}")
    with pytest.raises(TooManyAttemptsError) as refused:
        access.sign_in("owner@example.org", PASSWORD, "10.0.1.1")
    assert 0 < refused.value.retry_after_s <= 901
    clock.now += refused.value.retry_after_s * 1000
    assert access.sign_in("owner@example.org", PASSWORD, "10.0.1.1")[0].id == owner


def test_one_address_guessing_many_accounts_is_slowed_down(access: Access, owner: str) -> None:
    for n in range(30):
        with pytest.raises(SignInError):
            access.sign_in(f"user{n}@example.org", PASSWORD, "10.0.0.1")
    with pytest.raises(TooManyAttemptsError):
        access.sign_in("owner@example.org", PASSWORD, "10.0.0.1")
    assert access.sign_in("owner@example.org", PASSWORD, "10.0.0.2")[0].id == owner


def test_a_flood_of_sign_ins_is_asked_to_come_back(access: Access, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While as many comparisons run as may, the next one is refused and leaves nothing taken."""
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), patience_s=0.0)
    inside: list[int] = []

    class Slow:
        def verify(self, *_: object) -> bool:
            inside.append(len(inside))
            if len(inside) <= AT_ONCE:
                passwords.verify("hash", "x")
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow())
    with pytest.raises(TooManyAttemptsError):
        passwords.verify("hash", "x")
    assert len(inside) == AT_ONCE
    assert passwords.verify("hash", "x")


def test_success_forgets_earlier_failures(access: Access, owner: str) -> None:
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(SignInError):
                access.sign_in("owner@example.org", "not the password", "10.0.0.1")
        access.sign_in("owner@example.org", PASSWORD, "10.0.0.1")


def test_a_session_is_rotated_daily_with_a_grace_for_parallel_requests(
    access: Access, owner: str, clock: Clock
) -> None:
    cookie = access.sessions.open(owner)
    clock.now += ROTATE_MS
    first, second = access.sessions.resume(cookie), access.sessions.resume(cookie)
    assert first is not None and first.renewed
    assert second is not None and not second.renewed
    assert first.renewed not in repr(first)
    clock.now += GRACE_MS
    assert access.sessions.resume(cookie) is None
    assert access.sessions.resume(first.renewed) is not None


def test_a_session_ends_a_month_after_sign_in_however_often_it_is_used(
    access: Access, owner: str, clock: Clock
) -> None:
    cookie, signed_in_at = access.sessions.open(owner), clock.now
    while clock.now < signed_in_at + LIFETIME_MS - ROTATE_MS:
        clock.now += ROTATE_MS
        resumed = access.sessions.resume(cookie)
        assert resumed is not None
        cookie = resumed.renewed or cookie
    clock.now = signed_in_at + LIFETIME_MS
    assert access.sessions.resume(cookie) is None


def test_a_link_signs_in_once_and_expires(access: Access, owner: str, clock: Clock) -> None:
    link = access.sessions.make_link(owner)
    assert access.sign_in_once(link)[0].id == owner
    with pytest.raises(SignInError):
        access.sign_in_once(link)
    late = access.sessions.make_link(owner)
    clock.now += LINK_LIFETIME_MS
    with pytest.raises(SignInError):
        access.sign_in_once(late)


def test_the_owner_link_makes_the_owner_once(access: Access) -> None:
    first, _ = access.sign_in_once(access.owner_link())
    second, _ = access.sign_in_once(access.owner_link())
    assert first.id == second.id and first.role == "owner"
    assert not access.setup_needed()


def test_a_user_without_password_cannot_sign_in_by_password(access: Access) -> None:
    access.owner_link("owner@example.org")
    for guess in ("", "decoy password of nobody"):
        with pytest.raises(SignInError):
            access.sign_in("owner@example.org", guess, "10.0.0.1")


def test_the_last_owner_can_neither_leave_nor_step_down(access: Access, owner: str) -> None:
    organization = access.users.get(owner).organization_id
    with pytest.raises(ConflictError):
        access.users.delete(organization, owner)
    with pytest.raises(ConflictError):
        access.users.set_role(organization, owner, "viewer")
    second = access.users.create(organization, "second@example.org", PASSWORD, role="owner")
    access.users.set_role(organization, owner, "viewer")
    assert access.users.get(owner).role == "viewer"
    access.users.delete(organization, owner)
    with pytest.raises(ConflictError):
        access.users.delete(organization, second.id)


def test_members_of_another_organization_are_out_of_reach(access: Access, owner: str) -> None:
    stranger = access.create_organization("stranger").id
    with pytest.raises(NotFoundError):
        access.users.delete(stranger, owner)
    with pytest.raises(NotFoundError):
        access.users.set_role(stranger, owner, "viewer")


def test_deleting_a_user_ends_their_sessions(access: Access, owner: str) -> None:
    organization = access.users.get(owner).organization_id
    member = access.users.create(organization, "m@example.org", PASSWORD)
    cookie = access.sessions.open(member.id)
    access.users.delete(organization, member.id)
    assert access.by_session(cookie) is None


def test_an_email_is_used_once(access: Access, owner: str) -> None:
    with pytest.raises(ConflictError):
        access.users.create(access.users.get(owner).organization_id, "OWNER@example.org", PASSWORD)
    for bad in ("", "x", "a@", "@b", "a b@c"):
        with pytest.raises(InvalidError):
            access.users.create(access.users.get(owner).organization_id, bad, PASSWORD)


def test_tokens_can_be_listed_voided_and_expire(access: Access, owner: str, clock: Clock) -> None:
    organization = access.users.get(owner).organization_id
    token, secret = access.tokens.create(organization, "ci", ("read",), expires_at=int(clock.now) + 1000)
    listed = access.tokens.listed(organization)
    assert [t.id for t in listed] == [token.id] and secret not in repr(listed)
    assert access.by_token(secret) is not None
    assert access.tokens.listed(organization)[0].last_used_at == int(clock.now)
    clock.now += 1000
    assert access.by_token(secret) is None
    lasting, lasting_secret = access.tokens.create(organization, "ci", ("read",))
    with pytest.raises(NotFoundError):
        access.tokens.delete(access.create_organization("stranger").id, lasting.id)
    access.tokens.delete(organization, lasting.id)
    assert access.by_token(lasting_secret) is None


@pytest.mark.parametrize("bearer", ["", "rtl_", "rtl_x", "nonsense", "' OR 1=1 --"])
def test_made_up_bearers_are_nobody(access: Access, bearer: str) -> None:
    access.create_app("shop")
    assert access.by_token(bearer) is None


def test_a_token_of_the_organization_sees_apps_made_later_and_a_bound_one_does_not(access: Access) -> None:
    created = access.create_app("one")
    organization = access.default_organization().id
    _, secret = access.tokens.create(organization, "all", ("read",))
    later = access.create_app("two")
    wide, narrow = access.by_token(secret), access.by_token(created.token)
    assert wide is not None and set(wide.app_ids) == {created.id, later.id} and not wide.bound_to_app
    assert narrow is not None and narrow.app_ids == (created.id,) and narrow.bound_to_app


def test_a_hash_with_older_parameters_is_replaced_at_sign_in(access: Access, owner: str) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    upgraded = Access(access.users._db, passwords=stronger)
    stored = "SELECT password_hash FROM users"
    before = upgraded.users._db.rows(stored)
    assert upgraded.sign_in("owner@example.org", PASSWORD, "10.0.0.1")[0].id == owner
    after = upgraded.users._db.rows(stored)
    assert before != after and ",t=2," in after[0]["password_hash"]


def test_migrations_are_numbered_without_gaps_and_run_once(tmp_path: object) -> None:
    numbers = [number for number, _, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))
    database = Database(f"{tmp_path}/control.sqlite3")
    database.close()
    again = Database(f"{tmp_path}/control.sqlite3")
    assert len(again.rows("SELECT * FROM migrations")) == len(numbers)
    again.close()


def test_a_failed_transaction_changes_nothing_even_when_nested(access: Access) -> None:
    database = access.users._db

    def fail() -> None:
        with database.transaction():
            with database.transaction():
                access.create_organization("ghost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert database.rows("SELECT * FROM organizations") == []
