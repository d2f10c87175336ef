"""The questions of a page of documentation, answered: each ``sql`` block has its answer below it as a table.

``python -m tests.output.export.questions PAGE…`` writes the answers of the run in the folder ``out`` into the pages anew.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

BLOCK: Final = re.compile(r"(```sql\n(?P<question>.*?)```\n\n)(?P<answer>(?:\|[^\n]*\n)*\n?)", re.S)
"""A question, and the table below it."""


def answered(page: str) -> str:
    """The page with the answers as they are; tables are read from ``out/tables`` in the working folder."""
    with duckdb.connect() as connection:
        return BLOCK.sub(lambda block: f"{block[1]}{_table(connection, block['question'])}\n", page)


def _table(connection: duckdb.DuckDBPyConnection, question: str) -> str:
    found = connection.sql(question)
    rule = ["---"] * len(found.columns)
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in (found.columns, rule, *found.fetchall()))


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("|", "\\|")


def main(arguments: Sequence[str]) -> None:
    """Write the answers into the pages named."""
    for name in arguments:
        page = Path(name)
        page.write_text(answered(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
