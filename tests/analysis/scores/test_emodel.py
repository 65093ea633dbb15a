"""The E-model against its published check values, scale by scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtclens.analysis.scores import emodel
from rtclens.analysis.scores.audio import AudioInputs, score
from rtclens.analysis.scores.emodel import delay_impairment, effective_equipment_impairment, opinion, rate
from rtclens.analysis.scores.opus import impairment


@pytest.mark.parametrize(
    ("ta", "idd"),
    list(
        zip(
            [100, 110, 125, 150, 200, 250, 300, 400, 500, 600, 800],
            [0, 0.000, 0.005, 0.164, 3.044, 8.917, 14.761, 24.070, 30.636, 35.247, 40.832],
            strict=True,
        )
    ),
)
def test_delay_impairment(ta, idd):
    assert delay_impairment(ta) == pytest.approx(idd, abs=0.0006)


@pytest.mark.parametrize(
    ("r", "mos"),
    list(
        zip(
            [100, 93.2, 90, 80, 70, 60, 50, 40, 30, 20, 10, 6.5, 3, 0, -5],
            [4.5, 4.409, 4.339, 4.024, 3.597, 3.1, 2.575, 2.064, 1.609, 1.252, 1.035, 1, 1, 1, 1],
            strict=True,
        )
    ),
)
def test_opinion_of_a_rating(r, mos):
    assert opinion(r) == pytest.approx(mos, abs=0.0006)


@pytest.mark.parametrize(
    ("scale", "ie", "bpl", "losses", "moses"),
    [
        ("nb", 0, 4.3, (0, 1, 3, 5, 10), (4.409, 3.834, 2.794, 2.169, 1.481)),
        ("nb", 0, 25.1, (0, 1, 3, 5, 10), (4.409, 4.328, 4.134, 3.923, 3.411)),
        ("nb", 11, 19, (0, 1, 3, 5, 10), (4.104, 3.946, 3.632, 3.340, 2.745)),
        ("fb", 10.67, 9.79, (0, 1, 3, 5, 10, 20), (4.401, 4.204, 3.759, 3.358, 2.647, 1.955)),
        ("fb", 30.16, 11.83, (0, 3, 10), (4.010, 3.389, 2.476)),
        ("fb", 7.2, 11.4, (0, 3, 10), (4.444, 3.929, 2.877)),
        ("fb", 10.2, 4.3, (0, 1, 3, 5, 10), (4.408, 3.929, 3.063, 2.515, 1.852)),
    ],
)
def test_loss_lowers_the_score_as_published(scale, ie, bpl, losses, moses):
    assert [rate(scale, ie, bpl, loss, 50).mos for loss in losses] == pytest.approx(moses, abs=0.0006)


def test_wideband_vectors_of_an_independent_implementation():
    assert [rate("wb", ie, 4.3, 0, 0).mos for ie in (1, 8, 13, 41, 56)] == pytest.approx(
        [4.4940, 4.4206, 4.3371, 3.5123, 2.9220], abs=0.00006
    )
    assert effective_equipment_impairment("wb", 20, 4.3, 2) == pytest.approx(43.8095, abs=0.0001)
    assert rate("wb", 20, 4.3, 2, 0).mos == pytest.approx(3.4062, abs=0.00006)


def test_bursts_cost_more_than_random_loss():
    assert rate("nb", 0, 25.1, 3, 0, burst_r=1).r == pytest.approx(83.058, abs=0.0006)
    assert rate("nb", 0, 25.1, 3, 0, burst_r=2).r == pytest.approx(82.486, abs=0.0006)


def test_delay_on_the_fullband_scale():
    moses = [rate("fb", 10.67, 9.79, loss, ta).mos for loss, ta in ((0, 200), (0, 300), (3, 200), (3, 300))]
    assert moses == pytest.approx([4.333, 3.947, 3.621, 3.038], abs=0.0006)


def test_opus_is_interpolated_between_rates_and_held_at_the_ends():
    assert impairment("audio/opus", "minptime=10;useinbandfec=1", 40).ie == pytest.approx(10.67)
    assert impairment("audio/opus", "", 64).ie == pytest.approx(10.67)
    assert impairment("audio/opus", "", 17.5).ie == pytest.approx((30.16 + 23.81) / 2)
    assert impairment("audio/opus", "maxplaybackrate=16000", 12).scale == "wb"
    assert impairment("audio/unknown", "", 40) is None


def test_a_score_names_its_sources_and_loses_confidence_with_each_assumption():
    best = score(AudioInputs("audio/opus", "", 40_000, audible_concealment_ratio=0.0, rtt_s=0.05, jb_delay_s=0.03))
    poor = score(AudioInputs("audio/opus", "", 40_000, loss_ratio=0.03))
    assert best is not None and poor is not None
    assert best.cq == pytest.approx(4.40, abs=0.01)
    assert (best.loss_source, poor.loss_source) == ("audible_concealment", "loss")
    assert poor.confidence < best.confidence
    assert poor.reasons["loss"] > 0


def test_no_score_without_a_model_or_its_inputs():
    assert score(AudioInputs("audio/opus", "", None, loss_ratio=0.0)) is None
    assert score(AudioInputs("audio/opus", "", 32_000)) is None
    assert score(AudioInputs("audio/amr", "", 12_000, loss_ratio=0.0)) is None


@given(
    st.sampled_from(["nb", "wb", "fb"]),
    st.floats(0, 60),
    st.floats(1, 30),
    st.floats(0, 100),
    st.floats(0, 2000),
)
def test_more_loss_or_delay_never_helps(scale, ie, bpl, loss, ta):
    worse = rate(scale, ie, bpl, min(100.0, loss + 1), ta + 50).mos
    assert 1 <= worse <= rate(scale, ie, bpl, loss, ta).mos + 1e-9 <= 4.5 + 1e-9
    assert emodel.ANCHOR[scale] > 0
