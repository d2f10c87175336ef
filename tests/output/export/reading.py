"""Exported files, read back with other programs than those that wrote them; undone is what a format does to text."""

import csv
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
from openpyxl import load_workbook

from pipeline.output.export.tables import TABLES, Table
from pipeline.output.export.views import VIEWS

ALL: Final = {**TABLES, **{name: view for name, (view, _) in VIEWS.items()}}
"""Tables and views: what every format has."""

Rows = list[tuple[Any, ...]]


def query(database: Path, question: str, *values: object) -> Rows:
    """The answer of an SQLite database."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(question, values).fetchall()


def from_sqlite(out: Path, table: Table) -> Rows:
    """The rows of a table, in its order, with days and truth values as Python has them."""
    order = " ORDER BY rowid" if table.key else ""
    found = query(out / "records.sqlite", f"SELECT * FROM {table.name}{order}")
    return [tuple(map(_typed, row, table.columns)) for row in found]


def from_csv(out: Path, table: Table) -> Rows:
    """The rows of a CSV file, with one apostrophe less where a text begins with one."""
    with (out / "csv" / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *found = csv.reader(file)
    assert head == [column.name for column in table.columns]
    return [tuple(map(_told, row, table.columns)) for row in found]


def from_xlsx(out: Path, table: Table) -> Rows:
    """The rows of a sheet and of those that it goes on in; nothing for a table that is empty."""
    path = out / "records.xlsx"
    found: Rows = []
    for sheet in _book(path, path.stat().st_mtime_ns).worksheets:
        if re.fullmatch(rf"{table.name}(_\d+)?", sheet.title):
            assert [cell.value for cell in sheet[1]] == [column.name for column in table.columns]
            cells = sheet.iter_rows(min_row=2, max_col=len(table.columns), values_only=True)
            found += [tuple(map(_from_cell, row, table.columns)) for row in cells]
    return found


def from_parquet(out: Path, table: Table) -> Rows:
    """The rows of a Parquet file as DuckDB has them."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    path = out / "parquet" / f"{table.name}.parquet"
    return _duckdb().sql(f"SELECT {columns} FROM '{path}'").fetchall()


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@lru_cache(1)
def _book(path: Path, changed: int) -> Any:
    return load_workbook(path)


def _typed(value: Any, column: Any) -> Any:
    if value is None:
        return None
    read: dict[str, Callable[[Any], Any]] = {"boolean": bool, "date": date.fromisoformat}
    return read.get(column.kind, lambda same: same)(value)


def _told(text: str, column: Any) -> Any:
    read: dict[str, Callable[[str], Any]] = {
        "integer": int,
        "real": float,
        "boolean": {"true": True, "false": False}.__getitem__,
        "date": date.fromisoformat,
    }
    return read.get(column.kind, _undone)(text) if text else None


def _undone(text: str) -> str:
    return text.removeprefix("'")


def _from_cell(value: Any, column: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str) and column.kind == "date":
        return date.fromisoformat(value)
    if isinstance(value, str):
        # What XML cannot hold is written by number.
        return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), value)
    return value


READERS: Final[dict[str, Callable[[Path, Table], Rows]]] = {
    "csv": from_csv,
    "xlsx": from_xlsx,
    "parquet": from_parquet,
}
"""What reads the formats that are compared with the database."""


def files_of(folder: Path) -> Sequence[str]:
    """The files under a folder, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
