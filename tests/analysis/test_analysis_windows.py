"""The time grammar: seconds of covered media time, whatever the sampling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rtclens.analysis.windows import Watch


def filled(pattern: str, t: float = 1.0) -> Watch:
    """A watch after intervals of `t` seconds; `x` was true, `.` was not."""
    watch = Watch()
    for index, mark in enumerate(pattern):
        watch.push(index * t * 1000, t, 1.0 if mark == "x" else None)
    return watch


def test_eight_of_ten() -> None:
    assert filled("xxxx.xxxx").fulfilled(8, 10, False)
    assert not filled("xxx.xx.xxx.").fulfilled(8, 10, False)


def test_hold_must_not_break() -> None:
    assert filled("xx.xxxxx").fulfilled(5, 5, False)
    assert not filled("xxxx.xxxx").fulfilled(5, 5, False)


def test_old_truth_is_forgotten() -> None:
    assert not filled("xxxxxxxx.........").fulfilled(8, 10, False)


def test_coarse_samples_need_two_intervals() -> None:
    assert not filled("x", 8).fulfilled(8, 10, False)
    assert filled("xx", 8).fulfilled(8, 10, False)


def test_one_exact_interval_speaks_for_all_of_its_time() -> None:
    assert filled("x", 8).fulfilled(8, 10, True)
    assert not filled("x", 4).fulfilled(8, 10, True)


def test_since_is_the_first_true_moment() -> None:
    assert filled(".xx").since() == 1000


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.sampled_from([2, 4, 5]))
def test_splitting_intervals_changes_nothing(truths: list[bool], parts: int) -> None:
    """The same media time in finer intervals gives the same answer."""
    coarse, fine = Watch(), Watch()
    for index, true in enumerate(truths):
        value = 1.0 if true else None
        coarse.push(index * 1000.0, 1.0, value)
        for part in range(parts):
            start = index * 1000.0 + part * 1000.0 / parts
            fine.push(start, 1.0 / parts, value)
    assert coarse.fulfilled(8, 10, False) == fine.fulfilled(8, 10, False)
