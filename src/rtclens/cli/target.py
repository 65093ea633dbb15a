"""Where a command works: a server named by `--url`, the server that runs on `--data`, or the folder itself.

Enters: the options every command shares. Leaves: `Remote` (an HTTP client) or `Folder` (open it in this process).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx
import msgspec

from rtclens.access.server_file import find_server


class Remote(msgspec.Struct):
    """A running server."""

    url: str
    token: str

    def request(self, method: str, path: str, **options: Any) -> Any:
        """The decoded answer; exits with the server's own message when it refuses."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            answer = httpx.request(method, self.url.rstrip("/") + path, headers=headers, timeout=120, **options)
        except httpx.HTTPError as error:
            raise click.ClickException(f"cannot reach {self.url}: {error}") from error
        if answer.is_error:
            raise click.ClickException(_message(answer))
        return answer.json()

    def stream(self, method: str, path: str, **options: Any) -> Iterator[bytes]:
        """The answer in pieces; exits with the server's own message when it refuses."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            with httpx.stream(method, self.url.rstrip("/") + path, headers=headers, timeout=120, **options) as answer:
                if answer.is_error:
                    answer.read()
                    raise click.ClickException(_message(answer))
                yield from answer.iter_bytes()
        except httpx.HTTPError as error:
            raise click.ClickException(f"cannot reach {self.url}: {error}") from error


class Folder(msgspec.Struct):
    """A data folder that no server holds."""

    path: Path


def _message(answer: httpx.Response) -> str:
    try:
        body = answer.json()
        return " — ".join(part for part in (body["message"], body.get("hint", "")) if part)
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.text[:200]}"


Command = TypeVar("Command", bound=Callable[..., Any])


def target_options(command: Command) -> Command:
    """Add `--data`, `--url` and `--token`."""
    for option in (
        click.option("--token", envvar="RTCLENS_TOKEN", help="API token, with --url."),
        click.option("--url", help="URL of a running server."),
        click.option("--data", envvar="RTCLENS_DATA", default="data", show_default=True, help="Data folder."),
    ):
        command = option(command)
    return command


def resolve(data: str, url: str | None, token: str | None) -> Remote | Folder:
    """The server or folder that the options mean."""
    if url:
        return Remote(url, token or "")
    folder = Path(data)
    running = find_server(folder)
    return Remote(running.url, token or running.token) if running else Folder(folder)
