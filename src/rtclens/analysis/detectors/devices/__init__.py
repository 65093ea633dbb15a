"""Detectors of microphones, captures, devices and echo: closer looks (`survey`) and events (`survey.page`).

Enters: nothing. Leaves: declarations.
"""

from __future__ import annotations

from rtclens.analysis.detectors.grammar import Detector, Knob, Remedy, event

MICROPHONE = Remedy(
    person="Choose another microphone; check its level, its switch and its distance.",
    operator="Show a level meter before joining; leave automatic gain control on.",
)
CAPTURE = Remedy(
    person="Check what else uses the camera or microphone; replug it or choose another.",
    operator="Open the device again and tell the person.",
)

CONSTANT = Detector(
    id="microphone_constant",
    family="capture",
    scope="track",
    severity="info",
    title="The microphone's level never changes",
    statement="What the microphone gives is always equally loud: a dead or virtual device, or a tone played in.",
    inputs=("media-source audioLevel", "totalAudioEnergy"),
    kinds=("out_audio_survey",),
    opens="the standard deviation of audioLevel over ten looks < 0.01, all within a factor of two of the energy "
    "between looks, while it is not silent",
    metric="level_sigma",
    above=False,
    limit=0.01,
    close_limit=0.02,
    clear_s=5,
    suppressed=("SM",),
    evidence=("level",),
    remedy=MICROPHONE,
    version=2,
)
QUIET = Detector(
    id="microphone_quiet",
    family="capture",
    scope="track",
    severity="low",
    title="The microphone is too quiet",
    statement="Over two minutes of changing sound even the loudest of it was hardly audible.",
    inputs=("media-source totalAudioEnergy", "totalSamplesDuration"),
    kinds=("out_audio_survey",),
    opens="the 95th percentile of the level over 24 looks < 0.01, while the loudest is four times the quietest",
    metric="level_p95",
    above=False,
    limit=0.01,
    close_limit=0.02,
    suppressed=("SM",),
    evidence=("level", "level_floor"),
    knobs=(Knob("microphone_quiet.open", 0.01, "", 0.003, 0.03, "soft voices unheard", "silent listeners flagged"),),
    remedy=MICROPHONE,
)
CLIPPING = Detector(
    id="microphone_clipping",
    family="capture",
    scope="track",
    severity="info",
    title="The microphone is overdriven",
    statement="The microphone's signal is at its upper end much of the time: speech may sound distorted.",
    inputs=("media-source audioLevel", "totalAudioEnergy"),
    kinds=("out_audio_survey",),
    opens="audioLevel ≥ 0.98 at a mean level ≥ 0.25 in 10 of the last 20 s",
    metric="clipped",
    limit=1.0,
    close_limit=0.5,
    need_s=10,
    of_s=20,
    clear_s=20,
    suppressed=("SM",),
    evidence=("level",),
    remedy=MICROPHONE,
)
NOISE = Detector(
    id="microphone_noise",
    family="capture",
    scope="track",
    severity="info",
    title="There is noise in the microphone",
    statement="Even in its quietest moments the microphone passes on a steady noise.",
    inputs=("media-source audioLevel", "totalAudioEnergy", "totalSamplesDuration"),
    kinds=("out_audio_survey",),
    opens="the quietest of the last six looks, mean or moment, between 0.003 (−50 dBov) and 0.03 for 60 s",
    metric="level_floor",
    limit=0.00316,
    close_limit=0.00178,
    need_s=60,  # twice what one quiet look lasts
    of_s=60,
    suppressed=("SM",),
    evidence=("level",),
    remedy=Remedy(person="Go to a quieter place, or use a headset.", operator="Switch noise suppression on."),
    version=2,
)
ECHO = Detector(
    id="echo_suspected",
    family="audio",
    scope="participant",
    severity="medium",
    title="Others hear themselves from here",
    statement="The microphone is loud when, and only when, others speak: their sound comes back from this person.",
    inputs=("media-source totalAudioEnergy", "inbound totalAudioEnergy"),
    kinds=("link_survey",),
    opens="levels of the own microphone and of what is heard correlate ≥ 0.8 over 12 to 20 looks without own speech",
    metric="echo_correlation",
    limit=0.8,
    close_limit=0.3,
    clear_s=20,
    suppressed=("SP",),
    remedy=Remedy(person="Use a headset, or turn the loudspeaker down.", operator="Switch echo cancellation on."),
)
AEC_OFF = event(
    "aec_disabled",
    "capture",
    "participant",
    "info",
    "Echo cancellation is switched off",
    "The application asked for a microphone without echo cancellation.",
    "echoCancellation: false in the constraints of a granted getUserMedia",
    "a microphone with it",
    Remedy("Use a headset.", "Ask for echoCancellation unless music is sent."),
    inputs=("getUserMedia constraints",),
)
ACCESS_SLOW = event(
    "media_access_slow",
    "media_access",
    "participant",
    "low",
    "It took long to get camera and microphone",
    "Between asking for camera or microphone and getting them a long time went by: a prompt, or a slow device.",
    "getUserMedia granted more than 20 s after it was asked for",
    "–",
    Remedy("", "Explain before asking, and warm devices up before the join."),
    inputs=("getUserMedia",),
)
SHORT_LIVED = event(
    "capture_short_lived",
    "media_access",
    "participant",
    "medium",
    "A camera or microphone stopped at once",
    "A captured track ended by itself within a second of being given: two programs fight for the device.",
    "a local track ended < 1 s after it was granted, without stop()",
    "–",
    CAPTURE,
    inputs=("getUserMedia", "track ended"),
)
MUTED_BY_SYSTEM = event(
    "capture_muted_by_system",
    "capture",
    "participant",
    "high",
    "The system muted a camera or microphone",
    "The system, not the application, cut a capture off: a phone call, a mute key, a privacy switch.",
    "mute event on a live local camera or microphone track for 2 s",
    "unmute",
    Remedy("Check the device's mute key and the system's privacy switch.", "Tell the person that nothing is captured."),
    2.0,
    ("track mute",),
)
DEVICE_CHANGED = event(
    "device_changed",
    "device",
    "participant",
    "info",
    "The devices changed",
    "A camera, microphone or loudspeaker was plugged in or went away.",
    "another list of devices than before, both with ids",
    "–",
    Remedy(),
    inputs=("enumerateDevices",),
)
DEVICE_RISKY = event(
    "device_risky",
    "device",
    "participant",
    "info",
    "A wireless or virtual microphone is used",
    "The microphone in use is a bluetooth or virtual device: these add delay, cut bands, or go silent.",
    "the label of a granted microphone names bluetooth or a virtual device",
    "another microphone",
    Remedy("If the sound is bad, try a wired headset.", ""),
    inputs=("track label",),
)
SPEAKER_GONE = event(
    "speaker_unavailable",
    "device",
    "participant",
    "high",
    "There is no sound output",
    "No loudspeaker or headset is left, or the application reports that it cannot play sound.",
    "a list of devices without audiooutput after one with it, or the application's speaker_unavailable",
    "an output is there again",
    Remedy("Choose another output, and raise its volume.", "Offer a choice of outputs."),
    inputs=("enumerateDevices", "application events"),
)

DETECTORS = (
    CONSTANT,
    QUIET,
    CLIPPING,
    NOISE,
    ECHO,
    AEC_OFF,
    ACCESS_SLOW,
    SHORT_LIVED,
    MUTED_BY_SYSTEM,
    DEVICE_CHANGED,
    DEVICE_RISKY,
    SPEAKER_GONE,
)
