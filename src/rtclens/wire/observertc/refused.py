"""The one exception inside this codec: a message that cannot be used, raised deep in a decoder.

`Refused` never leaves the codec: `feed` turns it into a `Refusal` of the same code.
"""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a verdict, not an error of ours
    """`code` is one of `model.refusals.CODES`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
