"""Which function reads which message, for every dialect.

Enters: a `Message` with its method's name. Leaves: canonical events; an unknown name is kept under that name.
"""

from __future__ import annotations

from collections.abc import Callable

from rtclens.model.events import AnyEvent, AppReported, Notified
from rtclens.wire.rtcstats import descriptions, page, peer
from rtclens.wire.rtcstats.state import Message, Peer, State
from rtclens.wire.rtcstats.tables import MEDIA_DEVICES

OfPage = Callable[[State, Message], list[AnyEvent]]
OfPeer = Callable[[State, Peer, Message], list[AnyEvent]]

PAGE: dict[str, OfPage] = {
    "create": page.created,
    "websocket": page.connected,
    "close": page.disconnected,
    "MediaStreamTrack.stop": page.track_stopped,
    "MediaStreamTrack.onended": page.track_ended,
    "MediaStreamTrack.enabled": page.track_enabled,
    "MediaStreamTrack.contentHint": page.track_hinted,
    "MediaStreamTrack.applyConstraints": page.constraints_applied,
}
for _prefix in (MEDIA_DEVICES, ""):  # without: the callback API of old browsers
    PAGE |= {
        f"{_prefix}enumerateDevices": page.devices_listed,
        f"{_prefix}ondevicechange": page.devices_changed,
    }
    for _method in ("getUserMedia", "getDisplayMedia"):
        PAGE |= {
            f"{_prefix}{_method}": page.media_requested,
            f"{_prefix}{_method}OnSuccess": page.media_granted,
            f"{_prefix}{_method}OnFailure": page.media_failed,
        }

PEER: dict[str, OfPeer] = {
    "create": peer.opened,
    "close": peer.closed,
    "onsignalingstatechange": descriptions.state_changed,
    "oniceconnectionstatechange": peer.state_changed,
    "onconnectionstatechange": peer.state_changed,
    "onicegatheringstatechange": peer.state_changed,
    "ondtlsstatechange": peer.state_changed,
    "onicecandidate": peer.candidate_gathered,
    "onicecandidateerror": peer.candidate_failed,
    "ontrack": peer.track_received,
    "MediaStreamTrack.onmute": peer.track_muted,
    "MediaStreamTrack.onunmute": peer.track_muted,
    "HTMLMediaElement.resize": peer.resized,
    "addTrack": peer.track_added,
    "addTrackOnSuccess": peer.track_sent,
    "addTransceiver": peer.track_added,
    "addTransceiverOnSuccess": peer.track_sent,
    "removeTrack": peer.track_removed,
    "replaceTrack": peer.track_replaced,
    "setParameters": peer.sender_called,
    "setCodecPreferences": peer.sender_called,
    "setHeaderExtensionsToNegotiate": peer.sender_called,
    "createDataChannel": peer.called,
    "restartIce": peer.called,
    "setConfiguration": peer.called,
    "createOffer": descriptions.request,
    "createOfferOnSuccess": descriptions.created,
    "createOfferOnFailure": descriptions.failure,
    "createAnswer": descriptions.request,
    "createAnswerOnSuccess": descriptions.created,
    "createAnswerOnFailure": descriptions.failure,
    "setLocalDescription": descriptions.called,
    "setLocalDescriptionOnSuccess": descriptions.succeeded,
    "setLocalDescriptionOnFailure": descriptions.failed,
    "setRemoteDescription": descriptions.called,
    "setRemoteDescriptionOnSuccess": descriptions.succeeded,
    "setRemoteDescriptionOnFailure": descriptions.failed,
    "addIceCandidate": descriptions.candidate_offered,
    "addIceCandidateOnSuccess": descriptions.candidate_added,
    "addIceCandidateOnFailure": descriptions.candidate_refused,
}


def of_page(state: State, message: Message) -> list[AnyEvent]:
    """The events of a message of the page."""
    handler = PAGE.get(message.name)
    if handler is not None:
        return handler(state, message)
    if message.name.startswith(":"):
        return [AppReported(at=message.at, name=message.name[1:], value=message.value)]
    track = message.correlation if message.name.startswith("MediaStreamTrack.") else ""
    return [Notified(at=message.at, name=message.name, track=track, value=message.value)]


def of_peer(state: State, known: Peer, message: Message) -> list[AnyEvent]:
    """The events of a message of a peer connection."""
    handler = PEER.get(message.name)
    if handler is not None:
        return handler(state, known, message)
    name = message.name
    if name.startswith(":"):
        return [AppReported(at=message.at, name=name[1:], value=message.value, connection=known.id)]
    if name.endswith("OnFailure"):
        return descriptions.failure(state, known, message)
    if name.endswith("OnSuccess"):
        return descriptions.success(state, known, message)
    if name in PAGE:
        return PAGE[name](state, message)
    return peer.notified(state, known, message)
