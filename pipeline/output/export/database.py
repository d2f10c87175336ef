"""The tables as an SQLite database. It is made for every export: its keys are checked, and the other formats read it."""

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.output.export.rows import FILES, Row, of_run
from pipeline.output.export.tables import TABLES, Column, Foreign, Kind, Table
from pipeline.output.export.views import VIEWS

SUMMARY: Final = "run.json"
READ: Final = (SUMMARY, *FILES)
NEEDED: Final = (SUMMARY, "documents.jsonl", "articles.jsonl", "records.jsonl")
"""The files that are read, and those of them without which there is nothing to export."""


SEARCH: Final = "evidence_search"

_TYPES: Final[dict[Kind, str]] = {
    kind: kind.upper() for kind in ("text", "integer", "real", "boolean", "date")
}
_AGAIN: Final = "Run again into this folder; finished answers are kept."

Value = str | int | float | bool | date | None


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """The database file ``path``, which is made where it is missing. Raises ``OSError`` where the disk refuses."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # The file is nobody's yet: what is left of a program that was killed is thrown away.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            yield connection
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error)) from error


def fill(connection: sqlite3.Connection, run: Path) -> None:
    """Make the tables and views, and fill them from the files of the folder ``run``, a line at a time.

    Raises:
        UsageError: a line is not what a run writes, or the files do not fit together.
    """
    for table in TABLES.values():
        for statement in _made(table):
            connection.execute(statement)
    connection.execute("BEGIN")
    _insert(connection, SUMMARY, 1, _rows_of_run(run))
    for name in FILES:
        for number, line in _lines(run / name):
            _insert(connection, name, number, _rows_of_line(name, number, line))
    connection.execute(_PLACES)
    connection.execute("COMMIT")
    for view, query in VIEWS.values():
        names = ", ".join(column.name for column in view.columns)
        connection.execute(f"CREATE VIEW {view.name} ({names}) AS {query}")
    _check_keys(connection)


def add_search(connection: sqlite3.Connection) -> None:
    """Add ``evidence_search (record, reading)``, which finds any three characters or more in the evidence of records.

    Chinese has no blanks between words, hence trigrams. Shorter words: ``LIKE`` on ``records.reading``; on this table
    SQLite's ``LIKE`` finds nothing for one or two Chinese characters.
    """
    connection.execute(
        f"CREATE VIRTUAL TABLE {SEARCH} USING fts5(record UNINDEXED, reading, tokenize = 'trigram')"
    )
    connection.execute(f"INSERT INTO {SEARCH} SELECT record, reading FROM records")


def can_search() -> bool:
    """Whether this Python's SQLite has the full-text search that Chinese needs."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE tried USING fts5(a, tokenize = 'trigram')")
        except sqlite3.OperationalError:
            return False
    return True


def rows(connection: sqlite3.Connection, table: Table) -> Iterator[tuple[Value, ...]]:
    """The rows of a table or view, with the values of Python for its kinds of column."""
    names = ", ".join(column.name for column in table.columns)
    convert = [(at, _FROM[column.kind]) for at, column in enumerate(table.columns) if column.kind in _FROM]
    # A view has an order of its own.
    order = " ORDER BY rowid" if table.key else ""
    for row in connection.execute(f"SELECT {names} FROM {table.name}{order}"):
        values = list(row)
        for at, kind in convert:
            if values[at] is not None:
                values[at] = kind(values[at])
        yield tuple(values)


_FROM: Final[dict[Kind, Any]] = {"boolean": bool, "date": date.fromisoformat}

_PLACES: Final = """
UPDATE evidence SET (page, x0, y0, x1, y1) = (
    SELECT l.page, min(l.x0), min(l.y0), max(l.x1), max(l.y1)
    FROM page_lines AS l
    WHERE l.document = evidence.document
      AND l.start_offset < evidence.end_offset AND l.end_offset > evidence.start_offset
    GROUP BY l.page ORDER BY min(l.start_offset) LIMIT 1)
WHERE document IN (SELECT document FROM pages)"""
"""A piece of evidence stands on the page on which it begins, in the box around its lines there."""


def _made(table: Table) -> Iterator[str]:
    """The statements that make a table and the indexes by which it is joined."""
    parts = [_column(column, column.name in table.key) for column in table.columns]
    parts.append(f"PRIMARY KEY ({', '.join(table.key)})")
    parts.extend(_reference(foreign) for foreign in table.foreign)
    # What a column holds stands in the database itself, where .schema shows it.
    yield f"CREATE TABLE {table.name} ( -- {table.about}\n    " + "\n  , ".join(parts) + "\n)"
    for foreign in table.foreign:
        if table.key[: len(foreign.columns)] != foreign.columns:
            columns = ", ".join(foreign.columns)
            yield f"CREATE INDEX {table.name}_by_{foreign.columns[-1]} ON {table.name} ({columns})"


def _column(column: Column, key: bool) -> str:
    about = f" -- {column.about}" if column.about else ""
    return f"{column.name} {_TYPES[column.kind]}{' NOT NULL' if key else ''}{about}"


def _reference(foreign: Foreign) -> str:
    target = ", ".join(TABLES[foreign.table].key)
    return f"FOREIGN KEY ({', '.join(foreign.columns)}) REFERENCES {foreign.table} ({target})"


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file from 1; none where there is no such file."""
    try:
        with path.open("rb") as file:
            yield from enumerate(file, 1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _rows_of_run(run: Path) -> Iterator[Row]:
    yield from of_run(json.loads(b"".join(line for _, line in _lines(run / SUMMARY))))


def _rows_of_line(name: str, number: int, line: bytes) -> Iterator[Row]:
    yield from FILES[name](number, json.loads(line))


def _insert(connection: sqlite3.Connection, name: str, number: int, rows: Iterator[Row]) -> None:
    try:
        for table, values in rows:
            places = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO {table} VALUES ({places})", values)
    except (ValueError, LookupError, TypeError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise UsageError(f"{name}, line {number}: {_why(error)}.", next_step=_AGAIN) from error


def _why(error: Exception) -> str:
    """What is wrong with a line, without the line itself."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        # Its message may repeat what stands there.
        return f"{'.'.join(map(str, first['loc']))}: {first['type'].replace('_', ' ')}"
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON ({error.msg})"
    # What other errors say may be words of the line.
    told = f": {error}" if isinstance(error, sqlite3.Error) else ""
    return f"not what a run writes ({type(error).__name__}{told})"


def _check_keys(connection: sqlite3.Connection) -> None:
    for table, _, target, _ in connection.execute("PRAGMA foreign_key_check"):
        raise UsageError(
            f"The files of the run do not fit together: {table} name what is not in {target}.",
            next_step=_AGAIN,
        )
