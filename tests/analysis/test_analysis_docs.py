"""The documentation says what the declarations say."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtclens.analysis import catalogue
from rtclens.analysis.causes.settled import FIXED, SPECIAL
from rtclens.analysis.describe import CODES, page
from rtclens.analysis.detectors import ALL, BY_ID, FOLDERS
from rtclens.analysis.detectors.foreign import NAMES
from rtclens.analysis.detectors.grammar import Knob
from rtclens.analysis.detectors.waiting import WAITING
from rtclens.analysis.formulas import FORMULAS
from rtclens.model.facts import ConnectionSlice, TrackSlice
from rtclens.pipeline.rules import RECORDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "rtclens" / "analysis" / "detectors"
PAGES = [("detectors", ROOT / "docs" / "detectors.md"), ("metrics", ROOT / "docs" / "metrics.md")]
PAGES += [(name, FOLDER / name / "README.md") for name in FOLDERS]


@pytest.mark.parametrize(("name", "path"), PAGES, ids=[name for name, _ in PAGES])
def test_generated_pages_are_current(name: str, path: Path) -> None:
    """Regenerate with `python -m rtclens.analysis.describe NAME > PATH`."""
    assert path.read_text() == page(name)


def test_ids_are_unique_and_every_detector_is_listed() -> None:
    assert len(BY_ID) == len(ALL) == len(catalogue())
    assert {info.id for info in catalogue()} == set(BY_ID)


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_every_detector_is_told_in_full(name: str) -> None:
    """A statement, a rule to open and to close, and knobs with a sensible range."""
    info = next(info for info in catalogue() if info.id == name)
    assert info.title and info.statement.endswith(".") and info.opens and info.closes and info.inputs
    for knob in info.thresholds:
        assert isinstance(knob, Knob) and knob.low <= knob.default <= knob.high
        assert knob.too_low and knob.too_high


def test_metrics_and_evidence_exist() -> None:
    """What a declaration names is a member of the records it is evaluated on."""
    for detector in ALL:
        for kind in detector.kinds:
            cls = RECORDS.get(kind)
            if cls is not None:
                assert {detector.metric, *detector.evidence} <= set(cls.__struct_fields__), detector.id
        assert set(detector.suppressed) <= set(CODES)


def test_close_limits_lie_on_the_healthy_side() -> None:
    for detector in ALL:
        if detector.metric:
            assert (detector.close_limit < detector.limit) is detector.above, detector.id


def test_formulas_name_real_columns() -> None:
    columns = set(TrackSlice.__struct_fields__) | set(ConnectionSlice.__struct_fields__)
    assert {formula.column for formula in FORMULAS if formula.column} <= columns
    members = {name for record in set(RECORDS.values()) for name in record.__struct_fields__}
    assert {formula.metric for formula in FORMULAS} <= members


BOOKKEEPING = {"start", "at", "t", "smeared", "explained", "has_source", "source_id", "active"}


@pytest.mark.parametrize("record", sorted(set(RECORDS.values()), key=lambda one: one.__name__))
def test_every_metric_is_documented(record: type) -> None:
    """What a detector can be declared on is on the page of metrics, with its formula."""
    known = {formula.metric for formula in FORMULAS}
    assert set(record.__struct_fields__) - BOOKKEEPING - known == set()  # type: ignore[attr-defined]


def test_what_is_not_run_is_listed_with_what_is_missing() -> None:
    assert not {one.id for one in WAITING} & set(BY_ID)
    assert all(one.missing for one in WAITING)


def test_names_of_others_stand_for_detectors_that_run() -> None:
    assert {ours for names in NAMES.values() for found in names.values() for ours in found} <= set(BY_ID)


def test_settled_causes_belong_to_declared_detectors() -> None:
    assert set(FIXED) | set(SPECIAL) <= set(BY_ID)
