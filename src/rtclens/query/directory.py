"""Where a call or a person of an app is shown, and who is in a call: what back ends ask by their own ids.

Enters: the ids that the application gave. Leaves: our ids of the newest match, or the origins of open sessions.
"""

from __future__ import annotations

from rtclens.model.events import Origin
from rtclens.query.scope import Reader, Scope, ask

CALL = "SELECT call_id FROM @calls WHERE external_id = {id:String} ORDER BY started_at DESC, call_id LIMIT 1"
PERSON = """
SELECT call_id, participant_id FROM @participants WHERE external_id = {id:String}
ORDER BY first_seen_at DESC, participant_id LIMIT 1
"""
OPEN = """
SELECT s.format AS format, s.external_id AS session, p.external_id AS participant
FROM (SELECT * FROM @sessions WHERE isNull(ended_at)) AS s
JOIN (SELECT * FROM @participants WHERE role = 'client') AS p USING (participant_id)
JOIN (SELECT * FROM @calls WHERE external_id = {id:String}) AS c ON c.call_id = s.call_id
ORDER BY s.started_at, s.session_id
"""


def newest_call(reader: Reader, scope: Scope, external_id: str) -> str | None:
    """The latest call that the application names so."""
    rows = ask(reader, scope, CALL, id=external_id)
    return str(rows[0]["call_id"]) if rows else None


def newest_participant(reader: Reader, scope: Scope, external_id: str) -> tuple[str, str] | None:
    """Call and participant where the person was last seen."""
    rows = ask(reader, scope, PERSON, id=external_id)
    return (rows[0]["call_id"], rows[0]["participant_id"]) if rows else None


def open_sessions(reader: Reader, scope: Scope, app_id: str, external_id: str) -> list[Origin]:
    """The sessions of a call that have not ended, as their senders name them."""
    return [
        Origin(app_id, row["format"], external_id, row["participant"], row["session"])
        for row in ask(reader, scope, OPEN, id=external_id)
    ]
