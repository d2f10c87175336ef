"""What is on its way: every batch, its requests, and replies that wait for their questions.

One SQLite file beside the answer cache. What is about to be done is written down before, what was done after; each step is one
transaction. It holds hashes of requests and what was replied, no request and no key.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from pipeline.errors import CacheError, UsageError
from pipeline.model.cache import Usage, claim

_FILE: Final = "journal.db"
_LOCK: Final = "lock"
_WAIT_SECONDS: Final = 60.0
_TABLES: Final = """
BEGIN;
CREATE TABLE IF NOT EXISTS batch (
    name TEXT PRIMARY KEY, endpoint TEXT NOT NULL, model TEXT NOT NULL, planned REAL NOT NULL, state TEXT NOT NULL,
    requests INTEGER NOT NULL, most_prompt INTEGER NOT NULL, most_completion INTEGER NOT NULL, estimate REAL,
    file TEXT, id TEXT, outcome TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT '',
    answered INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    prompt INTEGER NOT NULL DEFAULT 0, cached INTEGER NOT NULL DEFAULT 0, completion INTEGER NOT NULL DEFAULT 0, cost REAL
);
CREATE TABLE IF NOT EXISTS request (id TEXT PRIMARY KEY, batch TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS request_batch ON request (batch);
CREATE TABLE IF NOT EXISTS reply (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS remote_file (id TEXT PRIMARY KEY, batch TEXT NOT NULL) WITHOUT ROWID;
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the journal knows it.

    ``state`` is ``planned`` (about to be submitted, or killed there), ``submitted`` or ``ended`` (its replies are here).
    ``estimate`` and ``cost`` are US dollars, None without prices; ``outcome`` is the endpoint's word for how it ended and ``said``
    what went wrong.
    """

    name: str
    endpoint: str
    model: str
    planned: float
    """Unix time."""
    state: str
    requests: int
    most_prompt: int
    most_completion: int
    estimate: float | None
    file: str | None = None
    """The input file's id at the endpoint."""
    id: str | None = None
    """The batch's id at the endpoint."""
    outcome: str = ""
    said: str = ""
    answered: int = 0
    failed: int = 0
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    cost: float | None = None

    @property
    def most(self) -> Usage:
        """The most tokens that its requests may use."""
        return Usage(prompt=self.most_prompt, completion=self.most_completion)

    @property
    def used(self) -> Usage:
        """Tokens that its replies used."""
        return Usage(self.prompt, self.cached, self.completion)


_COLUMNS: Final = tuple(field.name for field in fields(Batch))
_INSERT: Final = f"INSERT INTO batch ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class Journal:
    """The journal in a folder, as a context manager. Raises ``CacheError`` where it cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        claim(folder)
        with self._told():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            old = os.umask(0o077)
            try:
                self._database = sqlite3.connect(folder / _FILE, timeout=_WAIT_SECONDS)
                self._database.executescript(_TABLES)
            finally:
                os.umask(old)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def plan(self, batch: Batch, requests: Iterable[str]) -> None:
        """Write down a batch that is about to be submitted."""
        with self._told(), self._database:
            self._database.execute(_INSERT, [getattr(batch, column) for column in _COLUMNS])
            self._database.executemany(
                "INSERT INTO request (id, batch) VALUES (?, ?)", ((each, batch.name) for each in requests)
            )

    def uploaded(self, name: str, file: str) -> None:
        """The input file of a planned batch is at the endpoint."""
        with self._told(), self._database:
            self._database.execute("UPDATE batch SET file = ? WHERE name = ?", (file, name))

    def submitted(self, name: str, identity: str, file: str) -> None:
        """A planned batch is on its way."""
        with self._told(), self._database:
            self._database.execute(
                "UPDATE batch SET state = 'submitted', id = ?, file = ? WHERE name = ?",
                (identity, file, name),
            )

    def drop(self, name: str) -> None:
        """A planned batch was never created: its requests are to be asked again."""
        with self._told(), self._database:
            self._database.execute("DELETE FROM request WHERE batch = ?", (name,))
            self._database.execute("DELETE FROM batch WHERE name = ?", (name,))

    def ended(
        self,
        replies: Iterable[tuple[str, str]],
        outcome: Callable[[], Batch],
        files: Callable[[], Iterable[str]],
    ) -> Batch:
        """A batch has ended: its replies are kept, and none of its requests is on its way any more.

        ``outcome``, the batch as it ended, and ``files``, those at the endpoint that are to be deleted, are asked for once all replies
        are read.
        """
        with self._told(), self._database:
            self._database.executemany("INSERT OR REPLACE INTO reply (id, body) VALUES (?, ?)", replies)
            batch = outcome()
            self._database.execute("DELETE FROM request WHERE batch = ?", (batch.name,))
            self._database.execute("DELETE FROM batch WHERE name = ?", (batch.name,))
            self._database.execute(_INSERT, [getattr(batch, column) for column in _COLUMNS])
            self._database.executemany(
                "INSERT OR REPLACE INTO remote_file (id, batch) VALUES (?, ?)",
                ((each, batch.name) for each in files()),
            )
        return batch

    def deleted(self, file: str) -> None:
        """A file is no longer at the endpoint."""
        with self._told(), self._database:
            self._database.execute("DELETE FROM remote_file WHERE id = ?", (file,))

    def forget(self, requests: Iterable[str]) -> None:
        """The replies to these requests have done their work."""
        with self._told(), self._database:
            self._database.executemany("DELETE FROM reply WHERE id = ?", ((each,) for each in requests))

    def batches(self, endpoint: str) -> list[Batch]:
        """All batches at an endpoint, the oldest first."""
        rows = self._rows(
            f"SELECT {', '.join(_COLUMNS)} FROM batch WHERE endpoint = ? ORDER BY planned, name", endpoint
        )
        return [Batch(*row) for row in rows]

    def requests(self, name: str) -> set[str]:
        """The requests of a batch that are on their way."""
        return {str(row[0]) for row in self._rows("SELECT id FROM request WHERE batch = ?", name)}

    def is_on_its_way(self, request: str) -> bool:
        """Whether some batch has this request."""
        return bool(self._rows("SELECT 1 FROM request WHERE id = ?", request))

    def reply(self, request: str) -> str | None:
        """What was replied to a request, as long as it is of use."""
        rows = self._rows("SELECT body FROM reply WHERE id = ?", request)
        return str(rows[0][0]) if rows else None

    def files(self, endpoint: str) -> list[str]:
        """Files at an endpoint that are to be deleted."""
        return [
            str(row[0])
            for row in self._rows(
                "SELECT remote_file.id FROM remote_file JOIN batch ON batch.name = batch WHERE endpoint = ?",
                endpoint,
            )
        ]

    def _rows(self, query: str, value: str) -> list[Any]:
        with self._told(), closing(self._database.execute(query, (value,))) as cursor:
            return cursor.fetchall()

    def _told(self) -> AbstractContextManager[None]:
        return _told(self._folder)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The lock under which batches are submitted and collected, which ends with its holder.

    Raises:
        UsageError: another process holds it.
    """
    claim(folder)
    lock = FileLock(folder / _LOCK, blocking=False, mode=0o600)
    try:
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
    except Timeout:
        raise UsageError(
            f"Another command{_holder(folder)} is submitting or collecting batches.",
            next_step="Wait until it is done: python -m pipeline batch status.",
        ) from None
    try:
        with suppress(OSError):  # Where a locked file cannot be written, the holder stays unnamed.
            (folder / _LOCK).write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        lock.release()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:  # It is an OSError.
        raise
    except (sqlite3.Error, OSError) as error:
        raise CacheError(
            f"The journal of batches in {folder} cannot be used: {error}.",
            next_step="Free some space or mend the folder; batches on their way are at the endpoint and are not lost.",
        ) from error


def now() -> float:
    """Unix time, for the journal."""
    return time.time()


def _holder(folder: Path) -> str:
    try:
        return f" (process {int((folder / _LOCK).read_text(encoding='ascii'))})"
    except (OSError, ValueError):
        return ""
