"""The reference pages say what the code does."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = runpy.run_path(str(ROOT / "scripts" / "docs.py"))


@pytest.mark.parametrize("page", sorted(DOCS["PAGES"]))
def test_a_reference_page_is_what_the_code_says(page):
    assert (ROOT / "docs" / page).read_text() == DOCS["PAGES"][page](), "run make docs"
