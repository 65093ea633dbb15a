"""What the API refuses, and how it says so: `{code, message, hint}` with a fitting status.

Enters: exceptions of handlers and of the access room. Leaves: `ApiError`, and its JSON form.

    ApiError   status, code, message, hint, and headers that belong to the status (`Retry-After`, `Allow`)
"""

from __future__ import annotations

import msgspec

from rtclens.access import (
    AccessError,
    ConflictError,
    InvalidError,
    NotFoundError,
    SignInError,
    TooManyAttemptsError,
)
from rtclens.query import NotThereError, QuestionError


class ErrorBody(msgspec.Struct, frozen=True):
    """Every error answer of the API."""

    code: str
    message: str
    hint: str = ""


class ApiError(Exception):
    """A refusal that is sent to the client as it stands: no secret, no stack trace in it."""

    def __init__(
        self, status: int, code: str, message: str, hint: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = ErrorBody(code, message, hint)
        self.headers = headers or {}


STATUS: dict[type[AccessError], int] = {
    SignInError: 401,
    TooManyAttemptsError: 429,
    InvalidError: 400,
    NotFoundError: 404,
    ConflictError: 409,
}


def from_access(error: AccessError) -> ApiError:
    """The access room's refusal as an answer."""
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooManyAttemptsError) else {}
    return ApiError(STATUS.get(type(error), 400), error.code, error.message, error.hint, headers)


def not_found(what: str) -> ApiError:
    """The thing is not there, or not the caller's: both are answered alike."""
    return ApiError(404, "not_found", f"There is no such {what}.", "It may have expired, or belong to another app.")


def signed_out() -> ApiError:
    """Nobody is signed in and no valid token came along."""
    return ApiError(
        401,
        "not_signed_in",
        "Sign in or send an API token.",
        "Send 'Authorization: Bearer TOKEN'.",
        {"WWW-Authenticate": "Bearer"},
    )


def forbidden(right: str) -> ApiError:
    """The caller is known but lacks a right."""
    return ApiError(403, "forbidden", f"This needs the right '{right}'.", "Ask an owner or admin of your organization.")


def from_question(error: QuestionError) -> ApiError:
    """The query room's refusal as an answer."""
    status = 404 if isinstance(error, NotThereError) else 400
    return ApiError(status, error.code, str(error), error.hint)
