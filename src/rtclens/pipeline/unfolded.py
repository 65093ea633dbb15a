"""What becomes of a batch that the analysis could not take in: its rows are kept, one batch never stops a worker.

Enters: a batch, after the analysis raised (a defect of ours, never of the sender). Leaves: ids for its rows, made from
the sender's own ids, so that the data is there, can be asked for, and is analysed by a later version's replay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rtclens.model.events import Batch
from rtclens.model.facts import Fact
from rtclens.model.ids import derive


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """Ids derived from what the sender said, without knowing the call."""

    call_id: str
    participant_id: str
    session_id: str
    connections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The result of a fold that failed: rows, no facts."""

    identity: SenderIdentity
    facts: Sequence[Fact] = field(default_factory=tuple)


def unfolded(batch: Batch) -> Unfolded:
    """Keep the rows of `batch` under ids of their own."""
    origin = batch.origin
    call_id = derive("unanalysed", origin.app_id, origin.call)
    participant_id = derive("unanalysed", call_id, origin.participant)
    session_id = derive("unanalysed", participant_id, origin.session)
    named = {getattr(event, "connection", "") for event in batch.events} - {""}
    connections = {name: derive("unanalysed", session_id, name) for name in named}
    return Unfolded(SenderIdentity(call_id, participant_id, session_id, connections))
