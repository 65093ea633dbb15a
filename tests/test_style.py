"""The size of things: short functions, files that hold one idea, modules that say what enters and what leaves."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "rtclens"
FILES = sorted(SOURCE.rglob("*.py"))
MAX_FILE, MAX_FUNCTION, P90_FUNCTION = 400, 60, 35


def _functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in nodes]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_holds_one_idea_and_its_functions_are_short(path):
    assert len(path.read_text().splitlines()) <= MAX_FILE
    assert [name for name, length in _functions(path) if length > MAX_FUNCTION] == []
    assert path.name == "__main__.py" or ast.get_docstring(ast.parse(path.read_text()))


def test_nine_functions_of_ten_fit_on_half_a_page():
    lengths = sorted(length for path in FILES for _, length in _functions(path))
    assert lengths[int(len(lengths) * 0.9)] <= P90_FUNCTION


def test_sql_for_reading_lives_in_one_room():
    allowed = {"query", "store", "access", "outputs"}  # the last keeps its queue in SQLite
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] in allowed:
            continue
        texts = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
        statements = [
            text for text in texts if isinstance(text, str) and text.lstrip().startswith("SELECT ") and " FROM " in text
        ]
        assert statements == [], path
