"""Choose the codec for an endpoint.

Enters: `Hello`. Leaves: a codec. One takes every dialect: a socket may carry any of them, so the stream it opens reads
what `hello` announces (`format`, `schemaVersion`, `identifiers`) and recognises the rest frame by frame.
"""

from __future__ import annotations

from rtclens.model.codec import Hello
from rtclens.wire.observertc.codec import ObserveRtc

CODEC = ObserveRtc()


def select(hello: Hello) -> ObserveRtc:  # noqa: ARG001 - every endpoint gets the same codec; see above
    """The codec for an endpoint."""
    return CODEC
