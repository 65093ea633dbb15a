"""What every stats object carries, and the kinds of its members.

Enters: nothing. Leaves: `Report`, the base of all report classes. `None` is unknown: missing is never zero.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

Number = int | float | None
Text = str | None
Flag = bool | None
Numbers = dict[str, int | float] | None


class Report(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """What every stats object carries."""

    type: ClassVar[str] = ""
    table: ClassVar[str] = ""

    id: str = ""
    timestamp: Number = None
    extra: dict[str, Any] | None = None
