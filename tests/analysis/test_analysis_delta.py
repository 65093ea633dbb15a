"""The delta algebra."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.analysis.delta import delta, delta32, loss_delta, ratio, unix_ms

numbers = st.one_of(st.none(), st.integers(0, 2**40), st.floats(0, 1e12, allow_nan=False))


@given(numbers, numbers)
def test_missing_is_never_zero(new: float | None, old: float | None) -> None:
    """A missing side gives no difference, and no difference is ever negative."""
    value = delta(new, old)
    if new is None or old is None:
        assert value is None
    else:
        assert value is None or value >= 0


def test_zero_is_a_value() -> None:
    assert delta(0, 0) == 0


def test_a_counter_that_falls_began_anew() -> None:
    assert delta(5, 10) is None


def test_32_bit_counters_wrap() -> None:
    assert delta32(5, 2**32 - 10) == 15
    assert delta32(5, 10) is None


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60))
def test_losses_add_up_over_any_path(steps: list[int]) -> None:
    """With the carry, the sum of interval losses is the rise to the highest point, never more (D9)."""
    total, carry, value, highest = 0.0, 0.0, 0, 0
    for step in steps:
        before, value = value, value + step
        lost, carry = loss_delta(value, before, carry)
        assert lost is not None and lost >= 0
        total += lost
        highest = max(highest, value)
    assert total == highest


def test_an_absurd_loss_is_a_browser_fault() -> None:
    assert loss_delta(-2_000_000, -2_000_000, 0.0) == (None, 0.0)


@pytest.mark.parametrize(("part", "whole", "expected"), [(1.0, 4.0, 0.25), (1.0, 0.0, None), (None, 4.0, None)])
def test_ratio(part: float | None, whole: float | None, expected: float | None) -> None:
    assert ratio(part, whole) == expected


def test_playout_stamps_since_1900_become_unix_time() -> None:
    assert unix_ms(4_004_158_802_410) == 1_795_170_002_410
    assert unix_ms(1_795_170_002_410) == 1_795_170_002_410
