"""An analysis as a person reads it in a terminal: who was there, how it went, what went wrong and why, what is unknown.

Enters: `Analysis`. Leaves: text on standard output, in colour where the terminal has it. Every statement carries the
measurement behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from rtclens.analysis import catalogue
from rtclens.analysis.narrative import WORDS, surely
from rtclens.cli.document import instant, names
from rtclens.edge.offline import Analysis
from rtclens.edge.sources import FileRead
from rtclens.model import facts

STRIP = 40  # cells of a participant's strip
EVIDENCE = 4  # measurements shown per finding
COLOURS: dict[str, str] = {
    "good": "green",
    "degraded": "yellow",
    "bad": "red",
    "unknown": "bright_black",
    "idle": "bright_black",
    "info": "bright_black",
    "low": "cyan",
    "medium": "yellow",
    "high": "red",
    "critical": "bold red",
}
CELLS: dict[str, str] = {"good": "▂", "degraded": "▅", "bad": "█", "unknown": "·", "idle": "·", "": " "}
WORST = ("", "idle", "unknown", "good", "degraded", "bad")
SCALES: dict[str, tuple[float, str]] = {
    "_ratio": (100, "%"),
    "_loss": (100, "%"),
    "_s": (1000, "ms"),
    "_bps": (0.001, "kbit/s"),
}
WAYS = {"inbound": "received", "outbound": "sent"}
LEFT = {
    "left": "left",
    "unload": "closed the page",
    "closed": "closed",
    "silence": "fell silent",
    "replaced": "joined again",
    "call_ended": "until the end",
    "file_ended": "until the file was saved",
}


def show(found: Analysis, console: Console | None = None) -> None:
    """Print the report."""
    out = console or Console(highlight=False)
    called = names(found)
    for call in sorted(found.of(facts.Call), key=lambda call: call.started_at):
        out.print(_head(call))
        out.print(_people(call, found))
        out.print(_findings(call, found, called))
    out.print(_unjudged(found, called))
    out.print(_files(found))


def _head(call: facts.Call) -> RenderableType:
    colour = COLOURS[call.verdict]
    ended = call.ended_at or call.last_seen_at
    shape = {"p2p": "direct", "sfu": "through a media server", "mixed": "partly direct"}.get(call.topology, "")
    when = f"{_clock(call.started_at, date=True)} – {_clock(ended)} UTC, {_span(ended - call.started_at)}"
    about = ", ".join(part for part in (when, shape) if part)
    title = escape(call.external_id or call.call_id)
    lines: list[RenderableType] = [
        Rule(f"[bold]{title}[/]", align="left"),
        Text(about, style="bright_black"),
        Text.assemble((call.verdict.upper(), colour), "  ", call.verdict_text or _verdict_words(call)),
    ]
    return Group(*lines)


def _verdict_words(call: facts.Call) -> str:
    return "Not enough was measured to judge the call." if call.verdict in ("unknown", "idle") else ""


def _people(call: facts.Call, found: Analysis) -> RenderableType:
    people = [one for one in found.of(facts.Participant) if one.call_id == call.call_id]
    return Group(*(_person(one, call, found) for one in sorted(people, key=lambda one: one.first_seen_at)))


def _person(one: facts.Participant, call: facts.Call, found: Analysis) -> RenderableType:
    sessions = [session for session in found.of(facts.Session) if session.participant_id == one.participant_id]
    last = max(sessions, key=lambda session: session.started_at, default=None)
    name = one.name or one.external_id or one.participant_id
    head = _strip(one, found.verdicts.get(one.participant_id, []), call)
    head.append_text(Text.assemble("  ", (name, "bold"), "  ", (one.verdict, COLOURS[one.verdict])))
    told = [_software(last), _presence(one, last), _paths(one, found)]
    if not one.observed:
        told.append("sent nothing itself")
    about = Text(" · ".join(part for part in told if part), style="bright_black")
    return Padding(Group(head, Padding(about, (0, 0, 0, STRIP + 2))), (1, 0, 0, 0))


def _software(session: facts.Session | None) -> str:
    if session is None:
        return ""
    return " ".join(part for part in (session.browser, session.browser_version.split(".")[0], session.os) if part)


def _presence(one: facts.Participant, last: facts.Session | None) -> str:
    joins = f", {one.joins} joins" if one.joins > 1 else ""
    there = f"{_clock(one.first_seen_at)} – {_clock(one.last_seen_at)}{joins}"
    if last is None or not last.end_reason:
        return there
    return f"{there}, {LEFT.get(last.end_reason, last.end_reason)}{' (abruptly)' if last.abrupt else ''}"


def _paths(one: facts.Participant, found: Analysis) -> str:
    """The ways this person's connections took, with the mean round-trip time."""
    told = []
    for each in found.of(facts.Connection):
        if each.participant_id == one.participant_id:
            way = each.path_type.replace("_", " ") or each.connection_state or each.ice_state or "never connected"
            told.append(way + (f" {each.rtt_s * 1000:.0f} ms" if each.rtt_s is not None else ""))
    return ", ".join(dict.fromkeys(told)) or "no connection"


def _strip(one: facts.Participant, verdicts: list[tuple[float, facts.Verdict]], call: facts.Call) -> Text:
    """The worst verdict of any of a person's tracks in each part of the call; blank while they were not there."""
    length = max((call.ended_at or call.last_seen_at) - call.started_at, 1.0)

    def cell(at: float) -> int:
        return min(STRIP - 1, max(0, int((at - call.started_at) / length * STRIP)))

    worst = [""] * STRIP
    for at, verdict in verdicts:
        worst[cell(at)] = max(worst[cell(at)], verdict, key=WORST.index)
    first, last = cell(one.first_seen_at), cell(one.last_seen_at)
    strip, known = Text(), ""
    for index, found in enumerate(worst):  # a slice covers several cells of a short call: until the next one
        known = found or known
        shown = known if first <= index <= last else ""
        strip.append(CELLS[shown], style=COLOURS.get(shown, ""))
    return strip


def _findings(call: facts.Call, found: Analysis, called: dict[str, str]) -> RenderableType:
    told = [one for one in found.of(facts.Finding) if one.call_id == call.call_id]
    if not told:
        return Padding(Text("No finding."), (1, 0, 0, 0))
    titles = {info.id: info.title for info in catalogue(found.custom)}
    kinds = {track.track_id: f"({track.kind} {WAYS.get(track.direction, '')})" for track in found.of(facts.Track)}
    blocks = [_finding(one, call, called, titles, kinds) for one in sorted(told, key=_by_weight)]
    return Group(*blocks)


def _by_weight(one: facts.Finding) -> tuple[int, float]:
    return -facts.SEVERITIES.index(one.severity), one.opened_at


def _finding(
    one: facts.Finding, call: facts.Call, called: dict[str, str], titles: dict[str, str], kinds: dict[str, str]
) -> RenderableType:
    begins = _offset(one.opened_at, call)
    ends = "end" if one.closed_at is None else _offset(one.closed_at, call)
    when = begins if ends == begins else f"{begins} – {ends}"
    whose = " ".join(part for part in (called.get(one.participant_id, "the call"), kinds.get(one.track_id, "")) if part)
    title = titles.get(one.detector, one.detector)
    head = Text.assemble((f"{one.severity:<8} ", COLOURS[one.severity]), (title, "bold"), f"  {whose}, {when}")
    lines = [("because", _cause(one, called))]
    shown = [_evidence(each, call) for each in one.evidence[:EVIDENCE]]
    lines += [("" if index else "shown by", each) for index, each in enumerate(shown)]
    if one.remedy:
        lines.append(("try", one.remedy))
    table = Table.grid(padding=(0, 2, 0, 0))
    for label, text in lines:
        table.add_row(Text(label, style="bright_black"), Text(text))
    statement = Text.assemble(one.statement, "  ", (one.detector, "bright_black"))
    return Padding(Group(head, Padding(Group(statement, table), (0, 0, 0, 9))), (1, 0, 0, 0))


def _cause(one: facts.Finding, called: dict[str, str]) -> str:
    if not one.cause_segment:
        return f"cannot tell: {one.cause_reason}" if one.cause_reason else "cannot tell"
    where = WORDS.get(one.cause_segment, one.cause_segment)
    whose = called.get(one.cause_participant_id, "")
    rule = f", rule {one.cause_rule}" if one.cause_rule else ""
    sure = f" ({one.cause_confidence:.0%}{rule})" if one.cause_confidence is not None else ""
    return f"{surely(one.cause_confidence)} {where}{f' of {whose}' if whose else ''}{sure}"


def _evidence(one: facts.Evidence, call: facts.Call) -> str:
    if one.text:
        return one.text
    said = one.metric if one.observed is None else f"{one.metric} {_measure(one, one.observed)}"
    limit = f", limit {_measure(one, one.threshold)}" if one.threshold is not None else ""
    samples = f", {one.n} readings" if one.n else ""
    return f"{said}{limit} ({_offset(one.from_at, call)} – {_offset(one.to_at, call)}{samples})"


def _measure(one: facts.Evidence, value: float | str) -> str:
    """A value with its unit, which the metric's name tells where the evidence does not."""
    if isinstance(value, str):
        return value
    scaled = next((scale for suffix, scale in SCALES.items() if one.metric.endswith(suffix)), None)
    if scaled is None or one.metric.endswith("_per_s"):
        return f"{value:.4g}{f' {one.unit}' if one.unit else ''}"
    factor, unit = scaled
    return f"{value * factor:.4g} {unit}"


def _unjudged(found: Analysis, called: dict[str, str]) -> RenderableType:
    """What the files could not tell."""
    told = list(dict.fromkeys([*_unknown(found, called), *_quality(found)]))
    if not told:
        return Text()
    lines = [Text(f"· {line}") for line in told]
    return Padding(Group(Text("What could not be judged", style="bold"), *lines), (1, 0, 0, 0))


def _unknown(found: Analysis, called: dict[str, str]) -> Iterator[str]:
    for one in found.of(facts.Participant):
        if not one.observed:
            yield f"{called[one.participant_id]}: named by others, but sent nothing: only the far side's view is known"
        elif one.verdict == "unknown":
            yield f"{called[one.participant_id]}: no statistics to judge by"
    reasons: dict[str, list[str]] = {}
    for finding in found.of(facts.Finding):
        if not finding.cause_segment and finding.cause_reason:
            reasons.setdefault(finding.cause_reason, []).append(finding.detector)
    for reason, detectors in reasons.items():
        yield f"the cause of {', '.join(dict.fromkeys(detectors))}: {reason}"


def _quality(found: Analysis) -> Iterator[str]:
    for read in found.files:
        said = read.quality
        if said.get("stats_truncated"):
            yield f"{read.name}: only the last 1000 polls are in the file; totals from before are not known"
        if said.get("live_connections_only"):
            yield f"{read.name}: connections closed before the download are not in this kind of file"
        if said.get("interpolated"):
            yield f"{read.name}: the file has no stamps; readings were spread evenly, times are approximate"
        if said.get("time_unknown"):
            yield f"{read.name}: the times of the event log could not be placed; only its order is known"
        if said.get("no_events"):
            yield f"{read.name}: a connection without an event log; how it was set up is not known"
        if said.get("no_stats"):
            yield f"{read.name}: a connection without statistics"


def _files(found: Analysis) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bright_black")
    for column in ("file", "format", "batches", "unreadable parts"):
        table.add_column(column)
    for read in found.files:
        table.add_row(Text(read.name), Text(read.format or "not recognised"), str(read.batches), Text(_refused(read)))
    return Padding(table, (1, 0, 0, 0))


def _refused(read: FileRead) -> str:
    lost = {**read.refused, **{k: v for k, v in read.quality.items() if k in ("bad_series", "bad_log_entries") and v}}
    counts = ", ".join(f"{count} × {code}" for code, count in lost.items())
    return f"{counts}: {read.first_refusal}" if read.first_refusal else counts


def _clock(at: float, *, date: bool = False) -> str:
    text = instant(at)
    if text is None:
        return "?"
    return f"{text[:10]} {text[11:19]}" if date else text[11:19]


def _offset(at: float, call: facts.Call) -> str:
    return _span(at - call.started_at) if at else "?"


def _span(ms: float) -> str:
    """A duration as `m:ss`, or `h:mm:ss`."""
    seconds = max(0, round(ms / 1000))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
