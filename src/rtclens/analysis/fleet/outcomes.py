"""How calls went for people, and what they shared: the rows of a fleet question and its answer.

Enters: nothing. Leaves: `Outcome` (one person in one call), `SharedFate` (a finding over many calls), `Fleet`.
"""

from __future__ import annotations

import msgspec

from rtclens.model.facts import Segment, Severity

DIRECT = "direct"  # the value of `turn` for people who use no relay: a control, never a finding


class Axis(msgspec.Struct, frozen=True):
    """Something people share. `detector` and `segment` are what is said when one of its values is worse than others."""

    id: str
    title: str
    detector: str
    segment: Segment = ""
    severity: Severity = "medium"
    advice: str = ""


REPRODUCE = "Reproduce on it; report it or work around it."
BEFORE = "Compare with the version before; roll back where it was fine."
ALL = (
    Axis("turn", "TURN server", "turn_degraded", "relay", "high", "Drain it; check its egress, CPU and UDP reach."),
    Axis("sfu", "media server", "sfu_degraded", "sfu", "high", "Look at its load and egress; move rooms elsewhere."),
    Axis("path", "kind of path", "population_issue", "", "medium", "Check what this path goes through."),
    Axis("network", "network", "network_incident", "", "high", "Tell its users; try other entry points."),
    Axis("region", "region", "network_incident", "", "high", "Tell its users; try other entry points."),
    Axis("pop", "entry point", "network_incident", "", "high", "Look at its servers; send people elsewhere."),
    Axis("access", "kind of access", "population_issue", "", "medium", "Tune rates and layers for such networks."),
    Axis("browser", "browser version", "population_issue", "", "medium", REPRODUCE),
    Axis("os", "operating system", "population_issue", "", "medium", REPRODUCE),
    Axis("app_version", "app version", "population_issue", "app", "high", BEFORE),
    Axis("sdk", "SDK version", "population_issue", "", "medium", BEFORE),
)
AXES: dict[str, Axis] = {axis.id: axis for axis in ALL}
TAG = "tag:"  # before the name of an application's own attribute: a feature flag, a plan, a tenant
TELL_APART = "Switch it off for some people and compare."


def axis_of(name: str) -> Axis:
    """The axis of that id; an application's own attributes are axes under `tag:NAME`."""
    known = AXES.get(name)
    return known or Axis(name, name.removeprefix(TAG), "population_issue", "app", "medium", TELL_APART)


PATHS = {
    "direct_host": "direct on the same network",
    "direct_srflx": "direct through NAT",
    "direct_prflx": "direct through NAT",
    "relay_udp": "relayed over UDP",
    "relay_tcp": "relayed over TCP",
    "relay_tls": "relayed over TLS",
    "ice_tcp": "direct over TCP",
}


def words_of(axis: str, value: str) -> str:
    """A value in words, where it is not what people call it already."""
    return PATHS.get(value, value) if axis == "path" else value


ISSUES: dict[str, str] = {
    "connect": "connections that fail or break",
    "network": "loss, delay or missing media",
    "audio": "bad sound",
    "video": "bad pictures",
    "device": "cameras, microphones or machines that fail",
    "access": "no access to camera or microphone",
}


class Outcome(msgspec.Struct, frozen=True):
    """One person in one call. `axes` holds only what is known; `issues` are keys of `ISSUES`; `lost_s` is impaired
    time. `person` is the same for one user in several calls. Times are ms: `at` and `until` bound the stay, `when`
    says since when an issue was met, for those that did not begin with the stay.
    """

    call: str
    person: str
    at: float
    axes: dict[str, str]
    issues: frozenset[str] = frozenset()
    lost_s: float = 0.0
    until: float = 0.0
    when: dict[str, float] = {}

    def met(self, issue: str) -> float | None:
        """When this person met an issue in this call; `None` where never."""
        return self.when.get(issue, self.at) if issue in self.issues else None

    @property
    def left(self) -> float:
        """When the stay ended, as far as it is known."""
        return max(self.at, self.until)


class SharedFate(msgspec.Struct, frozen=True):
    """People who share `value` have an issue far more often than those who do not.

    Rates are shares of people (0 to 1); `risk_low` and `risk_high` are the 95 % interval of `risk_ratio`;
    `adjusted_ratio` is the same after comparing only people of one hour and browser; `q` is the false discovery rate.
    Where it began within the span, `since` says when, all numbers are of the time from then on, and `before_…` are
    the people who shared the value before.
    """

    id: str
    detector: str
    axis: str
    axis_title: str
    value: str
    issue: str
    statement: str
    control: str
    severity: Severity
    segment: Segment
    confidence: float
    people: int
    affected: int
    rate: float
    control_people: int
    control_affected: int
    control_rate: float
    risk_ratio: float
    risk_low: float
    risk_high: float
    adjusted_ratio: float | None
    p: float
    q: float
    calls: int
    lost_s: float
    explains: list[str]
    remedy: str
    since: float | None = None
    before_people: int = 0
    before_affected: int = 0
    before_rate: float | None = None


class Fleet(msgspec.Struct, frozen=True):
    """The answer: what is shared by those who fare badly, and how much was compared.

    `too_few`: values of axes with fewer than 20 people, which nothing is said about.
    """

    sentence: str
    findings: list[SharedFate]
    people: int
    calls: int
    tests: int
    too_few: int
