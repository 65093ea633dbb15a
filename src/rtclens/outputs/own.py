"""Our own records: the fact behind a moment, with the names that the application uses.

Enters: moments. Leaves: one record each, `{id, event, at, names, table, fact}`; batches give nothing, their samples are
in the store.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rtclens.outputs.moments import Moment, Options, Record


def records(moment: Moment, options: Options) -> Iterator[Record]:  # noqa: ARG001 - the signature of every format
    """The record of a moment."""
    row = moment.fact
    if row is None:
        return
    # Every member, also those at their default: a reader need not know our defaults.
    fact = msgspec.to_builtins({name: getattr(row, name) for name in row.__struct_fields__})
    body = {
        "id": moment.id,
        "event": moment.event,
        "at": moment.at,
        "names": msgspec.to_builtins(moment.names),
        "table": row.table,
        "fact": fact,
    }
    yield Record(moment.id, moment.event, moment.call_id, body)
