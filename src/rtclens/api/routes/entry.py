"""Getting in: first-run set-up, sign-in, sign-out, who am I.

Enters: passwords and one-time links. Leaves: sessions and the caller's own view of organization and apps.
"""

from __future__ import annotations

import msgspec

from rtclens.access import App, Organization, User
from rtclens.api.endpoint import Ask, Endpoint, NoBody, NoQuery, Session


class UserView(msgspec.Struct, frozen=True):
    """A user as pages show them."""

    id: str
    email: str
    name: str
    role: str


class OrganizationView(msgspec.Struct, frozen=True):
    """An organization as pages show it."""

    id: str
    name: str


class AppSummary(msgspec.Struct, frozen=True):
    """An app as pages list it; the key is public, it is embedded in web pages."""

    id: str
    name: str
    api_key: str
    paused: bool


class SetupState(msgspec.Struct, frozen=True):
    """Whether the first-run set-up is open."""

    needed: bool


class SetupBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first-run answers."""

    organization: str
    email: str
    password: str
    app: str


class SetupDone(msgspec.Struct, frozen=True):
    """The first owner, organization and app."""

    user: UserView
    organization: OrganizationView
    app: AppSummary


class SignInBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Email and password."""

    email: str
    password: str


class SignedIn(msgspec.Struct, frozen=True):
    """Who signed in."""

    user: UserView


class Done(msgspec.Struct, frozen=True):
    """Nothing more to say."""

    done: bool = True


class Me(msgspec.Struct, frozen=True):
    """The caller; `user` is null for API tokens."""

    user: UserView | None
    organization: OrganizationView
    apps: list[AppSummary]
    rights: list[str]
    version: str


def user_view(user: User) -> UserView:
    """The shown part of a user."""
    return UserView(user.id, user.email, user.name, user.role)


def organization_view(organization: Organization) -> OrganizationView:
    """The shown part of an organization."""
    return OrganizationView(organization.id, organization.name)


def app_summary(app: App) -> AppSummary:
    """The listed part of an app."""
    return AppSummary(app.id, app.name, app.api_key, app.paused)


def setup_state(ask: Ask[NoQuery, NoBody]) -> SetupState:
    """Whether anybody can sign in yet."""
    return SetupState(ask.services.access.setup_needed())


def set_up(ask: Ask[NoQuery, SetupBody]) -> Session[SetupDone]:
    """Make the first owner and sign them in."""
    body, access = ask.body, ask.services.access
    made = access.set_up(body.organization, body.email, body.password, body.app)
    done = SetupDone(user_view(made.user), organization_view(made.organization), app_summary(made.app))
    return Session(done, access.sessions.open(made.user.id))


def sign_in(ask: Ask[NoQuery, SignInBody]) -> Session[SignedIn]:
    """Start a session; an older one of this browser ends."""
    access = ask.services.access
    user, cookie = access.sign_in(ask.body.email, ask.body.password, ask.address)
    if ask.session:
        access.sessions.close(ask.session)
    return Session(SignedIn(user_view(user)), cookie)


def sign_out(ask: Ask[NoQuery, NoBody]) -> Session[Done]:
    """End this session; harmless without one."""
    if ask.session:
        ask.services.access.sessions.close(ask.session)
    return Session(Done(), "")


def me(ask: Ask[NoQuery, NoBody]) -> Me:
    """Who asks and what they may see."""
    caller, access = ask.principal, ask.services.access
    apps = [app for app in access.apps.listed(caller.organization_id) if app.id in caller.app_ids]
    return Me(
        user=user_view(caller.user) if caller.user else None,
        organization=organization_view(access.organization(caller.organization_id)),
        apps=[app_summary(app) for app in apps],
        rights=sorted(caller.rights),
        version=ask.services.version,
    )


ENDPOINTS = (
    Endpoint("GET", "/setup", setup_state, right=None),
    Endpoint("POST", "/setup", set_up, right=None),
    Endpoint("POST", "/sign-in", sign_in, right=None),
    Endpoint("POST", "/sign-out", sign_out, right=None),
    Endpoint("GET", "/me", me),
)
