"""The scenarios: what is done to a call, and when.

Enters: nothing. Leaves: `SCENARIOS` by name. Times are seconds after the call connected (after joining, where it cannot
connect). The marks `fault on` and `fault off` are the ground truth that `labels.toml` refers to.
"""

from __future__ import annotations

import msgspec

from truth.generator.relay import CLEAN, Impairment

ON, OFF = "fault on", "fault off"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """At `at_s`: a mark, and what is done to the ways (by sender), to the pages (JavaScript), to a tab (`close`)."""

    at_s: float
    mark: str
    ways: dict[str, Impairment] = {}
    pages: dict[str, str] = {}
    close: str = ""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One call of `people`. `addresses` are more members of the pages' addresses; with `sfu`, they meet in a room of a
    media server, and ways are `a.up` and `a.down`.
    """

    name: str
    doc: str
    seconds: float
    steps: tuple[Step, ...] = ()
    addresses: dict[str, dict[str, str]] = {}
    connects: bool = True
    people: str = "ab"
    sfu: bool = False


def network(name: str, doc: str, seconds: float = 50.0, **ways: Impairment) -> Scenario:
    """Clean for 12 s, impaired for 22 s, clean again."""
    clean = dict.fromkeys(ways, CLEAN)
    steps = (Step(at_s=12, mark=ON, ways=ways), Step(at_s=34, mark=OFF, ways=clean))
    return Scenario(name=name, doc=doc, seconds=seconds, steps=steps)


def room(name: str, doc: str, seconds: float = 56.0, **ways: Impairment) -> Scenario:
    """Three people in a room of a media server: clean for 18 s, impaired for 20 s, clean again. `a_up` means `a.up`."""
    named = {way.replace("_", "."): impairment for way, impairment in ways.items()}
    steps = (Step(at_s=18, mark=ON, ways=named), Step(at_s=38, mark=OFF, ways=dict.fromkeys(named, CLEAN)))
    return Scenario(name=name, doc=doc, seconds=seconds, steps=steps if ways else (), people="abc", sfu=True)


def page(
    name: str, doc: str, on: str, off: str, lasts_s: float = 14.0, *, begins_s: float = 12.0, sfu: bool = False
) -> Scenario:
    """Something in a's page, from `begins_s` on; with `sfu`, among three in a room."""
    ends = begins_s + lasts_s
    steps = (Step(at_s=begins_s, mark=ON, pages={"a": on}), Step(at_s=ends, mark=OFF, pages={"a": off} if off else {}))
    return Scenario(name=name, doc=doc, seconds=ends + 10, steps=steps, people="abc" if sfu else "ab", sfu=sfu)


ALL: tuple[Scenario, ...] = (
    Scenario(name="gen-healthy", doc="nothing is wrong", seconds=45),
    network("gen-loss-up", "10 % loss in runs of 3 from a to b", a=Impairment(loss=0.10, burst=3)),
    network("gen-loss", "8 % loss both ways", a=Impairment(loss=0.08, burst=2), b=Impairment(loss=0.08, burst=2)),
    network("gen-rate-up", "150 kbit/s from a to b", a=Impairment(rate_kbps=150, queue_ms=600)),
    network("gen-delay", "400 ms each way", a=Impairment(delay_ms=400), b=Impairment(delay_ms=400)),
    network("gen-jitter", "60 ± 60 ms from a to b", a=Impairment(delay_ms=60, jitter_ms=60)),
    network("gen-blackout", "nothing passes for 22 s", 55, a=Impairment(down=True), b=Impairment(down=True)),
    page(
        "gen-camera-frozen", "a's picture stands still", "participant.cameraRuns(false)", "participant.cameraRuns(true)"
    ),
    page("gen-camera-stopped", "a's camera track is stopped", "participant.cameraStops()", ""),
    page(
        "gen-mic-dead",
        "a's microphone gives digital silence",
        "participant.micLives(false)",
        "participant.micLives(true)",
        lasts_s=40,  # people pause; a dead microphone is told from one after half a minute
    ),
    page("gen-cpu", "three busy threads in a's page", "participant.busy(3)", "participant.idle()"),
    page("gen-starved", "sixteen busy threads in a's page", "participant.busy(16)", "participant.idle()", lasts_s=20),
    Scenario(
        name="gen-ice-restart",
        doc="a restarts ICE, as planned",
        seconds=30,
        steps=(Step(at_s=12, mark="a restarts ICE", pages={"a": "participant.restartIce()"}),),
    ),
    Scenario(
        name="gen-tab-closed",
        doc="b closes the tab",
        seconds=40,
        steps=(Step(at_s=12, mark=ON, close="b"),),
    ),
    Scenario(
        name="gen-denied",
        doc="a's page may not use camera and microphone",
        seconds=10,
        addresses={"a": {"deny": "1"}},
        connects=False,
        people="a",
    ),
    Scenario(
        name="gen-turn-unreachable",
        doc="relay only, and nobody listens at the TURN server's address",
        seconds=35,
        addresses={side: {"turn": "turn:127.0.0.1:9?transport=udp"} for side in "ab"},
        connects=False,
    ),
    Scenario(name="gen-no-answer", doc="a never answers", seconds=30, addresses={"a": {"silent": "1"}}, connects=False),
    room("gen-sfu-healthy", "three people through a media server, nothing is wrong", 45),
    room("gen-sfu-loss-up", "12 % loss in runs of 2 from a to the server", a_up=Impairment(loss=0.12, burst=2)),
    room("gen-sfu-loss-down", "12 % loss in runs of 2 from the server to c", c_down=Impairment(loss=0.12, burst=2)),
    room(
        "gen-sfu-cut",
        "nothing passes between b and the server",
        b_up=Impairment(down=True),
        b_down=Impairment(down=True),
    ),
    room("gen-sfu-rate-up", "200 kbit/s from a to the server", a_up=Impairment(rate_kbps=200, queue_ms=600)),
    room("gen-sfu-rate-down", "300 kbit/s from the server to c", c_down=Impairment(rate_kbps=300, queue_ms=600)),
    room(
        "gen-sfu-delay",
        "300 ms each way between b and the server",
        b_up=Impairment(delay_ms=300),
        b_down=Impairment(delay_ms=300),
    ),
    page(
        "gen-sfu-camera-frozen",
        "a's picture stands still for everybody in the room",
        "participant.cameraRuns(false)",
        "participant.cameraRuns(true)",
        begins_s=18,
        lasts_s=16,
        sfu=True,
    ),
    page(
        "gen-sfu-mic-dead",
        "a's microphone gives digital silence to everybody in the room",
        "participant.micLives(false)",
        "participant.micLives(true)",
        begins_s=14,
        lasts_s=40,
        sfu=True,
    ),
    Scenario(
        name="gen-sfu-tab-closed",
        doc="b closes the tab and leaves a and c in the room",
        seconds=44,
        steps=(Step(at_s=16, mark=ON, close="b"),),
        people="abc",
        sfu=True,
    ),
)
SCENARIOS = {scenario.name: scenario for scenario in ALL}
