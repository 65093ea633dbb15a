"""What a user's SQL may contain, judged on the engine's own parse of it.

Enters: the text of `EXPLAIN AST` for one query, the names that exist. Leaves: nothing, or `SqlRefused` with the reason.

The dump has a node on each line. Names are printed unescaped, so a quoted name with a line break can add lines, but
none can take one away; every rule therefore looks at single lines and none at the shape of the tree. Whatever is not
known to be harmless is refused: node kinds, functions and tables are lists of what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

DUMP_FORMAT = "TabSeparatedRaw"
_LINE = re.compile(r"^( *)([\w:]+)(?: (?!\((?:alias|children) )(.*?))?(?: \(alias .*?\))?(?: \(children \d+\))?$")
_TOP = "SelectWithUnionQuery"
_NODES = frozenset(
    {
        *("SelectWithUnionQuery", "SelectIntersectExceptQuery", "SelectQuery", "ExpressionList", "Subquery"),
        *("TablesInSelectQuery", "TablesInSelectQueryElement", "TableExpression", "TableIdentifier", "TableJoin"),
        *("ArrayJoin", "SampleRatio", "WithElement", "Function", "Identifier", "Literal", "Asterisk"),
        *("QualifiedAsterisk", "ColumnsRegexpMatcher", "ColumnsListMatcher", "QualifiedColumnsRegexpMatcher"),
        *("QualifiedColumnsListMatcher", "ColumnsTransformerList", "ColumnsExceptTransformer"),
        *("ColumnsReplaceTransformer", "ColumnsReplaceTransformer::Replacement", "OrderByElement"),
        *("WindowDefinition", "WindowListElement", "InterpolateElement"),
    }
)
_HINTS = {
    "Set": "Leave the SETTINGS clause away.",
    "ColumnsApplyTransformer": "Write the function around the columns instead of APPLY.",
}


class SqlRefused(Exception):  # noqa: N818 - it is an answer to the user, not a fault
    """The query is not allowed, not valid or over a limit. `code`: not_allowed, bad_query, timeout, too_expensive,
    cancelled, unavailable. The message may be shown to the user.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Names:
    """What the engine and the schema call things. `tables` may be read; `reserved` are databases and other tables."""

    database: str
    tables: Collection[str]
    reserved: Collection[str]
    functions: Collection[str]
    aggregates: Collection[str]
    combinators: Collection[str]

    def knows_function(self, name: str) -> bool:
        """Whether a function, or an aggregate function with combinators, is allowed; case as the engine sees it."""
        return name in self.functions or name.lower() in self.functions or self._is_aggregate(name)

    def _is_aggregate(self, name: str) -> bool:
        if name in self.aggregates or name.lower() in self.aggregates:
            return True
        return any(name.endswith(end) and self._is_aggregate(name[: -len(end)]) for end in self.combinators)


def check(dump: str, names: Names) -> None:
    """Refuse everything but one SELECT over the allowed tables with the allowed functions."""
    lines = dump.rstrip("\n").split("\n")
    if not lines[0].startswith(_TOP):
        raise SqlRefused("not_allowed", "Only SELECT is possible here.")
    for line in lines[1:]:
        found = _LINE.match(line)
        if not found or found[2] not in _NODES:
            kind = found[2] if found else line.strip()
            raise SqlRefused("not_allowed", f"This part of SQL is not possible here: {kind}.", _HINTS.get(kind, ""))
        _check_node(len(found[1]), found[2], found[3] or "", names)


def _check_node(depth: int, kind: str, name: str, names: Names) -> None:
    if depth == 1 and (kind, name) not in {("ExpressionList", ""), ("Identifier", DUMP_FORMAT)}:
        raise SqlRefused("not_allowed", "FORMAT and INTO OUTFILE are not possible here.", "Leave that clause away.")
    if kind == "TableIdentifier":
        _check_table(name, names)
    elif kind == "Identifier":
        _check_identifier(name, names)
    elif kind == "Function" and not names.knows_function(name):
        raise SqlRefused("not_allowed", f"The function {name} is not available here.")


def _check_table(name: str, names: Names) -> None:
    """A table that may be read, or else the name of a WITH query: then no table of that name can exist."""
    bare = name.removeprefix(f"{names.database}.")
    if bare not in names.tables and ("." in name or name in names.reserved):
        raise SqlRefused("not_allowed", f"The table {name} cannot be read here.")


def _check_identifier(name: str, names: Names) -> None:
    """`x IN name` reads a table, so no identifier may begin like a database or be a table that is not to be read."""
    if name.removeprefix(f"{names.database}.") in names.tables:
        return
    if name in names.reserved or name.split(".", 1)[0] in names.reserved:
        raise SqlRefused("not_allowed", f"{name} cannot be read here.")
