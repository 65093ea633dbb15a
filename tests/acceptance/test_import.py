"""Files in over every import door, the same call out; what is no dump is refused in the door's own words."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

DUMPS = Path(__file__).parent.parent / "data" / "dumps"
A, B = DUMPS / "impair-a.dump.gz", DUMPS / "impair-b.dump.gz"


def cli(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rtclens", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def post(running, path: str, **options) -> httpx.Response:
    return httpx.post(running.url + path, trust_env=False, timeout=60, **options)


def people(running, call_id: str) -> int:
    return running.sql(f"SELECT count() AS n FROM participants WHERE call_id = '{call_id}'")[0]["n"]


def test_a_client_uploads_its_dump_as_a_form(running):
    url = f"/rtcstats/{running.app.api_key}/dump"
    content = gzip.decompress(A.read_bytes())
    answer = post(running, url, files={"file": ("blob", content, "application/octet-stream")})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["message"] == "Upload successful"
    assert len(told["clientId"]) == 36
    assert people(running, told["calls"][0]) == 1
    again = post(running, url, content=A.read_bytes(), headers={"content-type": "application/octet-stream"})
    assert again.json()["calls"] == told["calls"]
    twice = "SELECT count() AS n, uniqExact(connection_id, at) AS once FROM samples"
    stored = running.sql(f"{twice} WHERE call_id = '{told['calls'][0]}'")[0]
    assert stored["n"] == stored["once"] > 0, "the same file, packed and bare, is one"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"content": b"hello"}, 400),
        ({"content": b""}, 400),
        ({"content": b"<!doctype html><html>"}, 400),
        ({"content": b'RTCStatsDump\n{"fileFormat":3}\n'}, 422),
        ({"files": {}, "data": {"a": "b"}, "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data"}}, 400),
        ({"content": b"x", "headers": {"content-encoding": "br"}}, 415),
    ],
)
def test_what_is_no_dump_is_refused(running, options, status):
    assert post(running, f"/rtcstats/{running.app.api_key}/dump", **options).status_code == status


@pytest.mark.parametrize(
    "path",
    ["/rtcstats/KEY/dump", "/api/v1/import", "/observertc/KEY/room/me", "/rtclens/KEY/room/me", "/v1/initialize"],
)
def test_brotli_is_refused_with_what_to_use_instead(running, path):
    headers = {"content-encoding": "br", "authorization": f"Bearer {running.app.token}"}
    answer = post(running, path.replace("KEY", running.app.api_key), content=b"\x0b\x02\x80", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_encoding")
    assert answer.headers["accept-encoding"] == "gzip, deflate, zstd"


def test_a_client_of_peer_metrics_may_pack_its_bodies(running):
    body = gzip.compress(
        json.dumps({"apiKey": running.app.api_key, "conferenceId": "packed", "userId": "ann"}).encode()
    )
    answer = post(running, "/v1/initialize", content=body, headers={"content-encoding": "gzip"})
    assert answer.status_code == 200, answer.text


def test_an_unknown_key_may_not_upload(running):
    headers = {"authorization": "Bearer nonsense"}
    assert post(running, "/api/v1/import", content=b"x").status_code == 401
    assert post(running, "/api/v1/import", content=b"x", headers=headers).status_code == 401


def test_the_command_imports_through_the_server_and_again_changes_nothing(running):
    target = ("--url", running.url, "--token", running.app.token, "--json")
    done = cli("import", A, B, "--call", "both files", *target)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [call["external_id"] for call in told["calls"]] == ["both files"]
    assert told["new_batches"] > 0
    assert people(running, told["calls"][0]["call_id"]) == 2
    found = running.sql("SELECT count() AS n FROM samples")[0]["n"]
    again = json.loads(cli("import", A, B, "--call", "both files", *target).stdout)
    assert again["calls"] == told["calls"]
    assert again["new_batches"] == 0
    assert running.sql("SELECT count() AS n FROM samples")[0]["n"] == found


def test_the_command_imports_into_a_folder_without_a_server(tmp_path):
    folder = tmp_path / "data"
    first = cli("import", A, "--call", "room", "--data", folder, "--json")
    assert first.returncode == 0, first.stderr
    second = json.loads(cli("import", B, "--call", "room", "--data", folder, "--json").stdout)
    assert len(second["calls"]) == 1
    asked = cli("sql", "SELECT count() AS n FROM participants", "--data", folder, "--json")
    assert json.loads(asked.stdout) == [{"n": 2}], asked.stderr
    bad = cli("import", __file__, "--data", folder)
    assert bad.returncode == 2
    assert "begins like no known dump" in bad.stdout


def test_every_call_of_a_file_is_imported_and_listed(running, tmp_path):
    path = tmp_path / "fleet.jsonl"
    with path.open("w") as file:
        for second in range(10):
            for call, client in (("imported red", "ann"), ("imported blue", "bob"), ("imported red", "cid")):
                told = {"callId": call, "clientId": client, "timestamp": 1_795_000_000_000 + 1000 * second}
                file.write(json.dumps({**told, "peerConnections": [{"peerConnectionId": client}]}) + "\n")
    done = cli("import", path, "--url", running.url, "--token", running.app.token)
    assert done.returncode == 0, done.stderr
    asked = "SELECT external_id, call_id FROM calls WHERE external_id LIKE 'imported %' ORDER BY external_id"
    rows = running.sql(asked)
    assert [row["external_id"] for row in rows] == ["imported blue", "imported red"]
    assert [people(running, row["call_id"]) for row in rows] == [1, 2]
    assert all(f"call {row['call_id']}  {row['external_id']}" in done.stdout for row in rows)


def test_refused_input_is_listed_shown_tried_again_and_dropped(running):
    sent = b"{not json" + b" " * 54_321  # its length tells it from what other tests of the session sent
    httpx.post(f"{running.url}/observertc/{running.app.api_key}/room/me", content=sent, trust_env=False)
    target = ("--data", str(running.folder), "--json")

    def asked(*arguments: str):
        done = cli("letters", *arguments, *target)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    for _ in range(40):  # refusals are written once a second
        rows = [row for row in asked("--code", "not_json") if row["raw_bytes"] == len(sent)]
        if rows:
            break
    assert [(row["code"], row["format"]) for row in rows] == [("not_json", "observertc")]
    number = rows[0]["letter"]
    (shown,) = asked(number)
    assert shown["raw"] == sent.decode()
    assert json.loads(shown["circumstances"])["hello"]["path"] == {"call": "room", "client": "me"}
    (outcome,) = asked("--redecode", number)
    assert (outcome["outcome"], outcome["reason"].split(":")[0]) == ("refused", "not_json")
    assert asked("--drop", number) == {"dropped": 1}
    assert number not in [row["letter"] for row in asked("--code", "not_json")]
    assert cli("letters", number, *target).returncode == 1


def test_letters_belong_to_their_app(running):
    headers = {"authorization": f"Bearer {running.app.token}"}
    url = f"{running.url}/api/v1/letters"
    assert httpx.get(url, trust_env=False).status_code == 401
    assert httpx.get(url, params={"app": "app_else"}, headers=headers, trust_env=False).status_code == 404
    assert httpx.get(f"{url}/4611686018427387905", headers=headers, trust_env=False).status_code == 404
    dropped = httpx.post(f"{url}/drop", json={}, headers=headers, trust_env=False)
    assert dropped.status_code == 403, "the token may read, not manage"
