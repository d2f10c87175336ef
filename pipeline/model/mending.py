"""What can still be read of an answer cache that is damaged, or that may not be written to.

SQLite gives up a query at the first damaged page. Read row by row, past what cannot be read, a damaged
database gives the rest; and where the pages that lead to rows are damaged, the rows still stand in the file.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import diskcache
from filelock import FileLock

DATABASE: Final[str] = diskcache.core.DBNAME
LOCK_SECONDS: Final = 60.0
"""A cache is opened or mended within this time, or something is wrong with whoever does it."""

_OUTSIDE: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_NOLFS,
}
"""SQLite's codes for what comes from outside: the disk, the folder, other processes."""
_LOOKED_THROUGH: Final = 1 << 28
"""Bytes of the largest database that is looked through whenever it is opened, which takes up to a second."""
_SMALLEST_ROW: Final = 64
"""Bytes of a database per row at least: how far row numbers can go."""
_IN_VAIN: Final = 5000
"""So many row numbers in a row that cannot be read, and the rest is left to :func:`found`."""
_ROWS: Final = "SELECT rowid, key, value FROM Cache WHERE rowid >= ? ORDER BY rowid"
_ROW: Final = "SELECT value FROM Cache WHERE key = ? AND raw = 1 AND mode = 1"
_PRINTED: Final = re.compile(rb"(?s)(?=([0-9a-f]{64}).{8,40}?([0-9a-f]{16} \{))")
"""A row as its bytes stand in the file: the key, a few numbers, the text."""
_ON_A_PAGE: Final = 4096
"""Bytes of the longest text that stands in one piece."""
_READER: Final = json.JSONDecoder()


def is_damage(error: Exception) -> bool:
    """Whether what a database raised says that its content is damaged, or of a form that this version does not know."""
    if isinstance(error, OSError | MemoryError | diskcache.Timeout | sqlite3.ProgrammingError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    return code is None or code == sqlite3.SQLITE_IOERR_SHORT_READ or code & 0xFF not in _OUTSIDE


def check(folder: Path) -> None:
    """Look a database through, unless it is large.

    A damaged index can hide answers without a word: they would be asked for again.

    Raises:
        sqlite3.DatabaseError: it is damaged somewhere.
    """
    path = folder / DATABASE
    if path.stat().st_size > _LOOKED_THROUGH:
        return
    with closing(sqlite3.connect(path)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(said)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The lock under which a cache is opened and mended, which ends with its holder.

    Where no lock can be made, as beside a read-only folder, there is nothing to be mended either.
    """
    lock = folder.with_name(f"{folder.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(lock, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError:
        yield
        return
    with FileLock(lock, timeout=LOCK_SECONDS):
        yield


def adopt(folder: Path) -> None:
    """Put a mended cache in place whose mending was killed before that; to be called under the lock."""
    mended = _mended(folder)
    with suppress(FileNotFoundError):
        # Into a folder of somebody else's answers could have been put.
        ours = not hasattr(os, "geteuid") or mended.stat().st_uid == os.geteuid()
        if ours and not folder.exists():
            mended.rename(folder)


def mend(folder: Path, opened: Callable[[Path], Any], whole: Callable[[str, str], bool]) -> tuple[int, Path]:
    """Make a new cache of the rows that are ``whole``; the damaged one is moved aside, as it is.

    To be called under the lock. Returns how many rows were kept, and where the damaged folder lies now. Killed
    at any moment, it leaves the old cache or the new one. ``opened`` makes a diskcache in a folder.
    """
    new = _mended(folder)
    shutil.rmtree(new, ignore_errors=True)
    kept = 0
    with closing(opened(new)) as disk, disk.transact():
        for key, text in chain(readable(folder), found(folder)):
            if whole(key, text) and disk.add(key, text):
                kept += 1
    aside = next(
        place
        for number in count(1)
        if not (place := folder.with_name(f"{folder.name}.damaged-{number}")).exists()
    )
    folder.rename(aside)
    adopt(folder)
    return kept, aside


def readable(folder: Path) -> Iterator[tuple[str, str]]:
    """Key and text of every row that SQLite can read."""
    path = folder / DATABASE
    most = path.stat().st_size // _SMALLEST_ROW
    with closing(sqlite3.connect(path)) as connection:
        # Without it a database that was cut short is not read at all.
        connection.execute("PRAGMA writable_schema = ON")
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        at = in_vain = 0
        while at <= most and in_vain < _IN_VAIN:
            try:
                for number, key, text in connection.execute(_ROWS, (at,)):
                    if not at <= number <= most:
                        # A page that leads back to an earlier one, round and round.
                        raise sqlite3.DatabaseError("the rows are not in order")
                    at, in_vain = number + 1, 0
                    if isinstance(key, str) and isinstance(text, str):
                        yield key, text
                return
            except sqlite3.Error:
                at, in_vain = at + 1, in_vain + 1


def found(folder: Path) -> Iterator[tuple[str, str]]:
    """Key and text of what looks like a row in the bytes of the files; only its seal can tell whether it is one."""
    for name in (DATABASE, f"{DATABASE}-wal"):
        with suppress(OSError):
            content = (folder / name).read_bytes()
            for match in _PRINTED.finditer(content):
                start = match.start(2)
                text = content[start : start + _ON_A_PAGE].decode("utf-8", "replace")
                with suppress(ValueError):
                    _, end = _READER.raw_decode(text, text.index("{"))
                    yield match[1].decode(), text[:end]


def look_up(folder: Path, key: str) -> str | None:
    """The text under a key, read without writing anything anywhere; None where it cannot be read."""
    for how in ("mode=ro", "immutable=1"):
        with suppress(sqlite3.Error, OSError):
            address = f"file:{quote(str((folder / DATABASE).absolute()))}?{how}"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                row = connection.execute(_ROW, (key,)).fetchone()
            return row[0] if row and isinstance(row[0], str) else None
    return None


def _mended(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.mended")
