"""What is kept of each document until the run's end: rows of a database in a temporary file.

SQLite keeps a small one in memory and writes a large one to a file of its own, which is gone when it is closed.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pipeline.join.namesakes import Namesakes, namesakes, told_apart
from pipeline.join.regions import placed
from pipeline.join.reprints import sample
from pipeline.records.link import names_of

Line = Mapping[str, Any]
"""A line of a run's file."""

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
CREATE TABLE open (text TEXT, scope TEXT, n INTEGER, name TEXT, reason TEXT, entity TEXT);
CREATE TABLE told (key TEXT, at INTEGER, line TEXT);
CREATE INDEX by_entity ON called (entity);
CREATE INDEX by_meant ON meant (entity);
CREATE INDEX by_post ON post (n, person);
CREATE INDEX by_document ON called (n);
"""
_NO_FILE: Final = ""
"""What SQLite calls a database in a temporary file that is its own."""
_CACHE_KIB: Final = 16384
_DIGEST: Final = 20
"""Hexadecimal digits of a key: 80 bits tell all facts of a corpus apart."""


class Store:
    """The rows of one run. Every method may raise ``sqlite3.Error`` where the disk for temporary files is full."""

    def __init__(self) -> None:
        self.rows = sqlite3.connect(_NO_FILE, isolation_level=None, check_same_thread=False)
        # Nothing of it outlives the run, so nothing has to be safe on disk.
        self.rows.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_CACHE_KIB}; {_TABLES}"
        )
        # One transaction, never ended: a row is not written to the file before there is no room for it.
        self.rows.execute("BEGIN")
        self._documents = 0

    def close(self) -> None:
        """Let the rows and their file go."""
        self.rows.close()

    def add(self, names: Line, article: Line, text: str, records: Sequence[Line]) -> None:
        """Keep what joining needs of one document: its lines as a run's files have them, and its text."""
        n = self._documents
        self._documents += 1
        self.rows.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?)",
            (n, names["document"], article.get("publication"), json.dumps(_places(names["bodies"]))),
        )
        self._many(
            "named", 4, ((n, kind, name, json.dumps(ids)) for (kind, name), ids in _named(records).items())
        )
        self._many(
            "called",
            8,
            (
                (n, one["name"], one["alias"], start, end, text[start:end], one["how"], None)
                for one in names["called"]
                for start, end in [(one["start"], one["end"])]
            ),
        )
        apart = namesakes(records)
        self._many("post", 5, ((n, *post) for record in records for post in _posts(record, apart)))
        kept = sample(text)
        self._many("shingle", 2, ((each, n) for each in kept.hashes))
        self._many("sampled", 5, [(n, len(kept.hashes), kept.coarser, kept.shingles, kept.level)])

    def _many(self, table: str, columns: int, rows: Iterable[tuple[Any, ...]]) -> None:
        self.rows.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * columns)})", rows)

    def meant(self, n: int) -> Mapping[tuple[str, str], str]:
        """The entity of each (kind, name) in document ``n``, once names are joined."""
        rows = self.rows.execute("SELECT kind, name, entity FROM meant WHERE n = ?", (n,))
        return {(kind, name): entity for kind, name, entity in rows}

    def numbers(self) -> Mapping[str, int]:
        """The number of each document by its name."""
        return dict(self.rows.execute("SELECT name, n FROM document"))

    def document(self, n: int) -> str:
        """The name of document ``n``."""
        return str(self.rows.execute("SELECT name FROM document WHERE n = ?", (n,)).fetchone()[0])

    def tell(self, key: str, at: int, line: Line) -> None:
        """Keep the record that stands ``at`` that place of the run, under what its fact hangs on."""
        digest = hashlib.sha256(key.encode()).hexdigest()[:_DIGEST]
        self.rows.execute("INSERT INTO told VALUES (?, ?, ?)", (digest, at, json.dumps(line)))

    def told(self) -> Iterator[tuple[str, str]]:
        """(key, record) of all records kept: those of one key together, in the order of the first of each key."""
        self.rows.execute("CREATE INDEX by_key ON told (key)")
        return self.rows.execute(
            "SELECT told.key, line FROM told JOIN (SELECT key, MIN(at) AS head FROM told GROUP BY key) USING (key) "
            "ORDER BY head, at"
        )

    def select(self, query: str, *values: object) -> Iterator[Any]:
        """The rows of a query, one after the other."""
        return self.rows.execute(query, values)


def named_in(record: Line, apart: Namesakes) -> Iterator[tuple[str, str, str, str]]:
    """(field, kind, name, name told apart) for every body and person that a record names."""
    for field, kind, name in names_of(record["type"], record):
        yield field, kind, name, told_apart(name, record, apart) if kind == "person" else name


def _named(records: Sequence[Line]) -> Mapping[tuple[str, str], list[str]]:
    """The ids of the records that name each (kind, name told apart)."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    apart = namesakes(records)
    for record in records:
        for _, kind, _, name in named_in(record, apart):
            found.setdefault((kind, name), {})[record["id"]] = None
    return {named: list(ids) for named, ids in found.items()}


def _posts(record: Line, apart: Namesakes) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """(person told apart, body, unit, position) for every person that a record ties to a body or to a post."""
    body, position = record.get("organization"), record.get("position")
    if body or position:
        for _, kind, _, name in named_in(record, apart):
            if kind == "person":
                yield name, body, record.get("unit"), position


def _places(bodies: Iterable[tuple[str, int]]) -> list[tuple[tuple[str, ...], int]]:
    """The places printed in the names of a document's bodies, with how often."""
    found: dict[tuple[str, ...], int] = {}
    for name, count in bodies:
        if place := placed(name).place:
            found[place] = found.get(place, 0) + count
    return list(found.items())
