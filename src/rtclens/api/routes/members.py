"""Members of the organization: listed, invited, given roles, removed; and one's own password.

Enters: emails and roles. Leaves: members, and links that sign somebody in once. Who manages may do so with everybody
but owners: what concerns an owner, or makes one, takes an owner.
"""

from __future__ import annotations

import msgspec

from rtclens.access import NotFoundError, Role, User
from rtclens.api.endpoint import Ask, B, Endpoint, NoBody, NoQuery, Session
from rtclens.api.errors import ApiError, forbidden
from rtclens.api.routes.apps import unbound_organization
from rtclens.api.routes.entry import Done, SignedIn, UserView, user_view

INVITATION_MS = 7 * 86_400_000


class NewMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to invite."""

    email: str
    role: Role = "member"
    name: str = ""


class RoleBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A role: owner, admin, member or viewer."""

    role: Role


class PasswordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new password, and the current one where there is one."""

    new: str
    current: str = ""


class Invitation(msgspec.Struct, frozen=True):
    """A member and the path of the page that signs them in once; the link is shown this once."""

    user: UserView
    link: str


def list_members(ask: Ask[NoQuery, NoBody]) -> list[UserView]:
    """The members of the organization, oldest first."""
    return [user_view(user) for user in ask.services.access.users.listed(unbound_organization(ask))]


def invite_member(ask: Ask[NoQuery, NewMember]) -> Invitation:
    """Invite somebody; the link works once, within a week."""
    organization, body, access = unbound_organization(ask), ask.body, ask.services.access
    _check_owner(ask, body.role)
    user = access.users.create(organization, body.email, None, body.role, body.name)
    return _invitation(ask, user)


def link_member(ask: Ask[NoQuery, NoBody]) -> Invitation:
    """A new one-time link for a member, for instance after a forgotten password."""
    user = _member(ask)
    _check_owner(ask, user.role)
    return _invitation(ask, user)


def change_role(ask: Ask[NoQuery, RoleBody]) -> UserView:
    """Give a member another role."""
    user = _member(ask)
    _check_owner(ask, user.role)
    _check_owner(ask, ask.body.role)
    return user_view(ask.services.access.users.set_role(user.organization_id, user.id, ask.body.role))


def remove_member(ask: Ask[NoQuery, NoBody]) -> Done:
    """Remove a member and end their sessions."""
    user = _member(ask)
    _check_owner(ask, user.role)
    ask.services.access.users.delete(user.organization_id, user.id)
    return Done()


def change_password(ask: Ask[NoQuery, PasswordBody]) -> Session[SignedIn]:
    """Change one's own password; all other sessions end."""
    user = ask.principal.user
    if user is None:
        raise ApiError(403, "forbidden", "A token has no password.", "Sign in to change yours.")
    cookie = ask.services.access.change_password(user, ask.body.current, ask.body.new, ask.address)
    return Session(SignedIn(user_view(user)), cookie)


def _member(ask: Ask[NoQuery, B]) -> User:
    user = ask.services.access.users.get(ask.path["user_id"])
    if user.organization_id != unbound_organization(ask):
        raise NotFoundError("There is no such user.")
    return user


def _check_owner(ask: Ask[NoQuery, B], role: Role) -> None:
    if role == "owner" and not ask.principal.may("own"):
        raise forbidden("own")


def _invitation(ask: Ask[NoQuery, B], user: User) -> Invitation:
    link = ask.services.access.sessions.make_link(user.id, INVITATION_MS)
    return Invitation(user_view(user), f"/sign-in/once/{link}")


ENDPOINTS = (
    Endpoint("GET", "/members", list_members),
    Endpoint("POST", "/members", invite_member, right="manage"),
    Endpoint("PATCH", "/members/{user_id}", change_role, right="manage"),
    Endpoint("DELETE", "/members/{user_id}", remove_member, right="manage"),
    Endpoint("POST", "/members/{user_id}/link", link_member, right="manage"),
    Endpoint("POST", "/password", change_password),
)
