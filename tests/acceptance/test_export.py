"""What was stored leaves as files that other programs, and we ourselves, read."""

import json
from pathlib import Path

import httpx
import pytest
from tests.acceptance.test_import import A, B, cli

QUERY = "SELECT participant_id, at, packetsReceived, jitter FROM inbound_rtp ORDER BY at, participant_id, id"


@pytest.fixture(scope="module")
def exported_call(running) -> str:
    done = cli("import", A, B, "--call", "for export", "--url", running.url, "--token", running.app.token, "--json")
    return json.loads(done.stdout)["calls"][0]["call_id"]


def target(running) -> tuple[str, ...]:
    return ("--url", running.url, "--token", running.app.token)


def findings(running, call_id: str) -> list[dict]:
    return running.sql(
        f"SELECT detector, opened_at, cause_segment FROM findings WHERE call_id = '{call_id}' ORDER BY ALL"
    )


def test_an_exported_call_imported_again_is_the_same_call(running, exported_call, tmp_path):
    done = cli("export", "--call", exported_call, "--format", "rtcstats", "-o", tmp_path, *target(running))
    assert done.returncode == 0, done.stderr
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    again = cli("import", *files, "--call", "came back", *target(running), "--json")
    call_id = json.loads(again.stdout)["calls"][0]["call_id"]
    assert findings(running, call_id) == findings(running, exported_call) != []
    counted = "SELECT count() AS n, countIf(packetsReceived IS NOT NULL) AS known, sum(packetsReceived) AS packets"
    one, other = (
        running.sql(f"{counted} FROM inbound_rtp WHERE call_id = '{one}'") for one in (call_id, exported_call)
    )
    assert one == other
    names = "SELECT external_id FROM participants WHERE call_id = '{}' ORDER BY external_id"
    assert running.sql(names.format(call_id)) == running.sql(names.format(exported_call))


def test_a_call_leaves_as_webrtc_internals_too(running, exported_call, tmp_path):
    done = cli("export", "--call", exported_call, "--format", "webrtc-internals", "-o", tmp_path, *target(running))
    assert done.returncode == 0, done.stderr
    told = json.loads(cli("analyze", tmp_path / "webrtc-internals.json", "--json").stdout)
    assert told["files"][0]["format"] == "webrtc-internals"
    assert told["files"][0]["batches"] > 0


@pytest.mark.parametrize("kind", ["parquet", "csv", "arrow", "jsonl"])
def test_an_answer_leaves_whole_in_every_format(running, exported_call, tmp_path, kind):
    import duckdb
    import pandas
    import pyarrow.feather

    path = tmp_path / f"rows.{kind}"
    done = cli("export", "--query", QUERY, "--format", kind, "-o", path, *target(running))
    assert done.returncode == 0, done.stderr
    rows = len(running.sql(QUERY))

    def in_duckdb() -> int:
        return duckdb.sql(f"SELECT count() FROM '{path}'").fetchall()[0][0]

    readers = {
        "parquet": lambda: (len(pandas.read_parquet(path)), in_duckdb()),
        "csv": lambda: (len(pandas.read_csv(path)), in_duckdb()),
        "arrow": lambda: (pyarrow.feather.read_table(path).num_rows,),
        "jsonl": lambda: (len(pandas.read_json(path, lines=True)),),
    }
    assert rows > 0
    assert set(readers[kind]()) == {rows}


def ask(running, token: str, **params: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.get(running.url + "/api/v1/export", params=params, headers=headers, trust_env=False, timeout=30)


def test_an_export_is_scoped_and_refuses_like_sql(running, exported_call):
    assert ask(running, "rtl_wrong", query="SELECT 1").status_code == 401
    assert ask(running, running.app.token, query="SELECT 1", format="exe").status_code == 400
    refused = ask(running, running.app.token, query="DROP TABLE calls")
    assert (refused.status_code, refused.json()["code"]) == (400, "not_allowed")
    apps = ask(running, running.app.token, query="SELECT DISTINCT app_id FROM calls", format="csv").text.split()
    assert apps == ['"app_id"', f'"{running.app.id}"']


def test_a_folder_exports_without_a_server(tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    made = json.loads(cli("import", A, "--call", "x", "--data", data, "--json").stdout)
    done = cli("export", "--call", made["calls"][0]["call_id"], "--data", data, "-o", out)
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in out.iterdir()] == [".dump"]
    rows = cli("export", "--query", "SELECT count() FROM calls", "--data", data, "-o", Path(tmp_path / "n.csv"))
    assert rows.returncode == 0, rows.stderr
    assert (tmp_path / "n.csv").read_text().split() == ['"count()"', "1"]
