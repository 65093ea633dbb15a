"""Table definitions of an embedded store, kept whole where a full disk cuts them off.

The engine writes a definition over the one before and does not notice when the disk has no room for all of it: what is
left of a table cannot be read at the next start, and the store does not open. So whole definitions are copied beside
the store before each change of a table and after, and put back before the store is opened. One that was cut off and
never kept is of a table that was just being made and holds nothing: it goes, and the migration makes it again.

Enters: the folder of a store. Leaves: definitions that can be read. They hold columns, nothing of what is stored.
"""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOM = 32 * 1024 * 1024  # bytes that changing tables needs, with a margin for those who write meanwhile
_PAGE = 4096  # where the engine's writing stops on a full disk
log = logging.getLogger(__name__)


class NoRoom(OSError):  # noqa: N818 - it names a state
    """The disk has too little room for tables to be changed on it."""


def check_room(folder: Path) -> None:
    """Raise `NoRoom` where a change of tables could be cut off."""
    left = shutil.disk_usage(folder).free
    if left < ROOM:
        raise NoRoom(f"its disk has {left // 1024} KiB left; changing tables takes {ROOM // 1024 // 1024} MiB")


def keep(folder: Path) -> None:
    """Copy the definitions that are whole and changed since. Raises `OSError`."""
    for path in _definitions(folder):
        copy, seen = _copy_of(folder, path), path.stat()
        if copy.exists() and (copy.stat().st_mtime_ns, copy.stat().st_size) == (seen.st_mtime_ns, seen.st_size):
            continue
        if _is_whole(path):
            copy.parent.mkdir(parents=True, exist_ok=True)
            coming = copy.with_suffix(".new")
            shutil.copy2(path, coming)
            coming.replace(copy)


def heal(folder: Path) -> None:
    """Put back what was cut off, unless another process has the store open. Raises `OSError`."""
    cut_off = [path for path in _definitions(folder) if not _is_whole(path)]
    if cut_off and not _is_open(folder):
        for path in cut_off:
            _put_back(path, _copy_of(folder, path))


def _is_open(folder: Path) -> bool:
    """Whether a process has the engine's lock; the file itself outlives one that was killed."""
    try:
        with (folder / "status").open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _put_back(path: Path, copy: Path) -> None:
    if copy.exists():
        log.warning("the definition of table %s was cut off by a full disk and is put back", path.stem)
        shutil.copyfile(copy, path)
    else:
        log.warning("table %s was being made when the disk was full; it is made again", path.stem)
        path.unlink()


def _definitions(folder: Path) -> Iterator[Path]:
    yield from sorted((folder / "store").glob("*/*/*.sql"))


def _is_whole(path: Path) -> bool:
    """Whether it ends as the engine ends them, and not where writing stops."""
    text = path.read_bytes()
    return text.endswith(b"\n") and len(text) % _PAGE != 0


def _copy_of(folder: Path, path: Path) -> Path:
    return folder.with_name(f"{folder.name}.definitions") / path.relative_to(folder)
