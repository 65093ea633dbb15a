"""Mask a session description line by line: secrets always, addresses by the address rule.

Enters: SDP text. Leaves: SDP that parsers still read, without `ice-pwd`, keys, user names and host addresses.
"""

from __future__ import annotations

from rtclens.edge.privacy.addresses import mask_address

SECRETS = ("a=ice-pwd:", "a=crypto:", "a=key-mgmt:", "a=identity:")
# User names in `o=` that browsers and common libraries write for everybody; they identify nobody.
IMPERSONAL_USERS = ("-", "mozilla...THIS_IS_SDPARTA", "thisisadapterortc", "jdoe")


def mask_sdp(sdp: str) -> str:
    """The masked description; line endings stay as they were."""
    return "\n".join([_mask_line(line) for line in sdp.split("\n")])


def _mask_line(line: str) -> str:
    if line.startswith("a=candidate:") or line.startswith("c=IN") or line.startswith("a=rtcp:"):
        return _mask_words(line)
    if line.startswith("a=remote-candidates:"):
        return _mask_words(line)
    if line.startswith("o="):
        return _mask_origin(line)
    for secret in SECRETS:
        if line.startswith(secret):
            body = line[len(secret) :].rstrip("\r")
            return secret + "x" * len(body) + ("\r" if line.endswith("\r") else "")
    return line


def mask_candidate_line(line: str) -> str:
    """A `candidate:` attribute with its addresses masked; a relay's own address stays (it is the server's)."""
    return _mask_words(line)


def _mask_words(line: str) -> str:
    end = "\r" if line.endswith("\r") else ""
    words = line.rstrip("\r").split(" ")
    relay = " typ relay" in line
    first_address = 4 if "candidate:" in words[0] else 0
    for index in range(1, len(words)):
        if relay and index == first_address:
            continue
        words[index] = mask_address(words[index])
    return " ".join(words) + end


def _mask_origin(line: str) -> str:
    end = "\r" if line.endswith("\r") else ""
    words = line.rstrip("\r").split(" ")
    if not words[0][2:].startswith(IMPERSONAL_USERS):
        words[0] = "o=-"
    if len(words) >= 6:
        words[5] = "::" if words[4] == "IP6" else "0.0.0.0"  # noqa: S104 - SDP's unspecified address, not a bind
    return " ".join(words) + end
