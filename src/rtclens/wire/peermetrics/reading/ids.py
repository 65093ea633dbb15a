"""Our ids as the UUIDs that scripts for this API expect, and back.

Enters: ids such as `call_0123456789abcdef0123`. Leaves: UUID text (version 8, RFC 9562) that holds the same: the prefix
as a number of 4 bits, the 20 characters as a number in base 36. Nothing is looked up, nothing is lost.
"""

from __future__ import annotations

import re
from uuid import UUID

PREFIXES = ("call", "part", "sess", "conn", "trk", "find", "app", "org", "evt")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LENGTH = 20
OWN = re.compile(rf"({'|'.join(PREFIXES)})_([0-9a-z]{{{LENGTH}}})")
NUMBER_BITS = 104
LOW_BITS, MIDDLE_BITS = 62, 12


def public(own: str) -> str:
    """The UUID of one of our ids; any other text as it is."""
    match = OWN.fullmatch(own)
    if match is None:
        return own
    content = PREFIXES.index(match[1]) << NUMBER_BITS | int(match[2], 36)
    low = content & (1 << LOW_BITS) - 1
    middle = content >> LOW_BITS & (1 << MIDDLE_BITS) - 1
    high = content >> LOW_BITS + MIDDLE_BITS
    return str(UUID(int=high << 80 | 8 << 76 | middle << 64 | 2 << 62 | low))


def own(text: str, prefix: str) -> str | None:
    """Our id of kind `prefix` behind a UUID (or itself); '' when it is well formed but no id of ours, else `None`."""
    match = OWN.fullmatch(text)
    if match is not None:
        return text if match[1] == prefix else ""
    try:
        value = UUID(text).int
    except ValueError:
        return None
    content = value >> 80 << LOW_BITS + MIDDLE_BITS | (value >> 64 & (1 << MIDDLE_BITS) - 1) << LOW_BITS
    content |= value & (1 << LOW_BITS) - 1
    kind, number = content >> NUMBER_BITS, content & (1 << NUMBER_BITS) - 1
    known = kind < len(PREFIXES) and PREFIXES[kind] == prefix and number < 36**LENGTH
    found = f"{prefix}_{_base36(number)}" if known else ""
    return found if found and public(found) == text.lower() else ""


def _base36(number: int) -> str:
    digits = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits
