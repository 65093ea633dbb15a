"""What access control refuses, as one tree of exceptions.

Enters: nothing. Leaves: `AccessError` and its members, each with a code, a message and a hint that may be shown.

    AccessError
    ├── SignInError           wrong email or password, said in the same words for both
    ├── TooManyAttemptsError  sign-in is slowed down; `retry_after_s` says for how long
    ├── InvalidError          a value cannot be accepted (name, email, password, scope …)
    ├── NotFoundError         no such thing in this organization
    └── ConflictError         it exists already, or the state forbids it
"""

from __future__ import annotations


class AccessError(Exception):
    """Base of all refusals of this room."""

    code = "access_error"

    def __init__(self, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code


class SignInError(AccessError):
    """The pair of email and password, or the one-time link, is not valid."""

    code = "sign_in_refused"


class TooManyAttemptsError(AccessError):
    """Sign-in failed too often for this address or account."""

    code = "too_many_attempts"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("Too many sign-in attempts.", f"Wait {retry_after_s} s and try again.")
        self.retry_after_s = retry_after_s


class InvalidError(AccessError):
    """A value that was given cannot be accepted."""

    code = "invalid"


class NotFoundError(AccessError):
    """There is no such thing, or it belongs to another organization: both answers are the same."""

    code = "not_found"


class ConflictError(AccessError):
    """It exists already, or the present state forbids the change."""

    code = "conflict"
