"""What to do about a cause. Enters: a segment. Leaves: advice for the person and for the operator."""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Remedy

BY_SEGMENT: dict[str, Remedy] = {
    "sender_uplink": Remedy(
        "Move closer to the access point or use a cable, stop uploads, or turn the camera off to save the voice.",
        "Lower the top layer for this person, protect audio with RED or FEC, check the region that was chosen.",
    ),
    "receiver_downlink": Remedy(
        "Move closer to the access point or use a cable, and show fewer pictures at once.",
        "Choose layers per receiver and give audio priority.",
    ),
    "relay": Remedy("", "Drain the relay or add capacity; offer a nearer region; check that UDP reaches it."),
    "sfu": Remedy("", "Look at the node's load and egress, key frame handling and layer choice; move the room."),
    "sender_device": Remedy(
        "Close other programs, switch effects off, or choose another camera or microphone.",
        "Prefer a hardware encoder and a lower capture size for this class of device.",
    ),
    "receiver_device": Remedy(
        "Close other programs, show fewer pictures, or choose another output.",
        "Limit the tiles for this class of device, prefer hardware decoding, recreate a stuck receiver.",
    ),
    "signalling_config": Remedy(
        "Try another network once.",
        "Check TURN over TLS on 443, the clock of the credential issuer, descriptions and codec settings.",
    ),
    "app": Remedy("Reload the page.", "Look at the call named in the evidence: element, direction, constraints."),
    "person": Remedy("Unmute, or allow access.", "Make prompts clearer."),
    "telemetry": Remedy("", "Look at sampling, ids and clocks on the integration page."),
    "mixed": Remedy(
        "Both should try a cable or another network.",
        "Collect reports from both ends, or route through a media server, to tell the two sides apart.",
    ),
}


def advice(segment: str, own: Remedy) -> str:
    """The operator's advice for a finding: by its cause where one is named, then what the detector adds."""
    by_cause = BY_SEGMENT.get(segment, Remedy()).operator
    return " ".join(text for text in dict.fromkeys((by_cause, own.operator)) if text)
