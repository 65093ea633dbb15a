"""Where a command works: a server named by `--url`, the server that runs on `--data`, or the folder itself.

Enters: the options every command shares. Leaves: `Remote` (an HTTP client) or `Folder` (open it in this process).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx
import msgspec

SERVER_FILE = "server.json"


class Running(msgspec.Struct):
    """What a server leaves in its data folder for the commands of the same user; removed when it stops."""

    url: str
    pid: int
    token: str


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


def find_server(folder: Path) -> Running | None:
    """The live server of this folder, if any."""
    try:
        running = msgspec.json.decode((folder / SERVER_FILE).read_bytes(), type=Running)
        os.kill(running.pid, 0)
    except (OSError, msgspec.MsgspecError):
        return None
    return running
