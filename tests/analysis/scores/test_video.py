"""The video score: check values of its bits-per-pixel base, and how its factors behave."""

from math import inf, nan

import msgspec
import pytest

from rtclens.analysis.scores.video import VideoInputs, bits_per_pixel_mos, score


@pytest.mark.parametrize(
    ("codec", "bitrate", "size", "fps", "delay", "mos"),
    [
        ("video/VP8", 2.5e6, 1280 * 720, 30, 0, 4.01),
        ("video/VP8", 1.7e6, 1280 * 720, 30, 25, 3.75),
        ("video/VP9", 1.7e6, 1280 * 720, 30, 25, 3.85),
        ("video/AV1", 1.7e6, 1280 * 720, 30, 25, 3.95),
        ("video/VP8", 1.7e6, 1280 * 720, 15, 25, 2.82),
        ("video/VP8", 0.5e6, 640 * 360, 30, 25, 3.84),
    ],
)
def test_the_base_gives_its_check_values(codec, bitrate, size, fps, delay, mos):
    assert bits_per_pixel_mos(codec, bitrate, size, fps, 30, delay) == pytest.approx(mos, abs=0.006)


GOOD = VideoInputs("video/VP8", 2.5e6, 1280, 720, 30.0, 30.0, 30.0, 0.0, 0.0)


def test_freezes_and_uneven_motion_lower_the_score():
    good = score(GOOD)
    frozen = score(VideoInputs("video/VP8", 2.5e6, 1280, 720, 30.0, 30.0, 30.0, 0.3, 6.0))
    uneven = score(VideoInputs("video/VP8", 2.5e6, 1280, 720, 30.0, 8.0, 30.0, 0.0, 0.0))
    assert good is not None and frozen is not None and uneven is not None
    assert good.value > uneven.value > frozen.value >= 1
    assert max(frozen.reasons, key=frozen.reasons.__getitem__) == "freeze"
    assert uneven.reasons["motion"] > 0.5


def test_screen_content_is_not_blamed_for_standing_still():
    assert score(VideoInputs("video/VP8", 2e5, 1280, 720, 2.0, 2.0, 30.0, 0.0, 0.0, screen=True)).motion == 1.0


def test_unknown_inputs_give_no_score():
    assert score(VideoInputs("video/VP8", 1e6, None, 720, 30.0)) is None


@pytest.mark.parametrize("absurd", [0.0, -1.0, nan, inf, -inf])
@pytest.mark.parametrize("place", range(4))
def test_absurd_numbers_give_no_base(place, absurd):
    """No logarithm is taken of what cannot be."""
    numbers = [2.5e6, 1280 * 720, 30.0, 30.0]
    numbers[place] = absurd
    assert bits_per_pixel_mos("video/VP8", *numbers) is None


@pytest.mark.parametrize("absurd", [0.0, -1.0, -1e308, 1e308, nan, inf, -inf])
@pytest.mark.parametrize("member", ["bitrate_bps", "fps", "fps_harmonic", "fps_ref", "freeze_ratio", "freezes_per_min"])
def test_absurd_numbers_give_a_score_or_none(member, absurd):
    found = score(msgspec.structs.replace(GOOD, **{member: absurd}))
    assert found is None or 1 <= found.value <= 5


@pytest.mark.parametrize("size", [-720, 2**64 - 1, 10**400])
def test_absurd_sizes_give_a_score_or_none(size):
    found = score(msgspec.structs.replace(GOOD, width_px=size))
    assert found is None or 1 <= found.value <= 5
