"""A store that an earlier version wrote, brought up to date with every migration interrupted: `upgrade.py FOLDER`.

A process of its own, because a process hosts one engine. Fails when the batches that come out are not the ones that
were written.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from rtclens.store import Rows, Store
from rtclens.store.engine import Engine
from rtclens.store.migrate import available, run
from store.samples import Named, batch, origin, sums

BLOCKS = Path(__file__).parents[1] / "data" / "store" / "before_whole_numbers.msgpack.xz"  # written before migration 10
EARLIER = 9
APP = "old"


def main(dsn: str) -> None:
    """Write with the schema as it was, migrate, read; then write and read again."""
    blocks = msgspec.msgpack.decode(lzma.decompress(BLOCKS.read_bytes()), type=list[tuple[str, int, bytes]])
    with Engine(dsn) as engine, engine.client() as client:
        for migration in available()[:EARLIER]:
            run(client, migration)
            run(client, migration)
        for table, _, data in blocks:
            client.raw_insert(table, insert_block=data, fmt="Native")
        for migration in available()[EARLIER:]:
            run(client, migration)
            run(client, migration)
    store = Store.open(dsn)
    batches = [*(sums(APP, number, number) for number in range(1, 6)), *(batch(APP, n, n) for n in range(6, 9))]
    assert list(store.read_batches(APP, "call_1")) == batches
    shown = "SELECT seq, jitterBufferDelay, totalDecodeTime, totalSquaredInterFrameDelay FROM inbound_rtp"
    before = store.query(f"{shown} WHERE app_id = '{APP}' AND id = 'IV' ORDER BY seq").rows
    rows = Rows()
    again = [msgspec.structs.replace(each, origin=origin("new")) for each in batches]
    for each in again:
        rows.add_batch(each, Named())
    store.append(rows)
    assert list(store.read_batches("new", "call_1")) == again
    assert store.query(f"{shown} WHERE app_id = 'new' AND id = 'IV' ORDER BY seq").rows == before
    store.close()


if __name__ == "__main__":
    main(f"chdb://{sys.argv[1]}/store")
