"""Metrics of a person over a whole call, from slots of five seconds: talk, sound and picture, on their own scales.

Enters: what everybody's slices say of each slot. Leaves: `PersonMetrics`. `None` is unknown: nothing of that kind was
measured. Several tracks of a kind add up, so seconds of sound or picture may exceed the length of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt

import msgspec

SLOT_S = 5.0
TALK_RMS = 0.01  # of the microphone over a slice, where talk and pauses mix
SILENT_RMS = 0.001
SOUNDLESS = 1.5  # the most that a slot is worth in which somebody talks and nothing is heard


class Slot(msgspec.Struct, frozen=True):
    """One person in one slot: seconds of sent and received media, and means weighted by them.

    `spoke_s` of `sent_s` seconds the microphone was above `TALK_RMS`; `level` is the loudest received sound.
    """

    person: str
    at: int  # the slot's number
    sent_s: float = 0.0
    spoke_s: float = 0.0
    level: float | None = None
    audio_mos: float | None = None
    video_mos: float | None = None


class Sums(msgspec.Struct, frozen=True):
    """One person's received media, in track-seconds."""

    heard_s: float = 0.0
    impaired_audio_s: float = 0.0
    seen_s: float = 0.0
    impaired_video_s: float = 0.0
    frozen_s: float | None = None
    sized_s: float = 0.0
    hd_s: float = 0.0
    md_s: float = 0.0


class PersonMetrics(msgspec.Struct, frozen=True):
    """A person's whole call. Seconds where the name ends in `_s`, shares 0 to 1, `av_mos` 1 to 5."""

    participant_id: str
    talk_s: float | None
    talk_ratio: float | None
    double_talk_s: float | None
    silent_s: float | None
    heard_s: float | None
    impaired_audio_s: float | None
    seen_s: float | None
    impaired_video_s: float | None
    frozen_s: float | None
    hd_s: float | None
    md_s: float | None
    ld_s: float | None
    av_mos: float | None


def people(slots: Iterable[Slot], sums: Mapping[str, Sums]) -> list[PersonMetrics]:
    """Everybody's metrics, by id."""
    of: dict[str, list[Slot]] = {}
    speakers: dict[int, dict[str, float]] = {}
    for slot in slots:
        of.setdefault(slot.person, []).append(slot)
        if slot.spoke_s > 0:
            speakers.setdefault(slot.at, {})[slot.person] = min(slot.spoke_s, SLOT_S)
    return [_metrics(person, of.get(person, []), speakers, sums.get(person, Sums())) for person in sorted({*of, *sums})]


def _metrics(person: str, slots: list[Slot], speakers: Mapping[int, Mapping[str, float]], sums: Sums) -> PersonMetrics:
    sent = sum(slot.sent_s for slot in slots)
    talk = sum((slot.spoke_s for slot in slots), 0.0)
    both = sum(min(slot.spoke_s, _others(speakers, slot)) for slot in slots)
    heard = [slot for slot in slots if slot.level is not None]
    silent = sum((_others(speakers, slot) for slot in heard if (slot.level or 0.0) < SILENT_RMS), 0.0)
    sized = sums.sized_s or None
    return PersonMetrics(
        participant_id=person,
        talk_s=_known(talk, sent),
        talk_ratio=round(talk / sent, 4) if sent else None,
        double_talk_s=_known(both, sent),
        silent_s=round(silent, 1) if heard else None,
        heard_s=_known(sums.heard_s, sums.heard_s),
        impaired_audio_s=_known(sums.impaired_audio_s, sums.heard_s),
        seen_s=_known(sums.seen_s, sums.seen_s),
        impaired_video_s=_known(sums.impaired_video_s, sums.seen_s),
        frozen_s=None if sums.frozen_s is None else round(sums.frozen_s, 1),
        hd_s=_known(sums.hd_s, sized),
        md_s=_known(sums.md_s, sized),
        ld_s=_known(sums.sized_s - sums.hd_s - sums.md_s, sized),
        av_mos=_whole(slots, speakers),
    )


def _known(value: float, of: float | None) -> float | None:
    return round(value, 1) if of else None


def _others(speakers: Mapping[int, Mapping[str, float]], slot: Slot) -> float:
    """How long the longest talker among the others spoke in this slot: they may have talked at the same time."""
    return max((spoke for who, spoke in speakers.get(slot.at, {}).items() if who != slot.person), default=0.0)


def _whole(slots: list[Slot], speakers: Mapping[int, Mapping[str, float]]) -> float | None:
    """The mean of `av_mos` over the slots that have both scores."""
    scored = [
        av_mos(slot.audio_mos, slot.video_mos, unheard=_unheard(slot, speakers))
        for slot in slots
        if slot.audio_mos is not None and slot.video_mos is not None
    ]
    return round(sum(scored) / len(scored), 3) if scored else None


def _unheard(slot: Slot, speakers: Mapping[int, Mapping[str, float]]) -> bool:
    return slot.level is not None and slot.level < SILENT_RMS and _others(speakers, slot) > SLOT_S / 2


def av_mos(audio: float, video: float, *, unheard: bool = False) -> float:
    """Sound and picture as one number: the geometric mean of both scores on 0 to 1, so that neither hides the other.

    A slot in which nothing is heard of somebody who talks is worth `SOUNDLESS` at most.
    """
    parts = [min(1.0, max(0.0, (score - 1.0) / 4.0)) for score in (audio, video)]
    value = 1.0 + 4.0 * sqrt(parts[0] * parts[1])
    return min(value, SOUNDLESS) if unheard else value
