"""Rows of calls, participants, sessions, connections and tracks as whole snapshots.

Enters: the records of the state. Leaves: facts, appended to the call's; features are JSON values, unknown is absent.
"""

from __future__ import annotations

from typing import Any

from rtclens.analysis.clocks import uncertainty_ms
from rtclens.analysis.delta import ratio
from rtclens.analysis.features.rows import features as feature_row
from rtclens.analysis.findings import Open, next_revision
from rtclens.analysis.grades import call_score, person_score, track_scores
from rtclens.analysis.links import peer_of, topology
from rtclens.analysis.narrative import call_sentence, participant_sentence, top_finding
from rtclens.analysis.owners import call_of
from rtclens.analysis.presence import live_count
from rtclens.analysis.slices import track_verdict
from rtclens.analysis.state import Call, Connection, Participant, Session, Subject, Track
from rtclens.analysis.sums import Life
from rtclens.analysis.survey import lifetime
from rtclens.analysis.verdicts import call_verdict, good_minute_ratio, impaired, participant_verdict
from rtclens.analysis.version import ANALYSIS_VERSION
from rtclens.model import facts
from rtclens.model.events import Client

NOBODY = Client()


def write(subject: Subject) -> None:
    """Append the row of any subject to its call's facts."""
    call = call_of(subject)
    revision = next_revision(call)
    if isinstance(subject, Track):
        row: facts.AnyFact = track_row(call, subject, revision)
    elif isinstance(subject, Connection):
        row = connection_row(call, subject, revision)
    elif isinstance(subject, Session):
        row = session_row(call, subject, revision)
    elif isinstance(subject, Participant):
        row = participant_row(call, subject, revision)
    else:
        row = call_row(call, revision)
    call.facts.append(row)
    extracted = feature_row(call, subject, revision)
    if extracted is not None:
        call.facts.append(extracted)
        if isinstance(subject, Connection):
            subject.rest_said()
    call.facts.extend(_scores(subject, revision))
    if isinstance(subject, Session | Connection | Track):
        subject.rest()


def _scores(subject: Subject, revision: int) -> list[facts.Score]:
    """The scores that go with a subject's row, where it was judged."""
    if isinstance(subject, Track):
        return list(track_scores(call_of(subject), subject, revision))
    if isinstance(subject, Participant):
        one = person_score(subject, revision)
    else:
        one = call_score(subject, revision) if isinstance(subject, Call) else None
    return [one] if one is not None else []


def found_of(person: Participant) -> list[Open]:
    """The findings about a person and what belongs to them."""
    return [finding for finding in person.call.findings if owner(finding) is person]


def owner(finding: Open) -> Participant | None:
    """Whose finding it is; `None` for the call's own."""
    subject = finding.subject
    if isinstance(subject, Participant):
        return subject
    if isinstance(subject, Session):
        return subject.participant
    if isinstance(subject, Connection):
        return subject.session.participant
    return subject.conn.session.participant if isinstance(subject, Track) else None


def call_row(call: Call, revision: int) -> facts.Call:
    """The call."""
    people = [person for person in call.participants.values() if person.role == "client"]
    by_person: dict[str, list[Open]] = {person.id: [] for person in people}
    for finding in call.findings:
        whose = owner(finding)
        if whose is not None and whose.id in by_person:
            by_person[whose.id].append(finding)
    verdicts = [participant_verdict(person, by_person[person.id]) for person in people if person.observed]
    top = top_finding(call)
    ratios = [ratio for ratio in (good_minute_ratio(person) for person in people) if ratio is not None]
    seconds = [value for value in (impaired(person) for person in people) if value is not None]
    call.live_max = max(call.live_max, live_count(call))
    return facts.Call(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        external_id=call.external,
        name=call.name,
        started_at=call.started_at,
        last_seen_at=call.last_at,
        ended_at=call.ended_at,
        end_reason=call.end_reason,
        participants=len(people),
        participants_max=call.live_max,
        sessions=sum(len(person.sessions) for person in people),
        connections=call.connections,
        tracks=call.tracks,
        topology=topology(call),
        verdict=call_verdict(call, verdicts),
        verdict_text=call_sentence(call, by_person, people),
        top_cause=top.cause if top is not None else "",
        top_cause_participant_id=top.cause_participant if top is not None else "",
        top_cause_confidence=top.cause_confidence if top is not None else None,
        findings=len(call.findings),
        worst_severity=call.worst,
        impaired_s=round(sum(seconds), 1) if seconds else None,
        good_participant_minutes_ratio=round(sum(ratios) / len(ratios), 4) if ratios else None,
        formats=list(call.formats),
    )


def participant_row(call: Call, person: Participant, revision: int) -> facts.Participant:
    """A person."""
    found = found_of(person)
    caused = sum(
        (f.last_at - f.opened_at) / 1000.0
        for f in call.findings
        if f.cause_participant == person.id and owner(f) is not person
    )
    ratio_good = good_minute_ratio(person)
    return facts.Participant(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        participant_id=person.id,
        external_id=person.external,
        name=person.name,
        role=person.role,
        first_seen_at=person.first_at,
        last_seen_at=person.last_at,
        joins=person.joins,
        observed=person.observed,
        verdict=participant_verdict(person, found),
        verdict_text=participant_sentence(person, found),
        impaired_s=impaired(person),
        caused_impairment_s=round(caused, 1) if person.observed else None,
        good_minute_ratio=round(ratio_good, 4) if ratio_good is not None else None,
    )


def session_row(call: Call, session: Session, revision: int) -> facts.Session:
    """A join."""
    client = session.client or NOBODY
    features: dict[str, Any] = {}
    if session.device_counts:
        features["devices"] = dict(session.device_counts)
    if session.access_requests:
        features["media_access_requests"] = session.access_requests
    for name in ("cores", "memory_gib", "url"):
        value = getattr(client, name)
        if value:
            features[name] = value
    return facts.Session(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        participant_id=session.participant.id,
        session_id=session.id,
        external_id=session.external,
        format=session.format,
        started_at=session.started_at,
        last_seen_at=session.last_at,
        ended_at=session.ended_at,
        end_reason=session.end_reason,
        abrupt=session.abrupt,
        browser=client.browser,
        browser_version=client.browser_version,
        os=client.os,
        os_version=client.os_version,
        device_type=client.device_type,
        user_agent=client.user_agent,
        sdk=client.sdk,
        sdk_version=client.sdk_version,
        app_version=client.app_version,
        country=session.tags.get("country", "") or session.tags.get("country_code", ""),
        clock_offset_ms=session.offset_ms,
        clock_uncertainty_ms=uncertainty_ms(session),
        tags=dict(session.tags),
        features=features,
    )


def connection_row(call: Call, conn: Connection, revision: int) -> facts.Connection:
    """An RTCPeerConnection."""
    peer = peer_of(conn)
    life = conn.notes.life
    features: dict[str, Any] = {"interval_s": round(conn.interval, 3)} if conn.interval else {}
    if conn.candidates:
        features["candidates"] = dict(conn.candidates)
    if conn.ice_connected_at is not None and conn.checking_at is not None:
        features["ice_s"] = round((conn.ice_connected_at - conn.checking_at) / 1000.0, 3)
    for code, url in conn.candidate_errors:
        features.setdefault("candidate_errors", []).append(f"{code} {url}")
    return facts.Connection(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        participant_id=conn.session.participant.id,
        session_id=conn.session.id,
        connection_id=conn.id,
        external_id=conn.external,
        peer_external_id=conn.peer,
        peer_participant_id=peer.id if peer is not None else "",
        sfu=conn.sfu,
        started_at=conn.started_at,
        connected_at=conn.connected_at,
        last_seen_at=conn.last_at,
        ended_at=conn.ended_at,
        end_reason=conn.end_reason,
        signaling_state=conn.signaling_state,
        ice_state=conn.ice_state,
        connection_state=conn.connection_state,
        path_type=conn.path_type,
        relay_url=conn.relay_url,
        rtt_s=ratio(life.get("rtt_t"), life.get("rtt_covered")) if life is not None else None,
        features=features,
    )


def track_row(call: Call, track: Track, revision: int) -> facts.Track:
    """A track."""
    conn = track.conn
    content = track.content or ("screen" if track.screen else "")
    return facts.Track(
        app_id=call.app_id,
        call_id=call.id,
        analysis_version=ANALYSIS_VERSION,
        revision=revision,
        participant_id=conn.session.participant.id,
        session_id=conn.session.id,
        connection_id=conn.id,
        track_id=track.id,
        external_id=track.external,
        kind=track.kind,
        direction=track.direction,
        content=content,
        mid=track.mid,
        ssrcs=list(track.ssrcs),
        codec=track.codec,
        peer_track_id=track.peer.id if track.peer is not None else "",
        peer_participant_id=track.peer.conn.session.participant.id if track.peer is not None else "",
        started_at=track.started_at,
        last_seen_at=track.last_at,
        ended_at=track.ended_at,
        end_reason=track.end_reason,
        verdict=track_verdict(track),
        impaired_s=round(track.impaired_s, 1) if track.judged else None,
        features=_features(track),
    )


def _features(track: Track) -> dict[str, Any]:
    life = track.notes.life
    covered = life.get("covered") if life is not None else None
    if life is None or not covered:
        return {}
    octets, frames = life.get("octets"), life.get("frames")
    values: dict[str, float | None] = {
        "covered_s": covered,
        "bitrate_bps": None if octets is None else 8.0 * octets / covered,
        "loss_ratio": ratio(life.get("lost"), life.get("expected")),
        "fps": None if frames is None else frames / covered,
        "width_px": life.get("width"),
        "height_px": life.get("height"),
    }
    values.update(_received(life) if track.direction == "inbound" else _sent(life))
    values.update((name, value) for name, value in lifetime(track).items() if name not in values)
    for verdict, seconds in track.notes.seconds.items():
        values[f"{verdict}_s"] = seconds
    return {name: round(value, 4) for name, value in values.items() if value is not None}


def _received(life: Life) -> dict[str, float | None]:
    return {
        "jitter_max_s": life.get("jitter_max"),
        "jb_delay_s": ratio(life.get("jb_delay"), life.get("jb_emitted")),
        "audible_concealment_ratio": ratio(life.get("audible"), life.get("samples")),
        "stretch_ratio": ratio(life.get("stretched"), life.get("samples")),
        "frozen_s": life.get("freeze"),
        "freezes": life.get("freezes"),
        "freeze_longest_s": life.get("longest") or None,
        "mtbf_s": _between_freezes(life),
        "drop_ratio": ratio(life.get("dropped"), life.get("received")),
        "decode_load": ratio(life.get("decode"), life.get("covered")),
    }


def _between_freezes(life: Life) -> float | None:
    """The mean smooth stretch: n freezes leave n + 1 of them; without one it is the whole life, so at least that."""
    covered, frozen, freezes = life.get("covered"), life.get("freeze"), life.get("freezes")
    if covered is None or frozen is None or freezes is None or freezes < 0:
        return None
    return max(0.0, covered - frozen) / (freezes + 1.0)


def _sent(life: Life) -> dict[str, float | None]:
    return {
        "pacer_s": ratio(life.get("pacer"), life.get("packets")),
        "rtx_ratio": ratio(life.get("rtx"), life.get("packets")),
        "source_fps": ratio(life.get("source_frames"), life.get("source_t")),
        "encode_load": ratio(life.get("encode"), life.get("covered")),
        "limited_cpu_s": life.get("limited_cpu"),
        "limited_bandwidth_s": life.get("limited_bandwidth"),
    }
