"""Other projects' scores, against check vectors: loss % / RTT ms / jitter ms."""

import pytest

from rtclens.analysis.scores import external
from rtclens.analysis.scores.external import Interval

COLUMNS = ("issue_detector", "twilio", "livekit", "livekit_fec", "js", "go", "pm", "rtpengine")
VECTORS = {
    (0, 50, 5): (4.37, 4.41, 4.50, 4.50, 4.37, 4.37, 4.37, 4.41),
    (1, 50, 5): (4.31, 4.35, 4.38, 4.44, 4.26, 4.26, 4.37, 3.93),
    (3, 50, 5): (4.16, 4.21, 3.86, 4.17, 4.00, 4.00, 4.37, 3.06),
    (5, 50, 5): (3.98, 4.04, 3.10, 3.75, 3.72, 3.72, 4.37, 2.52),
    (10, 50, 5): (3.43, 3.50, 1.61, 2.40, 3.11, 3.11, 4.36, 1.85),
    (0, 300, 5): (3.74, 3.81, 4.50, 4.50, 4.50, 4.12, 4.12, 4.34),
    (0, 600, 5): (2.22, 2.30, 4.50, 4.50, 4.50, 3.27, 3.27, 3.75),
    (3, 300, 30): (3.14, 3.22, 3.86, 4.17, 4.50, 3.31, 3.87, 2.59),
    (10, 300, 30): (2.22, 2.30, 1.61, 2.40, 4.50, 2.31, 3.85, 1.48),
}


def _interval(vector, fec=True):
    loss, rtt, jitter = vector
    return Interval(loss, rtt, jitter, jb_ms=2 * jitter + 20, fec=fec)


@pytest.mark.parametrize("vector", sorted(VECTORS))
def test_every_scorer_gives_its_published_value(vector):
    with_fec = _interval(vector)
    got = (
        external.issue_detector(with_fec),
        external.twilio(with_fec),
        external.livekit_opus(_interval(vector, fec=False)),
        external.livekit_opus(with_fec),
        external.rtcscore_js(with_fec),
        external.rtcscore_go(with_fec),
        external.peermetrics(with_fec),
        external.rtpengine_fullband(with_fec),
    )
    assert got == pytest.approx(VECTORS[vector], abs=0.006), COLUMNS


def test_the_corrected_twin_sees_loss_where_the_original_is_blind():
    bad = _interval((30, 50, 5))
    assert external.peermetrics(bad) > 4.2
    assert external.SCORERS["ext.peermetrics_emos_fixed@1"](bad) < 2


def test_classifications():
    assert external.jitsi_quality(_interval((5, 50, 5))) == 50
    assert external.cqd_poor(_interval((0, 50, 31)))
    assert not external.cqd_poor(_interval((5, 50, 5)))
    assert external.cqd_poor(_interval((5, 50, 5)), concealed_ratio=0.08)
