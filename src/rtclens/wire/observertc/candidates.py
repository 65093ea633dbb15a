"""Give ICE candidates their direction: a ClientSample lists local and remote ones together and does not say which.

Enters: the candidates, pairs and transports of one connection. Leaves: local and remote candidates.
Evidence, strongest first: a pair names the candidate; its username fragment is the transport's own or that of a
candidate whose side is known; only local candidates carry `url`, `relayProtocol` or `networkType`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rtclens.model.stats import CandidatePair, LocalCandidate, RemoteCandidate, Transport


def split(
    candidates: Sequence[LocalCandidate], pairs: Sequence[CandidatePair], transports: Sequence[Transport]
) -> tuple[list[LocalCandidate], list[RemoteCandidate]]:
    """The candidates by direction; local ones are the given objects, remote ones are new."""
    local_ids: set[str | None] = set()
    remote_ids: set[str | None] = set()
    for pair in pairs:
        local_ids.add(pair.localCandidateId)
        remote_ids.add(pair.remoteCandidateId)
    local: list[LocalCandidate] = []
    remote: list[RemoteCandidate] = []
    unpaired: list[LocalCandidate] = []
    for candidate in candidates:
        if candidate.id in local_ids:
            local.append(candidate)
        elif candidate.id in remote_ids:
            remote.append(as_remote(candidate))
        else:
            unpaired.append(candidate)
    if unpaired:
        _add_unpaired(unpaired, transports, local, remote)
    return local, remote


def _add_unpaired(
    unpaired: list[LocalCandidate],
    transports: Sequence[Transport],
    local: list[LocalCandidate],
    remote: list[RemoteCandidate],
) -> None:
    own = {transport.iceLocalUsernameFragment for transport in transports}
    own.update(candidate.usernameFragment for candidate in local)
    foreign = {candidate.usernameFragment for candidate in remote}
    for candidate in unpaired:
        if _is_local(candidate, own, foreign):
            local.append(candidate)
        else:
            remote.append(as_remote(candidate))


def _is_local(candidate: LocalCandidate, own: set[str | None], foreign: set[str | None]) -> bool:
    fragment = candidate.usernameFragment
    if fragment:
        if fragment in own:
            return True
        if fragment in foreign:
            return False
    return bool(candidate.url or candidate.relayProtocol or candidate.networkType)


def as_remote(row: LocalCandidate) -> RemoteCandidate:
    """The same members as a remote candidate."""
    return RemoteCandidate(
        id=row.id,
        timestamp=row.timestamp,
        extra=row.extra,
        transportId=row.transportId,
        address=row.address,
        port=row.port,
        protocol=row.protocol,
        candidateType=row.candidateType,
        priority=row.priority,
        url=row.url,
        relayProtocol=row.relayProtocol,
        foundation=row.foundation,
        relatedAddress=row.relatedAddress,
        relatedPort=row.relatedPort,
        usernameFragment=row.usernameFragment,
        tcpType=row.tcpType,
        networkType=row.networkType,
        networkAdapterType=row.networkAdapterType,
        vpn=row.vpn,
    )
