"""What HTTP clients of the rtcstats family send and expect: dump uploads, and the analysis service of a collector.

Pure: the door parses multipart bodies, stores chunks and runs the analysis; here is what a request means, which
chunks make a file, and the exact shape of every answer.
"""

from rtclens.wire.rtcstats.service.answers import (
    Analysis,
    Answer,
    Observation,
    Scores,
    Upload,
    analyze_answer,
    assembled_answer,
    chunk_answer,
    enrich_answer,
    error,
    quota_answer,
    upload_answer,
    uploaded,
)
from rtclens.wire.rtcstats.service.chunks import (
    Assemble,
    Assembly,
    Chunk,
    Chunks,
    add,
    answered,
    assemble,
    expired,
    parse_assemble,
    parse_chunk,
)
from rtclens.wire.rtcstats.service.sessions import Abstract, Filter, observations_answer, parse_filter, sessions_answer

__all__ = [
    "Abstract",
    "Analysis",
    "Answer",
    "Assemble",
    "Assembly",
    "Chunk",
    "Chunks",
    "Filter",
    "Observation",
    "Scores",
    "Upload",
    "add",
    "analyze_answer",
    "answered",
    "assemble",
    "assembled_answer",
    "chunk_answer",
    "enrich_answer",
    "error",
    "expired",
    "observations_answer",
    "parse_assemble",
    "parse_chunk",
    "parse_filter",
    "quota_answer",
    "sessions_answer",
    "upload_answer",
    "uploaded",
]
