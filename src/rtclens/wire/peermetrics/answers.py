"""Every answer this format gives: the errors its SDK knows, CORS, and the shapes of success.

Enters: an error code or a value. Leaves: `Response`, always JSON, always with CORS headers.
The SDK repeats every failed stats and track request up to six times unless the body carries one of `STOP_CODES`,
so those are used only for conditions that will not pass by themselves.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rtclens.wire.peermetrics.contract import Response

STOP_CODES = frozenset(
    {"domain_not_allowed", "quota_exceeded", "invalid_api_key", "app_not_recording", "connection_ended"}
)

CORS = {"Access-Control-Allow-Origin": "*", "Vary": "Origin"}
HEADERS = {**CORS, "Content-Type": "application/json", "Cache-Control": "no-store"}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "content-type, authorization",
    "Access-Control-Max-Age": "86400",
}


class Fault(msgspec.Struct, frozen=True):
    """An error of the protocol: its HTTP status, the refusal it counts as, and what the reader is told."""

    status: int
    refusal: str
    message: str
    hint: str


FAULTS: dict[str, Fault] = {
    "missing_parameters": Fault(
        400, "missing_member", "A required field is missing.", "Send every field that the endpoint marks as required."
    ),
    "invalid_parameters": Fault(
        400, "bad_value", "A field has a value that is not allowed.", "Ids and names are text of up to 256 characters."
    ),
    "invalid_api_key": Fault(
        400, "unknown_key", "The API key is not known.", "Copy the key from the app's settings page."
    ),
    "app_not_recording": Fault(400, "app_paused", "The app is paused.", "Resume the app on its settings page."),
    "domain_not_allowed": Fault(
        403,
        "origin_not_allowed",
        "The app does not accept this origin.",
        "Add the page's domain to the app's settings.",
    ),
    "quota_exceeded": Fault(
        400, "quota_exceeded", "The app's quota is used up.", "Raise the quota or wait for its reset."
    ),
    "connection_ended": Fault(
        400, "connection_ended", "The connection has ended; nothing more is recorded for it.", "Stop sending its stats."
    ),
    "missing_token": Fault(401, "missing_token", "No token was sent.", "Send the token of the last reply as `token`."),
    "invalid_token": Fault(401, "bad_token", "The token is not valid here.", "Call initialize() again."),
    "expired_token": Fault(401, "expired_token", "The token has expired.", "Call initialize() again."),
    "invalid_meta": Fault(
        400, "bad_value", "`meta` is not usable.", "Send an object of at most 5 keys with text, numbers or booleans."
    ),
    "connection_not_found": Fault(
        400,
        "unknown_connection",
        "The connection is not one of this session.",
        "Use the id that addConnection returned.",
    ),
    "participant_not_found": Fault(
        400, "unknown_participant", "The participant is not known.", "Use an id that takes part in the call."
    ),
    "conference_not_found": Fault(
        400, "bad_value", "The conference is not known.", "Use the id that was given to initialize()."
    ),
    "session_not_found": Fault(400, "bad_value", "The session is not known.", "Use an id that this API gave."),
    "issue_not_found": Fault(400, "bad_value", "The issue is not known.", "Use an id that this API gave."),
    "app_not_found": Fault(400, "bad_value", "The app is not known.", "Use an id that this API gave."),
    "not_found": Fault(
        404, "unknown_format", "There is no such path.", "Paths start with /v1 and have no slash at the end."
    ),
    "method_not_allowed": Fault(405, "bad_shape", "The path does not take this method.", "See the list of endpoints."),
    "payload_too_large": Fault(413, "too_large", "The body is too large.", "Send less than the server's size limit."),
    "not_utf8": Fault(400, "not_utf8", "The body is not UTF-8 text.", "Send one JSON object as UTF-8 text."),
    "unknown_error": Fault(400, "not_json", "The body is not a JSON object.", "Send one JSON object as UTF-8 text."),
    "too_deep": Fault(400, "too_deep", "The body is nested too deeply.", "Nest at most 64 levels."),
    "rate_limited": Fault(429, "rate_limited", "Too many requests.", "The same request may be repeated later."),
    "overloaded": Fault(503, "overloaded", "The server is busy.", "The same request may be repeated in a moment."),
}


def success(value: Any) -> Response:
    """200 with a JSON body; the SDK takes an empty body for a failure, so `""` stands for nothing."""
    return Response(200, msgspec.json.encode(value), HEADERS)


def failure(code: str, hint: str = "", status: int | None = None) -> Response:
    """The response for an error code of `FAULTS`, with its own status unless another is given."""
    fault = FAULTS[code]
    body = {"error_code": code, "message": fault.message, "hint": hint or fault.hint}
    return Response(status or fault.status, msgspec.json.encode(body), HEADERS)


def preflight() -> Response:
    """The answer to every `OPTIONS`: no token, no lookup, no limit."""
    return Response(204, b"", PREFLIGHT)


class Refused(Exception):  # noqa: N818 - an answer on its way, not an error of the program
    """Ends the handling of a request with an error of `FAULTS`; never leaves the service."""

    def __init__(self, code: str, hint: str = "", status: int | None = None, app_id: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.hint = hint
        self.status = status
        self.app_id = app_id
