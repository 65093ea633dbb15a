"""A stock collector and the service's other clients get exactly the answers they read."""

import json

import pytest

from rtclens.wire.rtcstats import service
from rtclens.wire.rtcstats.service import Analysis, Answer, Chunks, Observation, Scores

T0 = 1_700_000_000_000.0
FOUND = [
    Observation("frozen", "high", "streams", ["video"], {"pid": "PC_0", "ssrcId": 7, "did": "x"}, T0 + 0.4),
    Observation("slow", "low", measures={"averageInMs": 12.3456, "nan": float("nan")}),
]
ANALYSIS = Analysis("id-1", "1.2.3", T0, T0 + 2000.6, Scores(81.239, 4.0, None, 3.5), FOUND)


def body(answer):
    return json.loads(answer.body)


def fields(index, total=None, file_id="f-1"):
    return {"fileId": file_id, "chunkIndex": str(index), **({"totalChunks": str(total)} if total else {})}


def put(chunks, index, total=None, size=10, at=0.0, limit=1000):
    chunk = service.parse_chunk(fields(index, total))
    return service.add(chunks, "token", chunk, size, at, limit)


ASSEMBLE = service.Assemble("f-1", "name")


def assemble(chunks):
    return service.assemble(chunks, "token", ASSEMBLE, named=True, at=0.0)


def test_chunks_in_any_order_and_repeated_make_a_file():
    chunks = Chunks()
    for index in (2, 0, 0, 1):
        assert put(chunks, index, 3) is None
    assert assemble(chunks) == [0, 1, 2]


def test_without_a_total_the_highest_index_counts():
    chunks = Chunks()
    put(chunks, 0)
    put(chunks, 2)
    assert body(assemble(chunks))["errorCode"] == "invalid_request"
    put(chunks, 1)
    assert assemble(chunks) == [0, 1, 2]


def test_a_missing_chunk_and_an_empty_file_are_refused_in_json():
    chunks = Chunks()
    assert assemble(chunks).status == 400
    put(chunks, 0, 2)
    assert "1 of 2" in body(assemble(chunks))["error"]


def test_a_repeated_assemble_gets_the_first_answer():
    chunks = Chunks()
    put(chunks, 0, 1)
    first = service.assembled_answer(ANALYSIS, "https://x")
    service.answered(chunks, "token", "f-1", first)
    assert assemble(chunks) is first
    assert put(chunks, 0, 1) is None
    assert service.assemble(chunks, "other", ASSEMBLE, named=True, at=0.0).status == 400


def test_size_limits_count_each_chunk_once():
    chunks = Chunks()
    assert put(chunks, 0, size=600) is None
    assert put(chunks, 0, size=700) is None
    assert put(chunks, 1, size=400).status == 413


def test_files_are_forgotten_after_a_day():
    chunks = Chunks()
    put(chunks, 0, at=0.0)
    assert service.expired(chunks, 23 * 3_600_000.0) == []
    assert service.expired(chunks, 25 * 3_600_000.0) == [("token", "f-1")]
    assert chunks.files == {}


@pytest.mark.parametrize(
    "bad",
    [
        fields("x"),
        fields(0, file_id=""),
        fields(0, file_id="../x"),
        fields(0, file_id=".."),
        fields(3, 3),
        fields(99999),
    ],
)
def test_chunks_that_name_no_place_are_refused(bad):
    answer = service.parse_chunk(bad)
    assert isinstance(answer, Answer)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("raw", "is_request"),
    [
        (b'{"fileId":"f","assemble":true,"fileName":"n"}', True),
        (b'{"assemble":true,"fileId":"f"}', True),
        (b'{"assemble":false,"fileId":"f"}', False),
        (b'{"assemble":true,"fileId":"f","more":1}', False),
        (b'{"PeerConnections":{}}', False),
        (b'{"assemble":true,"fileId":"' + b"f" * 1100 + b'"}', False),
        (b"nonsense", False),
    ],
)
def test_an_assemble_request_is_known_by_its_shape(raw, is_request):
    assert (service.parse_assemble(raw) is not None) == is_request


def test_the_name_is_needed_only_where_the_file_is_kept():
    chunks = Chunks()
    put(chunks, 0, 1)
    nameless = service.Assemble("f-1")
    assert service.assemble(chunks, "token", nameless, named=False, at=0.0) == [0]
    assert service.assemble(chunks, "token", nameless, named=True, at=0.0).status == 400


def test_a_collector_reads_its_scores_flat_and_others_nested():
    told = body(service.assembled_answer(ANALYSIS, "https://x", "https://x/embed"))
    assert (told["rtcstatsId"], told["rtcstatsUrl"], told["embedUrl"]) == ("id-1", "https://x", "https://x/embed")
    flat, nested = told["data"], told["data"]["scores"]
    assert nested == {name: flat[name] for name in nested}
    assert (flat["experienceScore"], flat["videoScore"], flat["observationsScore"]) == (81.24, None, 34)
    assert flat["observations"][0]["source"] == {"pid": "PC_0", "ssrcId": 7}
    assert flat["observations"][0]["firstSeenAt"] == T0
    assert (flat["durationMs"], flat["callStart"]) == (2001, "2023-11-14T22:13:20.000Z")
    assert sum(flat["observationsCount"].values()) == len(flat["observations"]) == 2


def test_enrichment_leaves_out_what_is_not_known():
    told = body(service.enrich_answer(ANALYSIS, T0 + 0.6))
    assert told["generatedAt"] == T0 + 1
    assert told["data"]["observations"][1] == {
        "type": "slow",
        "severity": "low",
        "category": "connections",
        "averageInMs": 12.35,
    }


def test_an_analysis_is_addressed_only_when_it_is_stored():
    assert "rtcstatsUrl" not in body(service.analyze_answer(ANALYSIS))
    assert body(service.analyze_answer(ANALYSIS, "https://x"))["rtcstatsUrl"] == "https://x"
    assert body(service.upload_answer(ANALYSIS, "https://x"))["success"] is True
    assert body(service.quota_answer("me"))["remainingCredits"] > 10**6


def test_every_error_is_json_with_its_code():
    from rtclens.wire.rtcstats.service.answers import STATUS

    for code, status in STATUS.items():
        answer = service.error(code, "why")
        assert (answer.status, body(answer)) == (status, {"error": "why", "errorCode": code})


def test_a_dump_upload_is_answered_by_what_the_dump_was():
    assert body(service.uploaded("dump", 3, "c-1", id="x")) == {
        "message": "Upload successful",
        "clientId": "c-1",
        "id": "x",
    }
    assert service.uploaded("unknown", 0, "c").status == 400
    assert service.uploaded("html", 0, "c").status == 400
    assert service.uploaded("dump", 0, "c").status == 422


def stored(number, **members):
    return service.Abstract(f"id-{number}", T0 + number, T0, T0, f"Call {number}", "https://x", **members)


STORED = [
    stored(1, browser="Chrome", browser_version="156.1", experience=50.0, observations=FOUND),
    stored(2, browser="Firefox", experience=70.0, user="ann"),
    stored(3, browser="Chrome", experience=None),
]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ([], ["id-3", "id-2", "id-1"]),
        ([("browser", "Chrome")], ["id-3", "id-1"]),
        ([("browser", "Chrome,Firefox"), ("hasHigh", "true")], ["id-1"]),
        ([("hasLowScore", "1"), ("hasMediumScore", "1")], ["id-2", "id-1"]),
        ([("observationTypes", "frozen")], ["id-1"]),
        ([("observationTypes", "slow")], []),
        ([("browserVersion", "156")], ["id-1"]),
        ([("name", "call 2")], ["id-2"]),
        ([("userId", "ann"), ("userId", "bob")], ["id-2"]),
    ],
)
def test_filters_are_all_of_these_and_any_within_each(query, ids):
    wanted = service.parse_filter(query)
    told = body(service.sessions_answer(STORED, wanted))
    assert [entry["rtcstatsId"] for entry in told["data"]] == ids
    assert told["total"] == len(ids)


def test_too_many_values_are_refused():
    assert service.parse_filter([("os", ",".join(map(str, range(21))))]).status == 400


def test_score_bands_and_the_catalogue():
    told = body(service.sessions_answer(STORED, service.Filter()))
    assert [entry["abstract"]["scoreBand"] for entry in told["data"]] == ["unrated", "medium", "low"]
    catalogue = body(service.observations_answer([("b", "B", ["low"], []), ("a", "A", ["high"], ["x"])]))
    assert [entry["type"] for entry in catalogue["data"]] == ["a", "b"]
