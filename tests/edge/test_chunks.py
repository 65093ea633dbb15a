"""Files that arrive in pieces: what has arrived survives the server, and is nobody else's."""

import gzip
from pathlib import Path

import httpx
import pytest

from rtclens.access import Access
from rtclens.demo.process import IMPATIENT, ServerProcess, server
from rtclens.edge.chunk_folder import ChunkFolder
from rtclens.wire.rtcstats.service import Answer, Assemble, Chunk

DUMPS = Path(__file__).parent.parent / "data" / "dumps"
DUMP = gzip.decompress((DUMPS / "turn-bad-0.dump.gz").read_bytes())
AT = 1_795_000_000_000.0
HALF = len(DUMP) // 2


def ask(running: ServerProcess, token: str, **options) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.post(running.url + "/v1.0/upload", headers=headers, timeout=60, trust_env=False, **options)


def piece(running: ServerProcess, token: str, index: int) -> httpx.Response:
    content = (DUMP[:HALF], DUMP[HALF:])[index]
    told = {"fileId": "the-file", "chunkIndex": str(index), "totalChunks": "2"}
    files = [("chunk", ("blob", content, "application/octet-stream"))]
    return ask(running, token, files=[*files, *((name, (None, value)) for name, value in told.items())])


def test_chunks_survive_a_killed_server_and_belong_to_their_token() -> None:
    with server(environ=IMPATIENT) as running:
        assert piece(running, running.app.token, 0).json() == {"success": True}
        running.kill()
        access = Access.open(running.folder)
        other = access.create_app("other")
        access.close()
        running.start()
        assemble = {"fileId": "the-file", "assemble": True, "fileName": "x"}
        assert ask(running, other.token, json=assemble).json()["errorCode"] == "invalid_request"
        assert "1 of 2 chunks are missing" in ask(running, running.app.token, json=assemble).text
        assert piece(running, running.app.token, 1).json() == {"success": True}
        answer = ask(running, running.app.token, json=assemble)
        assert answer.status_code == 200, answer.text
        assert running.sql("SELECT count() AS n FROM calls") == [{"n": 1}]
        assert [path.name for path in (running.folder / "uploads").iterdir()] == []


def store(folder: ChunkFolder, path: Path, index: int, content: bytes = b"x") -> Answer | None:
    path.write_bytes(content)
    return folder.put("token", Chunk("file", index, 2), path, AT)


def test_what_was_lost_is_missing_and_secrets_stay_out(tmp_path: Path) -> None:
    home, path = tmp_path / "uploads", tmp_path / "piece"
    first = ChunkFolder(1000, home)
    for index in (0, 1):
        assert store(first, path, index) is None
    notes = [note.read_text() for note in home.glob("*/note.json")]
    assert len(notes) == 1
    assert "token" not in notes[0]
    next(home.glob("*/1")).write_bytes(b"cut off" * 3)
    (home / "rubbish").mkdir()
    again = ChunkFolder(1000, home)
    found = again.whole("token", Assemble("file", "name"), True, AT)
    assert isinstance(found, Answer)
    assert b"1 of 2 chunks are missing" in found.body
    assert store(again, path, 1) is None
    whole = again.whole("token", Assemble("file", "name"), True, AT)
    assert isinstance(whole, Path)
    assert whole.read_bytes() == b"xx"
    assert not (home / "rubbish").exists()


@pytest.mark.parametrize(("status", "kept"), [(200, 0), (500, 1)])
def test_a_file_that_could_not_be_taken_may_be_tried_again(tmp_path: Path, status: int, kept: int) -> None:
    folder, path = ChunkFolder(1000, tmp_path / "uploads"), tmp_path / "piece"
    for index in (0, 1):
        store(folder, path, index)
    assert isinstance(folder.whole("token", Assemble("file", "name"), True, AT), Path)
    folder.done("token", "file", Answer(status, b"{}"))
    assert len(list((tmp_path / "uploads").iterdir())) == kept
    assert isinstance(folder.whole("token", Assemble("file", "name"), True, AT), Path) == bool(kept)
