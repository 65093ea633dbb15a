"""Files in and out stay within the organization of whoever holds the token."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from rtclens.access import Access, CreatedApp
from rtclens.demo.process import IMPATIENT, ServerProcess, server

DUMP = (Path(__file__).parent.parent / "data" / "dumps" / "turn-bad-0.dump.gz").read_bytes()


class Site(NamedTuple):
    """A server with an app of each of two organizations, and a call that the first one imported."""

    running: ServerProcess
    mine: CreatedApp
    theirs: CreatedApp
    call_id: str
    session: str

    def ask(self, method: str, path: str, token: str, **options) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"}
        return httpx.request(method, self.running.url + path, headers=headers, timeout=60, trust_env=False, **options)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with server(environ=IMPATIENT) as running:
        access = Access.open(running.folder)
        theirs = access.create_app("theirs", access.create_organization("Them").id)
        access.close()
        made = Site(running, running.app, theirs, "", "")
        imported = made.ask("POST", "/api/v1/import", running.app.token, params={"call": "ours"}, content=DUMP).json()
        told = made.ask("POST", "/v1.0/upload", running.app.token, content=DUMP).json()
        yield made._replace(call_id=imported["calls"][0]["call_id"], session=told["rtcstatsId"])


def test_a_token_imports_into_its_own_apps_only(site: Site) -> None:
    for name in (site.mine.id, site.mine.api_key, site.mine.name):
        answer = site.ask("POST", "/api/v1/import", site.theirs.token, params={"app": name}, content=DUMP)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_value")
        assert (
            site.ask("POST", "/v1.0/upload", site.theirs.token, params={"app": name}, content=DUMP).status_code == 404
        )


def test_a_call_of_the_same_name_is_not_joined_across_organizations(site: Site) -> None:
    answer = site.ask("POST", "/api/v1/import", site.theirs.token, params={"call": "ours"}, content=DUMP).json()
    assert [call["external_id"] for call in answer["calls"]] == ["ours"]
    assert answer["calls"][0]["call_id"] != site.call_id
    assert answer["new_batches"] > 0


def test_a_key_uploads_into_its_own_app(site: Site) -> None:
    answer = httpx.post(f"{site.running.url}/rtcstats/{site.theirs.api_key}/dump", content=DUMP, trust_env=False)
    (call_id,) = answer.json()["calls"]
    assert site.ask("GET", f"/api/v1/calls/{call_id}", site.theirs.token).status_code == 200
    assert site.ask("GET", f"/api/v1/calls/{call_id}", site.mine.token).status_code == 404


def test_what_others_imported_is_not_there(site: Site) -> None:
    for method, path in (
        ("GET", f"/api/v1/export/calls/{site.call_id}"),
        ("GET", f"/v1.0/sessions/{site.session}"),
        ("GET", f"/api/v1/calls/{site.call_id}"),
    ):
        assert site.ask(method, path, site.mine.token).status_code == 200, path
        assert site.ask(method, path, site.theirs.token).status_code == 404, path
    listed = site.ask("GET", "/v1.0/sessions", site.theirs.token).json()["data"]
    assert site.session not in [one["rtcstatsId"] for one in listed]
    query = {"query": "SELECT call_id FROM calls", "format": "csv"}
    assert site.call_id not in site.ask("GET", "/api/v1/export", site.theirs.token, params=query).text
