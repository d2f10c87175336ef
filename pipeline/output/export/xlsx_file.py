"""One workbook with a sheet per table, for reading: what is empty is left out, the contents stand first.

Text is written as text whatever it looks like, so that none of it is ever a formula.
"""

import importlib
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pipeline.output.export.database import Value, rows
from pipeline.output.export.formulas import is_formula
from pipeline.output.export.tables import Column, Table

NAME: Final = "records.xlsx"
PACKAGE: Final = "xlsxwriter"

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet, its head apart; a longer table goes on in the next sheet."""
MOST_UNITS: Final = 32_767
"""UTF-16 units of a cell. What is longer is cut, and told."""
CUT: Final = " […]"

_EPOCH: Final = date(1900, 3, 1)
"""Excel has no earlier days, and counts a 29 February of 1900: before that a day is text."""
_OPTIONS: Final = {"constant_memory": True}
_WIDTHS: Final = {"text": 24, "integer": 10, "real": 12, "boolean": 8, "date": 12}


def write(connection: sqlite3.Connection, tables: Iterable[Table], out: Path) -> int:
    """Write ``records.xlsx`` into ``out``; how many cells were too long for Excel and are cut. Raises ``OSError``."""
    package: Any = importlib.import_module(PACKAGE)
    book = package.Workbook(out / NAME, _OPTIONS | {"tmpdir": str(out)})
    try:
        return _fill(book, connection, [(table, _count(connection, table)) for table in tables])
    finally:
        _close(book, package)


def _close(book: Any, package: Any) -> None:
    try:
        book.close()
    except package.exceptions.FileCreateError as error:
        # What it wraps is the operating system's own error.
        raise error.args[0] from error


def _count(connection: sqlite3.Connection, table: Table) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()
    return int(count)


def _fill(book: Any, connection: sqlite3.Connection, counted: list[tuple[Table, int]]) -> int:
    (started,) = connection.execute("SELECT started FROM run").fetchone()
    # Not the time of this export: the same run gives the same file.
    book.set_properties({"created": datetime.fromisoformat(started).replace(tzinfo=None)})
    head = book.add_format({"bold": True})
    contents = [(table.name, count, table.about) for table, count in counted]
    columns = (Column("table"), Column("rows", "integer"), Column("about"))
    cut = _Sheet(book, "contents", columns, head).fill(iter(contents))
    for table, count in counted:
        found = rows(connection, table)
        for part in range(-(-count // MOST_ROWS)):
            name = f"{table.name}_{part + 1}" if part else table.name
            cut += _Sheet(book, name, table.columns, head).fill(islice(found, MOST_ROWS))
    return cut


class _Sheet:
    """A sheet with its head."""

    def __init__(self, book: Any, name: str, columns: tuple[Column, ...], head: Any) -> None:
        self._sheet = book.add_worksheet(name)
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        # Where somebody edits such a cell, Excel goes on taking it for text.
        self._text = book.add_format({"quote_prefix": True})
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            self._sheet.set_column(at, at, _WIDTHS[column.kind])
            self._sheet.write_string(0, at, column.name, head)

    def fill(self, found: Iterator[tuple[Value, ...]]) -> int:
        """Write the rows; how many cells were cut."""
        return sum(
            self._write(number, at, value)
            for number, row in enumerate(found, 1)
            for at, value in enumerate(row)
        )

    def _write(self, row: int, column: int, value: Value) -> bool:
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(row, column, value)
        elif isinstance(value, date) and value >= _EPOCH:
            self._sheet.write_datetime(row, column, value, self._day)
        elif value is not None:
            text = str(value)
            shown = _fitting(text)
            self._sheet.write_string(row, column, shown, self._text if is_formula(shown) else None)
            return shown is not text
        return False


def _fitting(text: str) -> str:
    """``text`` itself, or as much of it as a cell holds."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MOST_UNITS:
        return text
    return units[: 2 * (MOST_UNITS - len(CUT))].decode("utf-16-le", "ignore") + CUT
