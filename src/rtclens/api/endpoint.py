"""An API operation as a declaration: from it come the route, the checks and the OpenAPI entry.

Enters: method, path, right, and a handler whose signature says the rest. Leaves: `Endpoint`, what a handler gets
(`Ask`), and what it may return around its content (`Session`, to start or end one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from rtclens.access import Principal, Right
from rtclens.api.errors import not_found, signed_out
from rtclens.api.services import Services
from rtclens.query import Scope


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operation takes no query parameters."""


class NoBody(msgspec.Struct, frozen=True):
    """The operation takes no body."""


Q = TypeVar("Q", bound=msgspec.Struct)
B = TypeVar("B", bound=msgspec.Struct)
C = TypeVar("C")


@dataclass(frozen=True)
class Ask(Generic[Q, B]):
    """A checked request: decoded, authenticated, allowed."""

    services: Services
    query: Q
    body: B
    path: dict[str, str] = field(default_factory=dict)
    caller: Principal | None = None
    address: str = ""
    session: str = ""

    @property
    def principal(self) -> Principal:
        """Who asks; operations that declare a right always have somebody."""
        if self.caller is None:
            raise signed_out()
        return self.caller

    def scope(self, app_id: str = "") -> Scope:
        """The apps this question may touch: all of the caller's, or the one that was named if it is among them."""
        mine = self.principal.app_ids
        if not app_id:
            return Scope(mine)
        if app_id not in mine:
            raise not_found("app")
        return Scope((app_id,))


@dataclass(frozen=True)
class Session(Generic[C]):
    """A handler's content together with the session cookie to set; '' clears the cookie."""

    content: C
    cookie: str


@dataclass(frozen=True)
class Endpoint:
    """One operation. Its types and its summary are those of its handler; `right` `None` admits everybody."""

    method: str
    path: str
    handler: Callable[[Any], Any]
    right: Right | None = "read"
    query: type[msgspec.Struct] = field(init=False)
    body: type[msgspec.Struct] = field(init=False)
    answer: Any = field(init=False)

    def __post_init__(self) -> None:
        """Read the handler's signature: `(Ask[Query, Body]) -> Answer` or `-> Session[Answer]`."""
        hints = get_type_hints(self.handler)
        answer = hints.pop("return")
        (asked,) = hints.values()
        query, body = get_args(asked)
        object.__setattr__(self, "query", query)
        object.__setattr__(self, "body", body)
        object.__setattr__(self, "answer", get_args(answer)[0] if get_origin(answer) is Session else answer)

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").partition("\n")[0].rstrip(".")

    @property
    def tag(self) -> str:
        """The group it is listed in: the first part of its path."""
        return self.path.split("/")[1]

    @property
    def changes(self) -> bool:
        """Whether it needs protection against forged requests."""
        return self.method not in ("GET", "HEAD")
