"""An export: a finished run's folder in, files of tables out, put in place when all of them are written."""

import importlib.util
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from filelock import FileLock, Timeout

from pipeline.errors import UsageError
from pipeline.output.export import csv_files, parquet_files, xlsx_file
from pipeline.output.export.database import NEEDED, READ, add_search, can_search, database, fill
from pipeline.output.export.tables import TABLES
from pipeline.output.export.views import VIEWS
from pipeline.output.folder import writing

Format = Literal["sqlite", "csv", "xlsx", "parquet"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

FOLDER: Final = "tables"
"""Where an export lies in the folder of its run, unless another place is named."""
DATABASE: Final = "records.sqlite"

_NEEDS: Final[dict[str, str]] = {"parquet": parquet_files.PACKAGE, "xlsx": xlsx_file.PACKAGE}
_NEW: Final = ".new"
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: files, and folders full of files. ``cut`` counts cells that Excel would not hold whole."""

    paths: tuple[Path, ...]
    cut: int


def formats_of(names: str) -> tuple[Format, ...]:
    """The formats that a user lists, each once, after a look whether they can be written here.

    Raises:
        UsageError: an unknown format, or one whose package is not installed; the message names the extra.
    """
    asked = tuple(dict.fromkeys(part.strip() for part in names.split(",") if part.strip()))
    unknown = [name for name in asked if name not in FORMATS]
    if unknown or not asked:
        told = f"Unknown format {', '.join(unknown)}" if unknown else "No format is named"
        raise UsageError(f"{told}; the formats are {', '.join(FORMATS)}.")
    for name in asked:
        _can_be_written(name)
    return tuple(name for name in FORMATS if name in asked)


def _can_be_written(name: str) -> None:
    package = _NEEDS.get(name)
    if package and importlib.util.find_spec(package) is None:
        raise UsageError(
            f"The format {name} needs {package}, which is not installed.",
            next_step="Install it: pip install 'hospital-news-records[export]'",
        )
    if name == "sqlite" and not can_search():
        raise UsageError(
            "The SQLite of this Python has no full-text search for Chinese (FTS5 with trigrams, from 3.34 on).",
            next_step="Use another Python, or another format.",
        )


def export(run: Path, formats: Sequence[Format], out: Path | None = None) -> Exported:
    """Write the tables of the finished run in the folder ``run`` into ``out``, or into ``tables/`` in that folder.

    Earlier files there stay whole until all new ones are written; then each is replaced at once.

    Raises:
        UsageError: ``run`` is no finished run's folder, it changed meanwhile, or another program writes into ``out``.
        OutputError: the disk is full, or the folder cannot be written.
    """
    before = _state(run)
    out = run / FOLDER if out is None else out
    with writing(out), _claimed(out) as new:
        cut = _write(run, formats, new)
        if _state(run) != before:
            raise UsageError(f"{run} was written anew meanwhile.", next_step="Export again.")
        _put_in_place(new, out)
    return Exported(tuple(out / _PLACES[name] for name in formats), cut)


@contextmanager
def _claimed(out: Path) -> Iterator[Path]:
    """A new folder inside the folder ``out``, which no other export writes into meanwhile; nothing is left of it."""
    created = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    lock, new = FileLock(out / _LOCK, blocking=False), out / _NEW
    try:
        with lock:
            shutil.rmtree(new, ignore_errors=True)  # Left by an export that was killed.
            new.mkdir()
            try:
                yield new
            finally:
                shutil.rmtree(new, ignore_errors=True)
                with suppress(OSError):
                    (out / _LOCK).unlink()
    except Timeout:
        raise UsageError(
            f"{out}: another export is writing into this folder.", next_step="Wait for it."
        ) from None
    finally:
        if created:
            with suppress(OSError):  # Unless there are tables in it now.
                out.rmdir()


_PLACES: Final[dict[Format, str]] = {
    "sqlite": DATABASE,
    "csv": csv_files.FOLDER,
    "xlsx": xlsx_file.NAME,
    "parquet": parquet_files.FOLDER,
}


def _write(run: Path, formats: Sequence[Format], new: Path) -> int:
    """Write all formats into the folder ``new``; how many cells had to be cut."""
    cut = 0
    # The answers come first: who opens the workbook finds them at the front.
    tables = [*(view for view, _ in VIEWS.values()), *TABLES.values()]
    with database(new / DATABASE) as connection:
        fill(connection, run)
        if "csv" in formats:
            csv_files.write(connection, tables, new)
        if "xlsx" in formats:
            cut = xlsx_file.write(connection, tables, new)
        if "parquet" in formats:
            parquet_files.write(connection, tables, new)
        if "sqlite" in formats:
            add_search(connection)
    if "sqlite" not in formats:
        (new / DATABASE).unlink()
    return cut


def _put_in_place(new: Path, out: Path) -> None:
    files = sorted(path for path in new.rglob("*") if path.is_file())
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    for path in files:
        place = out / path.relative_to(new)
        place.parent.mkdir(exist_ok=True)
        os.replace(path, place)


def _state(run: Path) -> list[tuple[str, int, int, int]]:
    """What tells the files of a run from those of the next one in the same folder."""
    for name in NEEDED:
        if not (run / name).is_file():
            raise UsageError(
                f"{run} is not the folder of a finished run: it has no {name}.",
                next_step="Name the folder that a run was given with --out; one of an earlier version: run again.",
            )
    found = [(name, (run / name).stat()) for name in READ if (run / name).exists()]
    return [(name, file.st_ino, file.st_size, file.st_mtime_ns) for name, file in found]
