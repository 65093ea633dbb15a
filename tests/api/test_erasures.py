"""Who may erase what, over the API."""

from __future__ import annotations

from tests.api.conftest import Site, call_of, person_of


def test_a_call_a_person_and_an_app_are_erased_in_the_name_of_who_asks(site: Site) -> None:
    call, person = call_of(site.mine.id), person_of(site.mine.id)
    for path in (f"/calls/{call}", f"/calls/{call}/participants/{person}", f"/apps/{site.mine.id}/telemetry"):
        answer = site.ask("DELETE", path, "wide")
        assert answer.status_code == 200, answer.text
        assert answer.json()["remaining"] == {}
        assert "names" not in answer.json()
    erased = [(one.app_id, one.call_id, one.participant_id) for one in site.erasing.forgotten]
    assert erased == [(site.mine.id, call, ""), (site.mine.id, call, person), (site.mine.id, "", "")]
    assert {one.requested_by.partition(":")[0] for one in site.erasing.forgotten} == {"token"}
    assert [one["call_id"] for one in site.get("/erasures")] == ["", call, call]
    assert site.get("/erasures", "other") == []


def test_what_belongs_to_others_cannot_be_erased(site: Site) -> None:
    call, person = call_of(site.theirs.id), person_of(site.theirs.id)
    for path in (f"/calls/{call}", f"/calls/{call}/participants/{person}", f"/apps/{site.theirs.id}/telemetry"):
        assert site.ask("DELETE", path, "owner").status_code == 404, path
        assert site.ask("DELETE", path, "bound").status_code == 403, path
    mine = call_of(site.mine.id)
    assert site.ask("DELETE", f"/calls/{mine}/participants/{person}", "owner").status_code == 404
    assert site.erasing.forgotten == []


def test_an_app_goes_with_everything_it_has_sent(site: Site) -> None:
    app_id = site.ask("POST", "/apps", json={"name": "short-lived"}).json()["id"]
    assert site.ask("DELETE", f"/apps/{app_id}").status_code == 200
    assert [(one.app_id, one.call_id) for one in site.erasing.forgotten] == [(app_id, "")]
    assert app_id not in [app["id"] for app in site.get("/apps")]


def test_retention_is_a_setting_of_the_app_and_can_be_applied_now(site: Site) -> None:
    path = f"/apps/{site.mine.id}"
    tiers = {"full_days": 30, "window_days": 90, "window_s": 60, "slices_days": None, "facts_days": None}
    assert site.ask("PATCH", path, json={"retention": tiers}).json()["retention"] == {**tiers, "after_call": False}
    assert site.ask("POST", f"{path}/retention").json() == {"shop": 30}
    assert site.ask("PATCH", path, json={"retention": {"full_days": 0}}).status_code == 400
    assert site.ask("PATCH", path, json={"retention": {"days": 1}}).status_code == 400
