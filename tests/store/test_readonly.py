"""Users' SQL sees its own apps and nothing else, however it is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtclens.model.codec import Refusal
from rtclens.model.facts import Call
from rtclens.store import Rows, Store
from rtclens.store.grammar import SqlRefused
from rtclens.store.readonly import READABLE, Limits, ReadOnly

from .samples import START, Named, batch

MINE, THEIRS = "ro-mine", "ro'\\theirs"


@pytest.fixture(scope="module")
def sql(store: Store) -> Iterator[ReadOnly]:
    for app_id in (MINE, THEIRS):
        rows = Rows()
        rows.add_batch(batch(app_id, 1, seq=1), Named(call_id=f"call of {app_id}"))
        rows.add_facts(
            [Call(app_id=app_id, call_id=f"call of {app_id}", started_at=START, revision=each) for each in (1, 2)]
        )
        store.append(rows)
    store.insert_refusals(THEIRS, [Refusal("not_json", "secret", at=START)])
    opened = ReadOnly(store.dsn, Limits(seconds=2.0, rows=1000))
    yield opened
    opened.close()


def _column(sql: ReadOnly, query: str, apps: tuple[str, ...] = (MINE,)) -> list[object]:
    return [row[0] for row in sql.run(query, apps).rows]


ALLOWED = [
    "SELECT app_id FROM calls",
    "select app_id from default.calls as c final;",
    "FROM calls_versions SELECT app_id",
    "SELECT app_id FROM inbound_rtp -- a comment\n",
    "WITH mine AS (SELECT * FROM calls) SELECT app_id FROM mine",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT app_id FROM r, calls",
    "SELECT c.app_id FROM calls AS c INNER JOIN inbound_rtp AS i USING (call_id)",
    "SELECT app_id FROM inbound_rtp WHERE call_id IN (SELECT call_id FROM calls)",
    "SELECT app_id FROM (SELECT app_id FROM calls UNION ALL SELECT app_id FROM samples)",
    "(SELECT app_id FROM calls) UNION ALL (SELECT app_id FROM calls UNION DISTINCT SELECT app_id FROM samples)",
    "SELECT app_id FROM calls INTERSECT SELECT app_id FROM samples",
    "SELECT arrayJoin(groupArray(app_id)) FROM calls HAVING count() > 0",
    "SELECT app_id, quantilesIf(0.5, 0.9)(packetsLost, 1), countIf(kind = 'audio') FROM inbound_rtp GROUP BY 1",
    "SELECT app_id, row_number() OVER (PARTITION BY call_id ORDER BY at) FROM samples",
    "SELECT app_id FROM calls, numbers(1) AS n",
    "SELECT app_id, toStartOfMinute(at), now() - INTERVAL 5 MINUTE, at::Date, CAST(1 AS String) FROM samples",
    "SELECT * EXCEPT (call_id) FROM calls",
    "SELECT app_id FROM calls WHERE call_id IN (SELECT call_id FROM calls_versions)",
]


@pytest.mark.parametrize("query", ALLOWED)
def test_whatever_is_asked_only_the_own_apps_answer(sql: ReadOnly, query: str) -> None:
    """Views, storage tables, joins, subqueries, unions and CTEs are all limited to the scope."""
    assert set(_column(sql, query)) == {MINE}
    assert set(_column(sql, query, (MINE, THEIRS))) == {MINE, THEIRS}
    assert _column(sql, query, ()) == []


def test_a_call_is_one_row(sql: ReadOnly) -> None:
    """Nobody has to know about versions of facts to count calls."""
    assert _column(sql, "SELECT count() FROM calls") == [1]


def test_refused_input_of_others_is_not_seen(sql: ReadOnly) -> None:
    """Dead letters belong to an app like everything else."""
    assert _column(sql, "SELECT message FROM refusals") == []
    assert _column(sql, "SELECT message FROM refusals", (THEIRS,)) == ["secret"]


REFUSED = [
    "INSERT INTO calls_versions VALUES ('x')",
    "DROP TABLE samples",
    "ALTER TABLE samples DELETE WHERE 1",
    "SELECT 1; DROP TABLE samples",
    "SET additional_table_filters = {}",
    "SYSTEM FLUSH LOGS",
    "SHOW TABLES",
    "EXPLAIN SELECT 1",
    "DESCRIBE TABLE calls",
    "KILL QUERY WHERE 1",
    "SELECT * FROM calls SETTINGS additional_table_filters = {}",
    "SELECT * FROM (SELECT * FROM calls SETTINGS additional_table_filters = {})",
    "SELECT 1 UNION ALL (SELECT 2 SETTINGS readonly = 0)",
    "SELECT * FROM calls FORMAT CSV",
    "SELECT * FROM calls INTO OUTFILE '/tmp/x' FORMAT CSV",
    "SELECT * FROM migrations",
    "SELECT * FROM default.migrations",
    "SELECT * FROM system.tables",
    "SELECT * FROM system . `users`",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM INFORMATION_SCHEMA.COLUMNS",
    "SELECT 1 WHERE 'x' IN system.users",
    "SELECT 1 WHERE 1 IN migrations",
    "SELECT 1 WHERE ('x' AS `a\n   Literal 1`) IN system.users",
    "SELECT * FROM merge('default', 'calls.*')",
    "SELECT * FROM merge(currentDatabase(), 'calls.*')",
    "SELECT * FROM view(SELECT * FROM calls)",
    "SELECT * FROM (EXPLAIN SELECT 1)",
    "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
    "SELECT * FROM remote('127.0.0.1', 'default', 'calls')",
    "SELECT * FROM cluster('default', 'default', 'calls')",
    "SELECT * FROM loop(default, calls)",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM `file`('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM s3('http://127.0.0.1:1/x')",
    "SELECT * FROM mergeTreeIndex('default', 'samples')",
    "SELECT * FROM executable('id', 'TSV', 'x String')",
    "SELECT * FROM Python(x)",
    "SELECT * FROM dictionary('x')",
    "SELECT * FROM input('x String')",
    "SELECT * FROM generateRandom('x String')",
    "SELECT file('/etc/passwd')",
    "SELECT FILE('/etc/passwd')",
    "SELECT * APPLY(file) FROM calls",
    "SELECT COLUMNS('app_id') APPLY(sleep) FROM calls",
    "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
    "SELECT joinGet('default.x', 'y', 1)",
    "SELECT dictGet('x', 'y', 1)",
    "SELECT sleep(1), sleepEachRow(1)",
    "SELECT getSetting('additional_table_filters')",
    "SELECT @@version",
    "SELECT currentUser(), hostName(), version(), serverUUID()",
    "SELECT hasColumnInTable('system', 'users', 'name')",
    "SELECT addressToLine(1)",
    "SELECT * FROM {t:Identifier}",
    "WITH (SELECT count() FROM system.users) AS n SELECT n",
    "WITH q AS (SELECT * FROM system.users) SELECT * FROM q",
    "SELECT 'x' AS `a\n Set` FROM calls",
    "",
    "\0",
    "SELECT",
    "nonsense",
]


@pytest.mark.parametrize("query", REFUSED)
def test_everything_else_is_refused(sql: ReadOnly, query: str) -> None:
    """Writes, settings, other databases, files, networks, processes and secrets: a typed refusal, no effect."""
    with pytest.raises(SqlRefused) as refusal:
        sql.run(query, (MINE, THEIRS))
    assert refusal.value.code in {"not_allowed", "bad_query"}
    assert refusal.value.message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*ALLOWED, *REFUSED]).flatmap(lambda text: st.sampled_from(text.split() or [""]))))
def test_shuffled_sql_never_shows_a_foreign_row(sql: ReadOnly, words: list[str]) -> None:
    """Words of all the queries above in any order are an answer without the other app, or a refusal."""
    try:
        answer = sql.run(" ".join(words), (MINE,))
    except SqlRefused:
        return
    assert THEIRS not in str(answer.rows)


def test_an_answer_is_cut_at_the_limit_and_says_so(sql: ReadOnly) -> None:
    """No answer is larger than allowed, and none is silently incomplete."""
    answer = sql.run("SELECT number FROM numbers(100)", (MINE,), limit=10)
    assert (len(answer.rows), answer.truncated) == (10, True)
    answer = sql.run("SELECT number FROM numbers(10)", (MINE,), limit=10)
    assert (len(answer.rows), answer.truncated) == (10, False)
    assert sql.run("SELECT number FROM numbers(5000)", (MINE,), limit=10**9).truncated


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)", "timeout"),
        ("SELECT groupArray(number) FROM numbers(1000000000)", "too_expensive"),
    ],
)
def test_expensive_queries_end(store: Store, query: str, code: str) -> None:
    """Time and memory are bounded by the engine, and the answer says which."""
    tight = ReadOnly(store.dsn, Limits(seconds=0.3, memory_bytes=50_000_000))
    with pytest.raises(SqlRefused) as refusal:
        tight.run(query, (MINE,))
    tight.close()
    assert refusal.value.code == code


def test_a_running_query_can_be_cancelled(store: Store) -> None:
    """Whoever started a query can stop it before its time is up."""
    patient = ReadOnly(store.dsn, Limits(seconds=60.0))
    codes: list[str] = []

    def ask() -> None:
        try:
            patient.run("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)", (MINE,), token="mine")
        except SqlRefused as refusal:
            codes.append(refusal.code)

    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive():
        patient.cancel("mine")
        asking.join(0.05)
    patient.close()
    assert codes == ["cancelled"]


def test_values_are_plain(sql: ReadOnly) -> None:
    """Columns carry their type and their meaning; times are text, missing is null."""
    answer = sql.run("SELECT at, packetsReceived, framesDecoded FROM inbound_rtp WHERE id = 'IT1'", (MINE,))
    assert [column.type for column in answer.columns] == [
        "DateTime64(3, 'UTC')",
        "Nullable(Int64)",
        "Nullable(Int64)",
    ]
    assert answer.rows == [["2026-11-20 10:03:21.000", 50, None]]


def test_exports_are_scoped_files(sql: ReadOnly) -> None:
    """An export is the same query with the same scope, in the asked format."""
    query = "SELECT app_id, packetsLost FROM inbound_rtp WHERE id = 'IT1'"
    assert b"".join(sql.export(query, (MINE,), "csv")) == b'"app_id","packetsLost"\n"ro-mine",1\n'
    assert b"".join(sql.export(query, (MINE,), "parquet")).startswith(b"PAR1")
    with pytest.raises(SqlRefused):
        next(iter(sql.export("SELECT * FROM system.users", (MINE,), "csv")))
    with pytest.raises(SqlRefused):
        next(iter(sql.export(query, (MINE,), "exe")))


def test_every_readable_table_is_described(sql: ReadOnly) -> None:
    """The schema page has each table with its meaning and its columns."""
    tables = {table.name: table for table in sql.tables()}
    assert set(tables) == {name for name in READABLE if not name.endswith(("_versions", "_stored"))}
    assert all(table.description and table.columns for table in tables.values())
    assert tables["inbound_rtp"].columns[0].description
