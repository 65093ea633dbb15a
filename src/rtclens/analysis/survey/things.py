"""What changes seldom and is noticed at a look: implementations, networks, ciphers, channels, unused streams, sleep.

Enters: reports and what was noted of them before. Leaves: findings.
"""

from __future__ import annotations

from rtclens.analysis.detectors import flow, quality, setup, telemetry
from rtclens.analysis.detectors.grammar import Detector
from rtclens.analysis.findings import close_finding, is_open, subject_id
from rtclens.analysis.looked import Looks, Survey
from rtclens.analysis.owners import call_of
from rtclens.analysis.state import Connection, Subject, Track
from rtclens.analysis.states import note_point, open_now
from rtclens.model.facts import Evidence
from rtclens.model.stats import CandidatePair, InboundRtp, OutboundRtp, Stats

NULL_DECODER = "NullVideoDecoder"
OUTDATED_TLS = frozenset({"FEFF", "FFFE"})
WEAK_CIPHERS = ("NULL", "_SHA1_32")
SLEPT_S, AWAKE_S = 30.0, 10.0  # what arrived in the gap is worth so many seconds at most
ABSURD_LOSS = -1_000_000
FROZEN = telemetry.FROZEN.id


def over(detector: Detector, subject: Subject, at: float) -> None:
    """Close what is open of this detector about this subject."""
    finding = call_of(subject).open.get((detector.id, subject_id(subject)))
    if finding is not None and finding.closed_at is None:
        close_finding(finding, at, "recovered")


def text(metric: str, subject: Subject, at: float, observed: str, told: str = "") -> Evidence:
    """Evidence that is a word, not a number."""
    return Evidence(metric=metric, subject=subject_id(subject), from_at=at, to_at=at, observed=observed, text=told, n=1)


def decoder(track: Track, notes: Looks, report: InboundRtp, at: float) -> None:
    """Whether another decoder is at work than before."""
    name = report.decoderImplementation
    if not name:
        return
    before, was_efficient = notes.implementation
    notes.implementation = (name, report.powerEfficientDecoder)
    if name.startswith(NULL_DECODER):
        if not is_open(track, quality.DECODER_FALLBACK.id):
            open_now(quality.DECODER_FALLBACK, track, at, at, text("decoderImplementation", track, at, name), "high")
    elif was_efficient and report.powerEfficientDecoder is False:
        told = text("decoderImplementation", track, at, name, f"{before} to {name}")
        open_now(quality.DECODER_FALLBACK, track, at, at, told)
    elif report.powerEfficientDecoder or before.startswith(NULL_DECODER):
        over(quality.DECODER_FALLBACK, track, at)


def encoder(track: Track, notes: Looks, report: OutboundRtp, at: float) -> None:
    """Whether a less efficient encoder is at work than before; of simulcast layers the last counts."""
    name = report.encoderImplementation
    if not name or report.encodingIndex:
        return
    before, was_efficient = notes.implementation
    notes.implementation = (name, report.powerEfficientEncoder)
    if was_efficient and report.powerEfficientEncoder is False:
        told = text("encoderImplementation", track, at, name, f"{before} to {name}")
        open_now(quality.ENCODER_FALLBACK, track, at, at, told)
    elif report.powerEfficientEncoder:
        over(quality.ENCODER_FALLBACK, track, at)


def impossible(track: Track, notes: Looks, report: InboundRtp, at: float) -> None:
    """Numbers that cannot be; said once."""
    if notes.impossible:
        return
    wrong = {
        "packetsLost": report.packetsLost is not None and report.packetsLost < ABSURD_LOSS,
        "jitter": report.jitter is not None and report.jitter < 0,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            notes.impossible = True
            note_point(telemetry.IMPOSSIBLE, track, at, at, text(name, track, at, str(getattr(report, name))))


def unused(track: Track, notes: Looks, codec: str | None, packets: float, at: float, t: float) -> None:
    """A stream without codec and packets."""
    if codec is not None or packets != 0 or track.moved:
        if notes.unused:
            over(flow.UNUSED, track, at)
        notes.unused = 0.0
        return
    notes.unused += t
    if notes.unused >= flow.UNUSED.need_s and not is_open(track, flow.UNUSED.id):
        began = at - 1000.0 * notes.unused
        evidence = Evidence(metric="packets", subject=track.id, from_at=began, to_at=at, observed=0.0, n=1)
        open_now(flow.UNUSED, track, began, at, evidence)


def transport(conn: Connection, survey: Survey, stats: Stats, at: float) -> None:
    """Versions and ciphers of the encryption; said once."""
    if survey.tls or not stats.transport:
        return
    one = stats.transport[0]
    cipher = one.srtpCipher or ""
    weak = next((word for word in WEAK_CIPHERS if word in cipher), None)
    if (one.tlsVersion or "").upper() in OUTDATED_TLS or weak is not None:
        survey.tls = True
        told = text("tlsVersion", conn, at, one.tlsVersion or "", f"cipher {cipher or 'unknown'}")
        open_now(setup.TLS_OUTDATED, conn, at, at, told)


def channels(conn: Connection, survey: Survey, stats: Stats, at: float) -> None:
    """Data channels that were open and closed while the connection lives."""
    for report in stats.data_channel:
        label = report.label or report.id
        before, state = survey.channels.get(report.id, ""), report.state or ""
        survey.channels[report.id] = state
        if state == "closed" and before == "open" and not is_open(conn, flow.CHANNEL_LOST.id):
            open_now(flow.CHANNEL_LOST, conn, at, at, text("data-channel state", conn, at, "closed", label))
        elif state == "open" and before != "open":
            over(flow.CHANNEL_LOST, conn, at)


def network(conn: Connection, survey: Survey, stats: Stats, pair: CandidatePair | None, at: float) -> None:
    """Over which of the device's networks the selected path begins, and whether that is a VPN."""
    wanted = pair.localCandidateId if pair is not None else None
    local = next((one for one in stats.local_candidate if one.id == wanted), None)
    if local is None:
        return
    kind = local.networkType or local.networkAdapterType or ""
    interface = local.relatedAddress or local.address or "" if local.candidateType != "relay" else ""
    before, now = survey.network, f"{kind} {interface}".strip()
    survey.network = now or before
    if before and now and before != now:
        told = text("network", conn, at, kind or "other interface", "another network than before")
        note_point(flow.NETWORK_SWITCHED, conn, at, at, told)
    if kind == "vpn" or local.vpn:
        if not is_open(conn, flow.VPN.id):
            open_now(flow.VPN, conn, at, at, text("networkType", conn, at, kind or "vpn"))
    elif before != now:
        over(flow.VPN, conn, at)


def frozen(conn: Connection, at: float) -> None:
    """Samples keep arriving and their time stands still, by the server's clock."""
    if at != conn.newest_at:
        if conn.still_since:
            over(telemetry.FROZEN, conn.session, at)
        conn.still_since, conn.newest_at = 0.0, max(at, conn.newest_at)
        return
    call, session = conn.session.participant.call, conn.session
    if not conn.still_since:
        conn.still_since = call.server_now
    elif call.server_now - conn.still_since >= 1000.0 * telemetry.FROZEN.need_s and not is_open(session, FROZEN):
        open_now(telemetry.FROZEN, session, at, at, text("timestamp", session, at, "unchanged"))


def slept(conn: Connection, survey: Survey, at: float) -> None:
    """A long gap in which hardly anything was received, against what came before: the device slept."""
    now = conn.now
    if now is None or now.t < SLEPT_S or now.bytes_in is None or 8.0 * now.bytes_in >= AWAKE_S * survey.rate:
        return
    evidence = Evidence(metric="interval_s", subject=conn.id, from_at=at - 1000.0 * now.t, to_at=at, n=1)
    evidence.observed, evidence.threshold, evidence.unit = round(now.t, 1), SLEPT_S, "s"
    note_point(telemetry.SUSPENDED, conn.session, at - 1000.0 * now.t, at, evidence)
