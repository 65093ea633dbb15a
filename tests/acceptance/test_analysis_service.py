"""A stock collector that is pointed at this server with its one setting, and other clients of the same service."""

import gzip
import json
from pathlib import Path

import httpx
import pytest

DUMP = gzip.decompress((Path(__file__).parent.parent / "data" / "dumps" / "impair-a.dump.gz").read_bytes())
PIECE = 64 * 1024  # a collector takes 1 MiB; this file is smaller


class Collector:
    """The requests a stock collector makes: chunks one after the other, then one word that they are all."""

    def __init__(self, running, token: str) -> None:
        self._url = running.url
        self._headers = {"authorization": f"Bearer {token}"}

    def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **options) -> httpx.Response:
        url, headers = self._url + path, {**self._headers, **(headers or {})}
        return httpx.request(method, url, headers=headers, timeout=60, trust_env=False, **options)

    def chunk(self, endpoint: str, file_id: str, index: int, total: int, piece: bytes) -> httpx.Response:
        told = {"fileId": file_id, "chunkIndex": str(index), "totalChunks": str(total), "fileName": "the-file"}
        files = [("chunk", ("blob", piece, "application/octet-stream"))]
        files += [(name, (None, value)) for name, value in told.items()]
        return self._ask("POST", endpoint, files=files)

    def assemble(self, endpoint: str, file_id: str) -> httpx.Response:
        return self._ask("POST", endpoint, json={"fileId": file_id, "assemble": True, "fileName": "the-file"})

    def upload(self, endpoint: str, file_id: str, content: bytes) -> httpx.Response:
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        for index, piece in enumerate(pieces):
            answer = self.chunk(endpoint, file_id, index, len(pieces), piece)
            assert answer.json() == {"success": True}
        return self.assemble(endpoint, file_id)

    def get(self, path: str, **params: str) -> httpx.Response:
        return self._ask("GET", "/v1.0" + path, params=params)

    def post(self, path: str, content: bytes, **headers: str) -> httpx.Response:
        return self._ask("POST", "/v1.0" + path, headers, content=content)

    def delete(self, path: str) -> httpx.Response:
        return self._ask("DELETE", "/v1.0" + path)


@pytest.fixture(scope="module")
def collector(running) -> Collector:
    return Collector(running, running.app.token)


@pytest.fixture(scope="module")
def uploaded(collector) -> dict:
    answer = collector.upload("/v1.0/upload", "0f-1795169590405-ab.c", DUMP)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_answer_carries_what_a_collector_reads(uploaded):
    data = uploaded["data"]
    assert uploaded["rtcstatsId"] == data["id"]
    assert len(data["id"]) == 36
    assert 0 <= data["experienceScore"] <= 100
    assert data["experienceScore"] == data["scores"]["experienceScore"]
    assert all(1 <= data[name] <= 5 for name in ("audioScore", "videoScore", "connectivityScore") if data[name])
    assert sum(data["observationsCount"].values()) == len(data["observations"]) > 0
    assert any(found["source"].get("pid", "").startswith("PC_") for found in data["observations"])
    assert data["userAgentData"]["browser"]["name"]


def test_assembling_again_repeats_the_answer(collector, uploaded, running):
    counted = "SELECT count() AS n FROM samples"
    before = running.sql(counted)
    again = collector.assemble("/v1.0/upload", "0f-1795169590405-ab.c")
    assert again.json() == uploaded
    assert running.sql(counted) == before


def test_the_stored_call_can_be_listed_and_read(collector, uploaded):
    listed = collector.get("/sessions").json()
    entry = next(one for one in listed["data"] if one["rtcstatsId"] == uploaded["rtcstatsId"])
    assert entry["abstract"]["experienceScore"] == pytest.approx(uploaded["data"]["experienceScore"], abs=0.01)
    one = collector.get(f"/sessions/{uploaded['rtcstatsId']}").json()["data"]
    assert one["observationsCount"] == uploaded["data"]["observationsCount"]
    assert collector.get("/sessions", name="no call of this name").json() == {"total": 0, "data": []}
    assert collector.get("/sessions/00000000-0000-8000-8000-000000000000").status_code == 404


def test_analyze_and_enrich_store_nothing(collector, running):
    before = running.sql("SELECT count() AS n FROM calls")
    analyzed = collector.post("/analyze", gzip.compress(DUMP)).json()
    assert analyzed["data"]["observations"]
    enriched = collector.post("/enrich", DUMP, **{"content-type": "application/octet-stream"}).json()
    assert enriched["data"]["scores"]["experienceScore"] == analyzed["data"]["experienceScore"]
    assert running.sql("SELECT count() AS n FROM calls") == before


@pytest.mark.parametrize(
    ("path", "content", "status", "code"),
    [
        ("/upload", b"", 400, "invalid_request"),
        ("/upload", b'{"assemble":true,"fileId":"never-sent","fileName":"x"}', 400, "invalid_request"),
        ("/analyze", b"no dump at all", 415, "other_issue"),
        ("/analyze", b'RTCStatsDump\n{"fileFormat":3}\n', 415, "parsing_issue"),
    ],
)
def test_every_error_is_json(collector, path, content, status, code):
    answer = collector.post(path, content)
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code), answer.text


def test_nothing_without_a_token_and_no_erasing_without_the_right(running, uploaded, collector):
    answer = Collector(running, "rtl_nonsense").post("/upload", DUMP)
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "unauthorized")
    assert collector.delete(f"/sessions/{uploaded['rtcstatsId']}").status_code == 403


def test_quota_and_catalogue_answer(collector):
    assert collector.get("/quota").json()["remainingCredits"] > 0
    catalogue = collector.get("/observations").json()
    assert catalogue["total"] == len(catalogue["data"]) > 20
    assert json.dumps(catalogue["data"]) == json.dumps(sorted(catalogue["data"], key=lambda one: one["type"]))
