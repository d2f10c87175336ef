"""A Parquet file per table, for DuckDB, pandas and the like; written a group of rows at a time."""

import importlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pipeline.output.export.database import Value, rows
from pipeline.output.export.tables import Column, Table

FOLDER: Final = "parquet"
PACKAGE: Final = "pyarrow"

GROUP_ROWS: Final = 50_000
GROUP_CHARACTERS: Final = 8_000_000
"""A group of rows ends with whichever comes first: so much is in memory at once."""

Row = tuple[Value, ...]


def write(connection: sqlite3.Connection, tables: Iterable[Table], out: Path) -> None:
    """Write ``parquet/TABLE.parquet`` below ``out``, empty tables too. Raises ``OSError``."""
    arrow: Any = importlib.import_module(PACKAGE)
    parquet: Any = importlib.import_module(f"{PACKAGE}.parquet")
    (out / FOLDER).mkdir()
    for table in tables:
        schema = _schema(arrow, table)
        with parquet.ParquetWriter(
            out / FOLDER / f"{table.name}.parquet", schema, compression="zstd"
        ) as file:
            for group in groups(rows(connection, table)):
                columns = [
                    arrow.array(values, field.type)
                    for values, field in zip(zip(*group, strict=True), schema, strict=True)
                ]
                file.write_table(arrow.Table.from_arrays(columns, schema=schema))


def groups(all_rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in groups that fit into memory, however long their texts are."""
    group: list[Row] = []
    size = 0
    for row in all_rows:
        group.append(row)
        size += sum(len(value) for value in row if isinstance(value, str))
        if len(group) >= GROUP_ROWS or size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _schema(arrow: Any, table: Table) -> Any:
    return arrow.schema(
        [_field(arrow, column, column.name in table.key) for column in table.columns],
        metadata={"about": table.about, "key": ",".join(table.key)},
    )


def _field(arrow: Any, column: Column, key: bool) -> Any:
    types = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "real": arrow.float64(),
        "boolean": arrow.bool_(),
        "date": arrow.date32(),
    }
    about = {"about": column.about} if column.about else None
    return arrow.field(column.name, types[column.kind], nullable=not key, metadata=about)
