"""A CSV file per table, for spreadsheets and scripts: UTF-8 with a byte order mark, by which Excel knows it."""

import csv
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pipeline.output.export.database import Value, rows
from pipeline.output.export.formulas import guarded
from pipeline.output.export.tables import Table

FOLDER: Final = "csv"


def write(connection: sqlite3.Connection, tables: Iterable[Table], out: Path) -> None:
    """Write ``csv/TABLE.csv`` below ``out``, empty tables too. Raises ``OSError``."""
    (out / FOLDER).mkdir()
    for table in tables:
        path = out / FOLDER / f"{table.name}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(column.name for column in table.columns)
            lines.writerows(map(_cell, row) for row in rows(connection, table))


def _cell(value: Value) -> str:
    """Empty for what is not known; numbers as plain as they are; no text that a spreadsheet would compute."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return guarded(value) if isinstance(value, str) else str(value)
