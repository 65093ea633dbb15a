"""Name the type of a stats report that arrived without one, from the members it has.

Enters: the members of one report. Leaves: a stats type, or '' while nothing decides. A report loses its type when the
stream was joined mid-call: the client sends only what changed, and a type never changes.
"""

from __future__ import annotations

from collections.abc import Collection

# In order: the first row with a member that is present decides.
_ANY: tuple[tuple[str, str], ...] = (
    ("compute-pressure", "cpuState"),
    ("remote-outbound-rtp", "remoteTimestamp reportsSent"),
    ("remote-inbound-rtp", "roundTripTimeMeasurements fractionLost"),
    (
        "candidate-pair",
        (
            "currentRoundTripTime requestsSent requestsReceived responsesSent responsesReceived consentRequestsSent "
            "availableOutgoingBitrate availableIncomingBitrate nominated lastPacketSentTimestamp "
            "packetsDiscardedOnSend bytesDiscardedOnSend"
        ),
    ),
    ("data-channel", "messagesSent messagesReceived dataChannelIdentifier"),
    ("peer-connection", "dataChannelsOpened dataChannelsClosed"),
    ("media-playout", "totalPlayoutDelay synthesizedSamplesDuration totalSamplesCount"),
    ("codec", "mimeType payloadType sdpFmtpLine"),
    (
        "transport",
        (
            "dtlsState iceRole iceState selectedCandidatePairId selectedCandidatePairChanges dtlsCipher srtpCipher "
            "ccfbMessagesSent ccfbMessagesReceived bytesSent+bytesReceived"
        ),
    ),
    (
        "outbound-rtp",
        (
            "framesEncoded framesSent headerBytesSent targetBitrate totalPacketSendDelay totalEncodeTime "
            "qualityLimitationReason qualityLimitationDurations qualityLimitationResolutionChanges "
            "retransmittedBytesSent packetsSent+bytesSent"
        ),
    ),
    (
        "inbound-rtp",
        (
            "framesDecoded framesReceived jitterBufferDelay jitterBufferTargetDelay jitterBufferMinimumDelay "
            "jitterBufferEmittedCount jitterBufferFlushes totalSamplesReceived concealedSamples headerBytesReceived "
            "totalDecodeTime packetsReceived+jitter"
        ),
    ),
)
_LAST: tuple[tuple[str, str], ...] = (("media-source", "frames echoReturnLoss audioLevel+totalAudioEnergy"),)
_CANDIDATE = frozenset(("candidateType", "relayProtocol", "networkType", "address", "foundation"))


def _rules(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, tuple[frozenset[str], ...]], ...]:
    return tuple((name, tuple(frozenset(m.split("+")) for m in members.split())) for name, members in rows)


_RULES = _rules(_ANY)
_LAST_RULES = _rules(_LAST)


def infer(members: Collection[str]) -> str:
    """The type that `members` (names) decide, '' when undecided; a candidate's side is undecided too.

    A candidate report is named by `candidate_side`, which needs to know which pairs refer to it.
    """
    names = frozenset(members)
    decided = _match(_RULES, names)
    if decided or names & _CANDIDATE:
        return decided
    return _match(_LAST_RULES, names)


def _match(rules: tuple[tuple[str, tuple[frozenset[str], ...]], ...], names: frozenset[str]) -> str:
    for name, alternatives in rules:
        if any(needed <= names for needed in alternatives):
            return name
    return ""


def is_candidate(members: Collection[str]) -> bool:
    """Whether the members are those of an ICE candidate (its side is not decided by them)."""
    return not _CANDIDATE.isdisjoint(members)
