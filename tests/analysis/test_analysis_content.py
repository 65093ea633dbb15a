"""Who sends what, told by content: people who talk and move as they like, behind a server that renames every stream."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from rtclens.analysis import finish, fold, new_state
from rtclens.model.events import Batch, ConnectionOpened, Origin, Sample, SessionOpened
from rtclens.model.facts import AnyFact, Participant, Track
from rtclens.model.stats import CandidatePair, InboundRtp, MediaSource, OutboundRtp, Stats, Transport

from .synthetic import START, newest

STEP_S = 0.1
QUIET, LOUD = 1e-5, 0.02


class Talker:
    """What one person's microphone and camera give, as running totals in steps of a tenth of a second."""

    def __init__(self, random: Random, seconds: float, alike: bool) -> None:
        talks, energy, octets, quantiser = False, 0.0, 0.0, 0.0
        rate, qp = (60_000.0, 30.0) if alike else (random.uniform(30_000, 150_000), random.uniform(20, 45))
        self.energy, self.octets, self.quantiser = [0.0], [0.0], [0.0]
        for _ in range(round(seconds / STEP_S)):
            if random.random() < (0.03 if talks else 0.02):
                talks = not talks
            if not alike and random.random() < 0.02:
                rate, qp = rate * random.uniform(0.7, 1.4), min(60.0, max(10.0, qp * random.uniform(0.8, 1.25)))
            energy += STEP_S * (LOUD if talks and not alike else QUIET)
            octets += STEP_S * rate
            quantiser += STEP_S * 30 * qp
            self.energy.append(energy)
            self.octets.append(octets)
            self.quantiser.append(quantiser)

    def at(self, values: list[float], seconds: float) -> float:
        """A running total between two steps."""
        place = min(max(seconds, 0.0) / STEP_S, len(values) - 1.001)
        low = int(place)
        return values[low] + (values[low + 1] - values[low]) * (place - low)


class Room:
    """People behind a renaming server; everybody is sampled at moments of their own."""

    def __init__(self, seed: int, people: str = "abc", alike: bool = False, kinds: str = "av") -> None:
        random = Random(seed)
        self.people, self.kinds = people, kinds
        self.seconds = 60.0
        self.talkers = {name: Talker(random, self.seconds + 5, alike) for name in people}
        self.order = {name: random.sample(people.replace(name, ""), len(people) - 1) for name in people}
        self.phase = {name: random.random() for name in people}
        self.facts: list[AnyFact] = []

    def play(self, interval: float = 1.0) -> Room:
        state = new_state()
        moments = sorted(
            (self.phase[name] * interval + interval * step, name)
            for name in self.people
            for step in range(int(self.seconds / interval))
        )
        opened = [ConnectionOpened(at=START, connection=conn, sfu=True) for conn in ("pub", "sub")]
        batches = [(START, name, [SessionOpened(at=START), *opened]) for name in self.people]
        for seconds, name in moments:
            at = START + 1000.0 * seconds
            sent = Sample(at=at, connection="pub", stats=self.published(name, seconds, at))
            got = Sample(at=at, connection="sub", stats=self.subscribed(name, seconds - 0.1, at))
            batches.append((at, name, [sent, got]))
        for at, name, events in batches:
            self.facts += fold(state, Batch(Origin("app", "test", "m", name, f"s-{name}"), at, events)).facts
        self.facts += finish(state, START + 1000.0 * self.seconds)
        return self

    def common(self, at: float) -> dict[str, Any]:
        pair = CandidatePair(id="P", timestamp=at, state="succeeded", nominated=True, bytesSent=at, bytesReceived=at)
        return {
            "candidate_pair": [pair],
            "transport": [Transport(id="T", timestamp=at, selectedCandidatePairId="P", iceState="connected")],
        }

    def published(self, name: str, seconds: float, at: float) -> Stats:
        who, packets = self.talkers[name], 50.0 * seconds
        out, sources = [], []
        if "a" in self.kinds:
            level = {"totalAudioEnergy": who.at(who.energy, seconds), "totalSamplesDuration": seconds}
            sources.append(MediaSource(id="SA", timestamp=at, kind="audio", **level))
            out.append(
                OutboundRtp(
                    id="OA",
                    timestamp=at,
                    kind="audio",
                    ssrc=ord(name),
                    mid="0",
                    mediaSourceId="SA",
                    packetsSent=packets,
                    bytesSent=80 * packets,
                )
            )
        if "v" in self.kinds:
            out.append(
                OutboundRtp(
                    id="OV",
                    timestamp=at,
                    kind="video",
                    ssrc=500 + ord(name),
                    mid="1",
                    packetsSent=packets,
                    bytesSent=who.at(who.octets, seconds),
                    framesEncoded=30 * seconds,
                    framesSent=30 * seconds,
                    qpSum=who.at(who.quantiser, seconds),
                    active=True,
                )
            )
        return Stats(outbound_rtp=out, media_source=sources, **self.common(at))

    def subscribed(self, name: str, seconds: float, at: float) -> Stats:
        got, packets = [], 50.0 * seconds
        for place, other in enumerate(self.order[name]):
            who = self.talkers[other]
            audio = {
                "totalAudioEnergy": who.at(who.energy, seconds),
                "totalSamplesDuration": seconds,
                "bytesReceived": 80 * packets,
            }
            video = {
                "bytesReceived": who.at(who.octets, seconds),
                "framesDecoded": 30 * seconds,
                "framesReceived": 30 * seconds,
                "qpSum": who.at(who.quantiser, seconds),
            }
            for kind, members in (("audio", audio), ("video", video)):
                if kind[0] in self.kinds:
                    mid = str(2 * place + (kind == "video"))
                    ssrc = 10_000 + 100 * ord(name) + int(mid)
                    got.append(
                        InboundRtp(
                            id=f"I{mid}",
                            timestamp=at,
                            kind=kind,
                            ssrc=ssrc,
                            mid=mid,
                            packetsReceived=packets,
                            packetsLost=0,
                            **members,
                        )
                    )
        return Stats(inbound_rtp=got, **self.common(at))

    def count(self) -> Counter[str]:
        """How many received tracks are linked right, wrong and not at all."""
        rows = newest(self.facts).values()
        names = {row.participant_id: row.external_id for row in rows if isinstance(row, Participant)}
        found: Counter[str] = Counter()
        for row in rows:
            if isinstance(row, Track) and row.direction == "inbound":
                truth = self.order[names[row.participant_id]][int(row.mid) // 2]
                told = names.get(row.peer_participant_id, "")
                found["open" if not told else "right" if told == truth else "wrong"] += 1
        return found


def total(seeds: range, interval: float = 1.0, **members: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in seeds:
        found += Room(seed, **members).play(interval).count()
    return found


@pytest.mark.parametrize(
    ("kinds", "interval", "least"),
    [("a", 1.0, 0.95), ("v", 1.0, 0.95), ("av", 1.0, 0.95), ("av", 5.0, 0.9), ("v", 10.0, 0.9), ("av", 8.0, 0.9)],
)
def test_people_who_differ_are_told_apart_and_nobody_is_mistaken(kinds: str, interval: float, least: float) -> None:
    found = total(range(12), interval, kinds=kinds)
    assert found["wrong"] == 0
    assert found["right"] >= least * found.total()


def test_few_and_coarse_samples_of_sound_alone_leave_it_open_rather_than_guess() -> None:
    found = total(range(12), 10.0, kinds="a")
    assert found["wrong"] == 0
    assert found["open"] > 0


def test_five_people_too() -> None:
    found = total(range(3), people="abcde")
    assert found["wrong"] == 0
    assert found["right"] >= 0.9 * found.total()


@pytest.mark.parametrize("interval", [1.0, 8.0])
def test_people_who_are_all_alike_stay_unknown(interval: float) -> None:
    found = total(range(3), interval, alike=True)
    assert found["right"] + found["wrong"] == 0
