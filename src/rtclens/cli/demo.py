"""`rtclens demo`: see it work."""

from __future__ import annotations

import signal
import sys

import click
from rich.console import Console
from rich.table import Table

from rtclens.demo import run
from rtclens.demo.process import ServerProcess, server
from rtclens.demo.stage import Played


@click.command()
@click.option("--check", is_flag=True, help="Play every call once and fail unless every known fault was found.")
@click.option("--speed", type=float, default=None, help="How much faster than real time; 0 is as fast as possible.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=None, help="Port to listen on.  [default: 8080, or a free one with --check]")
def demo(check: bool, speed: float | None, host: str, port: int | None) -> None:
    """Start a server in a temporary folder and play recorded calls into it through its public doors.

    One call is healthy, the others have known faults. Prints a link that signs you in.
    """
    console = Console()
    signal.signal(signal.SIGTERM, _interrupt)  # so that the server is stopped and its folder removed
    with server("--open", host=host, port=_port(host, port, check)) as running:
        try:
            if check:
                sys.exit(_check(console, running, 1.0 if speed is None else speed))
            _show(console, running, speed or 1.0)
        except KeyboardInterrupt:
            console.print("\n  stopping …")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _port(host: str, port: int | None, check: bool) -> int:
    """The port asked for; else 8080 when it is free; else any."""
    if port is not None:
        return port
    return 0 if check or not _is_free(host, 8080) else 8080


def _is_free(host: str, port: int) -> bool:
    from rtclens.app.server import listen

    try:
        listen(host, port).close()
    except OSError:
        return False
    return True


def _show(console: Console, running: ServerProcess, speed: float) -> None:
    link = run.sign_in_link(running)
    console.print(f"\n  [bold]rtclens[/] is up with live calls:  [link={link}]{link}[/]", soft_wrap=True)
    console.print("  The link signs you in once.  Ctrl-C stops the demo and removes its data.\n", style="dim")

    def played(one: Played) -> None:
        for text in one.tally.examples:
            console.print(f"  refused in {one.room}: {text}", style="red", highlight=False)

    run.play_forever(running, speed, played)


def _check(console: Console, running: ServerProcess, speed: float) -> int:
    played, wrong = run.check(running, speed)
    table = Table("call", "recording", "sent", "acknowledged or framed", "refused")
    for one in played:
        sent, refused = one.tally["sent"], one.tally["refused"]
        table.add_row(one.room, one.scene.recording, str(sent), str(sent - refused), str(refused))
    console.print(table)
    for text in wrong:
        console.print(f"✗ {text}", style="red", highlight=False)
    if not wrong:
        console.print(f"✓ every known fault found in {len(played)} calls, the healthy ones without a finding")
    return 1 if wrong else 0
