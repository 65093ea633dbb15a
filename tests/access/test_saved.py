"""Saved queries belong to an organization."""

from __future__ import annotations

import pytest

from rtclens.access import Access, ConflictError, InvalidError, NotFoundError


def test_a_query_is_kept_changed_and_deleted_within_its_organization(access: Access) -> None:
    mine, theirs = access.default_organization().id, access.create_organization("theirs").id
    kept = access.saved.save(mine, " Worst calls ", " SELECT 1 ", "the worst", "user:u")
    assert (kept.name, kept.query, kept.description, kept.created_by) == (
        "Worst calls",
        "SELECT 1",
        "the worst",
        "user:u",
    )
    with pytest.raises(ConflictError):
        access.saved.save(mine, "Worst calls", "SELECT 2", "", "user:u")
    access.saved.save(theirs, "Worst calls", "SELECT 3", "", "user:t")
    changed = access.saved.change(mine, kept.id, "Calls", "SELECT 4", "")
    assert access.saved.listed(mine) == [changed]
    for body in (lambda: access.saved.get(theirs, kept.id), lambda: access.saved.delete(theirs, kept.id)):
        with pytest.raises(NotFoundError):
            body()
    access.saved.delete(mine, kept.id)
    assert access.saved.listed(mine) == []


@pytest.mark.parametrize(
    ("name", "query", "text"), [("", "SELECT 1", ""), ("a", " ", ""), ("a", "SELECT 1", "x" * 1001)]
)
def test_what_cannot_be_kept_is_refused(access: Access, name: str, query: str, text: str) -> None:
    with pytest.raises(InvalidError):
        access.saved.save(access.default_organization().id, name, query, text, "")
