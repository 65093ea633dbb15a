"""Note with refused frames what it takes to decode them again.

Enters: what a codec made of one frame. Leaves: the same items; where the frame was refused whole, its first refusal
holds the frame and its circumstances. Secrets are no part of them, and of the request's headers only what codecs read.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rtclens.edge.privacy.addresses import mask_address
from rtclens.model.codec import Circumstances, Hello, Item, Refusal
from rtclens.model.events import Batch
from rtclens.wire.common.frames import as_bytes

HEADERS = ("user-agent", "origin", "content-type")


def noted(items: Sequence[Item], codec: str, hello: Hello, frame: bytes | str) -> None:
    """Note the circumstances, where nothing of the frame was used."""
    refused = next((item for item in items if isinstance(item, Refusal)), None)
    if refused is None or any(isinstance(item, Batch) and item.events for item in items):
        return
    kept = {name: hello.headers[name] for name in HEADERS if name in hello.headers}
    hello = msgspec.structs.replace(hello, headers=kept, address=mask_address(hello.address))
    refused.raw = as_bytes(frame)
    refused.circumstances = Circumstances(codec, hello)
