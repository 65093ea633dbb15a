"""What is said to be missing is missing, and what stands in for it is there."""

from __future__ import annotations

import re

from rtclens.model.facts import FACTS
from rtclens.model.features.absent import ABSENT
from rtclens.model.stats import REPORTS

COLUMNS = {cls.table: set(cls.__struct_fields__) for cls in FACTS}
TABLES = {*COLUMNS, *(cls.table for cls in REPORTS), "samples", "events"}
DETECTORS = {"telemetry_gap"}


def test_no_absent_feature_is_a_column() -> None:
    for table, absent in ABSENT.items():
        assert not COLUMNS[table] & set(absent)


def test_what_stands_in_is_there() -> None:
    for table, absent in ABSENT.items():
        for name in re.findall("`([^`]+)`", " ".join(absent.values())):
            where, _, column = name.rpartition(".")
            assert name in TABLES | DETECTORS or column in COLUMNS[where or table], f"{table}: {name}"
