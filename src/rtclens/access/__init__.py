"""Access: tenants, people, keys and sessions. Enters: secrets. Leaves: who it is and what they may see."""

from __future__ import annotations

from rtclens.access.apps import AppChanges, verify_server_key
from rtclens.access.errors import (
    AccessError,
    ConflictError,
    InvalidError,
    NotFoundError,
    SignInError,
    TooManyAttemptsError,
)
from rtclens.access.model import App, CreatedApp, JwtKey, Organization, Principal, Retention, Right, Role, Token, User
from rtclens.access.service import Access, SetUp

__all__ = [
    "Access",
    "AccessError",
    "App",
    "AppChanges",
    "ConflictError",
    "CreatedApp",
    "InvalidError",
    "JwtKey",
    "NotFoundError",
    "Organization",
    "Principal",
    "Retention",
    "Right",
    "Role",
    "SetUp",
    "SignInError",
    "Token",
    "TooManyAttemptsError",
    "User",
    "verify_server_key",
]
