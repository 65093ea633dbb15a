from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.conftest import Site

from rtclens.api.pages import Pages


@pytest.fixture
def built(site: Site) -> Site:
    folder = site.services.static
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>rtclens</title>")
    (folder / "assets" / "main-3f2a.js").write_text("export const x = 1;\n" * 200)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder.parent / "secret.txt").write_text("secret")
    return site


def test_without_a_build_the_page_says_how_to_get_one(site: Site) -> None:
    page = site.client.get("/")
    assert page.status_code == 503
    assert "make web" in page.text
    assert page.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/", "/calls", "/calls/call_1?t=5", "/sign-in", "/a/b/c"])
def test_every_path_of_the_dashboard_begins_with_its_page(built: Site, path: str) -> None:
    page = built.client.get(path)
    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert page.headers["cache-control"] == "no-cache"


def test_hashed_files_are_kept_forever_and_others_are_asked_for_again(built: Site) -> None:
    script = built.client.get("/assets/main-3f2a.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in script.headers["content-type"]
    assert built.client.get("/favicon.svg").headers["cache-control"] == "no-cache"
    missing = built.client.get("/assets/main-old.js")
    assert missing.status_code == 404
    assert missing.headers["cache-control"] == "no-store"


def test_pages_run_no_foreign_or_inline_code(built: Site) -> None:
    for path in ("/", "/assets/main-3f2a.js"):
        headers = built.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["../secret.txt", "assets/../../secret.txt", "/etc/passwd", "..", "a\x00b", "assets", ".", "", "a" * 5000]
)
def test_no_path_leaves_the_folder(built: Site, path: str) -> None:
    assert Pages(built.services.static).find(path) is None


def test_a_link_out_of_the_folder_is_not_followed(built: Site) -> None:
    link: Path = built.services.static / "link.txt"
    link.symlink_to(built.services.static.parent / "secret.txt")
    assert "secret" not in built.client.get("/link.txt").text


def test_encoded_traversal_gets_the_page_and_nothing_else(built: Site) -> None:
    for path in ("/%2e%2e/secret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt", "/..%5csecret.txt"):
        assert "secret" not in built.client.get(path).text


def test_pages_are_only_read(built: Site) -> None:
    assert built.client.post("/").status_code == 405
