"""``python -m pipeline export RUN --to …``, and what ``run --export …`` does at its end."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.output.export.write import FOLDER, FORMATS, Exported, Format, export, formats_of

__all__ = ["LISTED", "add", "export_and_show", "formats_of"]

LISTED = f"formats, of: {', '.join(FORMATS)}"


def add(commands: Any) -> None:
    """Add the command to the parser's commands."""
    command: argparse.ArgumentParser = commands.add_parser(
        "export",
        help="a finished run as tables: SQLite, CSV, XLSX, Parquet",
        description="Write the records of a finished run as tables that join, with the evidence of each.",
    )
    command.add_argument("run", type=Path, metavar="RUN", help="the folder of a finished run")
    command.add_argument("--to", required=True, metavar="A,B", help=LISTED)
    command.add_argument("--out", type=Path, metavar="DIR", help="where to (default: tables/ in that folder)")
    command.set_defaults(command=_export)


def _export(args: argparse.Namespace) -> int:
    done = export(args.run, formats_of(args.to), args.out)
    for path in done.paths:
        print(path)
    _tell_cut(done, Console(stderr=True, soft_wrap=True, highlight=False))
    return 0


def export_and_show(run: Path, formats: Sequence[Format], console: Console) -> None:
    """Export a run that has just ended, and say where its tables lie. Raises as :func:`export` does.

    Where nothing is asked for, tables of an earlier run that lie there are named as that.
    """
    if formats:
        done = export(run, formats)
        for path in done.paths:
            console.print(f"Tables: {path}", soft_wrap=True, highlight=False, markup=False)
        _tell_cut(done, console)
    elif (run / FOLDER).is_dir():
        console.print(
            f"The tables in {run / FOLDER} are of an earlier run: python -m pipeline export {run} --to … makes them anew.",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )


def _tell_cut(done: Exported, console: Console) -> None:
    if done.cut:
        console.print(
            f"Cells cut in the workbook, which holds 32,767 characters of a text: {done.cut}; "
            "the other formats have them whole.",
            soft_wrap=True,
        )
