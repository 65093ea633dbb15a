"""Saved queries over the API: seen by whoever may ask, and by no other organization."""

from __future__ import annotations

from tests.api.conftest import Site


def test_members_share_queries_and_strangers_do_not_see_them(site: Site) -> None:
    body = {"name": "Loss", "query": "SELECT avg(loss_ratio) FROM track_slices", "description": "by track"}
    kept = site.ask("POST", "/sql/saved", "member", json=body).json()
    assert site.get("/sql/saved", "admin") == [kept]
    assert kept["created_by"].startswith("user:")
    assert site.get("/sql/saved", "other") == []
    assert site.ask("DELETE", f"/sql/saved/{kept['id']}", "other").status_code == 404
    assert site.ask("POST", "/sql/saved", "admin", json=body).status_code == 409
    changed = site.ask("PATCH", f"/sql/saved/{kept['id']}", "admin", json={**body, "name": "Losses"}).json()
    assert changed["name"] == "Losses"
    assert site.ask("DELETE", f"/sql/saved/{kept['id']}", "member").status_code == 200
    assert site.get("/sql/saved") == []
