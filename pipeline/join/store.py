"""What is kept of each document until the run's end: rows of a database in a temporary file.

SQLite keeps a small one in memory and writes a large one to a file of its own, which is gone when it is closed.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pipeline.join.regions import placed
from pipeline.join.reprints import sample
from pipeline.records.link import names_of
from pipeline.results import DocumentResult
from schemas import AnyRecord

_TABLES: Final = """
CREATE TABLE document (n INTEGER PRIMARY KEY, name TEXT, paper TEXT, places TEXT);
CREATE TABLE named (n INTEGER, kind TEXT, name TEXT, records TEXT, PRIMARY KEY (n, kind, name)) WITHOUT ROWID;
CREATE TABLE called (n INTEGER, name TEXT, alias TEXT, start INTEGER, stop INTEGER, text TEXT, how TEXT,
                     entity TEXT);
CREATE TABLE post (n INTEGER, person TEXT, body TEXT, unit TEXT, position TEXT);
CREATE TABLE shingle (hash INTEGER, n INTEGER, PRIMARY KEY (hash, n)) WITHOUT ROWID;
CREATE TABLE sampled (n INTEGER PRIMARY KEY, hashes INTEGER, coarser INTEGER, shingles INTEGER, level INTEGER);
CREATE TABLE meant (n INTEGER, kind TEXT, name TEXT, entity TEXT, PRIMARY KEY (n, kind, name)) WITHOUT ROWID;
CREATE TABLE entity (id TEXT PRIMARY KEY, kind TEXT, name TEXT, region TEXT, source TEXT) WITHOUT ROWID;
CREATE TABLE fact (key TEXT, n INTEGER, at INTEGER, size INTEGER);
"""
_NO_FILE: Final = ""
"""What SQLite calls a database in a temporary file that is its own."""
_CACHE_KIB: Final = 65536


class Store:
    """The rows of one run. Every method may raise ``sqlite3.Error`` where the disk for temporary files is full."""

    def __init__(self) -> None:
        self.rows = sqlite3.connect(_NO_FILE, isolation_level=None, check_same_thread=False)
        # Nothing of it outlives the run, so nothing has to be safe on disk.
        self.rows.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_CACHE_KIB}; {_TABLES}"
        )
        self._documents = 0

    def close(self) -> None:
        """Let the rows and their file go."""
        self.rows.close()

    def add(self, result: DocumentResult) -> None:
        """Keep what joining needs of one document."""
        n = self._documents
        self._documents += 1
        paper = result.article.publication or result.document.source.metadata.get("publication")
        self.rows.execute("BEGIN")
        self.rows.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?)",
            (n, result.document.source.document, paper, json.dumps(_places(result.bodies))),
        )
        self._many(
            "named", 4, ((n, each.kind, each.name, json.dumps(each.records)) for each in result.entities)
        )
        text = result.document.public
        self._many(
            "called",
            8,
            (
                (n, one.name, one.alias, one.start, one.end, text[one.start : one.end], one.how, None)
                for one in result.called
            ),
        )
        self._many("post", 5, ((n, *post) for record in result.records for post in posts(record)))
        kept = sample(text)
        self._many("shingle", 2, ((each, n) for each in kept.hashes))
        self._many("sampled", 5, [(n, len(kept.hashes), kept.coarser, kept.shingles, kept.level)])
        self.rows.execute("COMMIT")

    def _many(self, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
        self.rows.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * columns)})", rows)

    def meant(self, n: int) -> Mapping[tuple[str, str], str]:
        """The entity of each (kind, name) in document ``n``, once names are joined."""
        rows = self.rows.execute("SELECT kind, name, entity FROM meant WHERE n = ?", (n,))
        return {(kind, name): entity for kind, name, entity in rows}

    def numbers(self) -> Mapping[str, int]:
        """The number of each document by its name."""
        return dict(self.rows.execute("SELECT name, n FROM document"))

    def select(self, query: str, *values: object) -> Iterator[Any]:
        """The rows of a query, one after the other."""
        return self.rows.execute(query, values)


def posts(record: AnyRecord) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """(person, body, unit, position) for every person that a record ties to a body or to a post."""
    body, unit = getattr(record, "organization", None), getattr(record, "unit", None)
    position = getattr(record, "position", None)
    if body or position:
        for _, kind, name in names_of(record.type, record.facts()):
            if kind == "person":
                yield name, body, unit, position


def _places(bodies: Iterable[tuple[str, int]]) -> list[tuple[tuple[str, ...], int]]:
    """The places printed in the names of a document's bodies, with how often."""
    found: dict[tuple[str, ...], int] = {}
    for name, count in bodies:
        if place := placed(name).place:
            found[place] = found.get(place, 0) + count
    return list(found.items())
