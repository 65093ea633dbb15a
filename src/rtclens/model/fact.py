"""What every fact carries.

Enters: nothing. Leaves: `Fact`, the base of every row that the analysis writes.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Fact(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What every fact carries; `revision` rises with every new version of the row."""

    table: ClassVar[str] = ""
    id_column: ClassVar[str] = ""

    app_id: str
    call_id: str
    analysis_version: str = ""
    revision: int = 0
