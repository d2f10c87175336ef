"""The answer cache: what was asked, word for word, and what was answered. It is the ledger of paid calls.

diskcache keeps it, with four rules of ours: text only (its pickles are refused, CVE-2025-69872), nothing is
ever evicted, only finished, valid answers come in, and each is sealed, so that none comes out that was changed
on the disk. Below it lies an optional read-only layer: answers recorded for the bundled articles.
"""

import hashlib
import json
import logging
import os
import sqlite3
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import diskcache

from pipeline.errors import CacheError
from pipeline.model.mending import DATABASE, adopt, check, is_damage, locked, look_up, mend

FORMAT: Final = 1
"""Version of the stored form; part of every key, so that another version's entries are simply not found."""
_LIMIT: Final = 1 << 50
_RAW: Final = 1

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, failed attempts included; ``cached`` of ``prompt`` were not computed anew."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt + other.prompt, self.cached + other.cached, self.completion + other.completion
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished answer as it is stored: its JSON text, its tokens, and the seconds it took."""

    answer: str
    usage: Usage
    seconds: float

    def to_json(self) -> str:
        """The entry as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what ``to_json`` wrote; ``ValueError`` for anything else."""
        try:
            data = json.loads(text)
            usage = Usage(**{name: int(tokens) for name, tokens in data["usage"].items()})
            return cls(str(data["answer"]), usage, float(data["seconds"]))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("not a cache entry") from error


def key_of(request: Mapping[str, Any]) -> str:
    """SHA-256 of a request as it is sent (canonical JSON), with the form's version. It holds no secret."""
    text = json.dumps(
        {"format": FORMAT, **request}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


class NotText(ValueError):
    """A row or a key that this module did not write."""


class TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Keeps strings inside the SQLite file and refuses everything else, above all what would be unpickled."""

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, str]:
        """Store a string; ``TypeError`` for anything else."""
        if not isinstance(value, str) or read:
            raise TypeError("the answer cache stores text only")
        return 0, _RAW, None, value

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> str:
        """Return a stored string; ``NotText`` for a row that this class did not write."""
        if mode != _RAW or filename is not None or not isinstance(value, str):
            raise NotText("the answer cache holds a row that is not text")
        return value

    def put(self, key: Any) -> tuple[str, bool]:
        """Keys are strings."""
        if not isinstance(key, str):
            raise TypeError("keys of the answer cache are strings")
        return key, True

    def get(self, key: Any, raw: bool) -> str:
        """Keys are strings; ``NotText`` for a pickled one."""
        if not raw or not isinstance(key, str):
            raise NotText("the answer cache holds a key that is not text")
        return key


class AnswerCache:
    """Answers on disk, over recorded answers. ``fresh`` looks nothing up, and still stores.

    A damaged database is mended once: what is whole in it is kept, and the user is told. One that cannot be
    written to (a full disk, a read-only folder) still gives the answers that it has.

    Raises:
        CacheError: the folder or its database cannot be used.
    """

    def __init__(self, folder: Path, *, recorded: Path | None = None, fresh: bool = False) -> None:
        claim(folder)
        self._folder = folder
        self._fresh = fresh
        self._recorded = _read_recorded(recorded) if recorded else {}
        self._disk: diskcache.Cache | None = None
        self._proven: diskcache.Cache | None = None
        """The open database of which it is known that what is stored can be read."""
        self._opened_as = 0
        self._mended = False
        self._refused: CacheError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def get(self, key: str) -> Entry | None:
        """The stored answer, else the recorded one, or None. A row that cannot be read counts as absent."""
        if self._fresh:
            return None
        try:
            text = self._using(lambda disk: disk.get(key))
        except NotText:
            text = None
        except CacheError:
            text = look_up(self._folder, key)
            if text is None and key not in self._recorded:
                raise
        return _unsealed(key, text) or self._recorded.get(key)

    def put(self, key: str, entry: Entry) -> None:
        """Store a finished answer; on return it survives the end of the process."""
        text = _sealed(key, entry)

        def store(disk: diskcache.Cache) -> None:
            disk.set(key, text)
            if self._proven is not disk:
                # Where the damage is in the table's own description, SQLite changes no row and says nothing.
                if disk.get(key) != text:
                    raise sqlite3.DatabaseError("what is stored cannot be read")
                self._proven = disk

        self._using(store)

    def _using(self, use: Callable[[diskcache.Cache], Any]) -> Any:
        """What ``use`` makes of the database, which is mended where it is damaged."""
        for attempt in ("first", "last"):
            try:
                return use(self._cache())
            except (NotText, CacheError):
                raise
            except Exception as error:
                # On a damaged file diskcache may raise anything, so all is caught.
                if attempt == "last" or self._mended or not is_damage(error):
                    raise self._broken(error) from error
                self._mend()

    def _cache(self) -> diskcache.Cache:
        if self._refused:
            raise self._refused
        if self._disk is not None and self._opened_as != _file_number(self._folder):
            # Another process has mended it, and this one's file is the damaged one.
            self._close()
        if self._disk is None:
            try:
                with locked(self._folder):
                    adopt(self._folder)
                    self._opened_as = _file_number(self._folder)
                    self._disk = _opened(self._folder)
                    self._opened_as = _file_number(self._folder)
                    check(self._folder)
            except Exception as error:
                if is_damage(error):
                    raise
                # Once is enough: a lock that another process holds takes a minute to find out.
                self._refused = self._broken(error)
                raise self._refused from error
        return self._disk

    def _mend(self) -> None:
        """Mend the database, unless another process has done so; the next use opens it anew."""
        self._close()
        try:
            with locked(self._folder):
                if self._opened_as != _file_number(self._folder):
                    return
                kept, aside = mend(self._folder, _opened, lambda key, text: _unsealed(key, text) is not None)
                self._mended = True
        except Exception as error:
            raise self._broken(error) from error
        logger.warning(
            "The answer cache in %s was damaged, or is of another version: %d answers in it are whole and stay in use. "
            "The damaged one is kept in %s.",
            self._folder,
            kept,
            aside,
        )

    def _close(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    def _broken(self, error: Exception) -> CacheError:
        return CacheError(
            f"The answer cache in {self._folder} cannot be used: {error}.",
            next_step="Free some space, or move the folder away: what a new one lacks is asked again.",
        )


def claim(folder: Path) -> None:
    """Refuse a folder of somebody else's, who could have put answers there; close one of our own to others."""
    try:
        status = folder.stat()
    except OSError:  # Not there yet, or told as soon as it is used.
        return
    if not stat.S_ISDIR(status.st_mode) or not hasattr(os, "geteuid"):
        return
    if status.st_uid != os.geteuid():
        raise CacheError(
            f"The answer cache in {folder} belongs to another user (number {status.st_uid}) and is not used.",
            next_step="Name a folder of your own: PIPELINE_HOME=DIR.",
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        with suppress(OSError):  # Where modes cannot be changed the folder is used as it is.
            folder.chmod(0o700)


def _opened(folder: Path) -> diskcache.Cache:
    """A diskcache in a folder that only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    old = os.umask(0o077)
    try:
        return diskcache.Cache(
            str(folder), disk=TextDisk, eviction_policy="none", size_limit=_LIMIT, cull_limit=0
        )
    finally:
        os.umask(old)


def _file_number(folder: Path) -> int:
    """What tells a cache's file from another one that takes its place; 0 where there is none."""
    try:
        return (folder / DATABASE).stat().st_ino
    except OSError:
        return 0


def _sealed(key: str, entry: Entry) -> str:
    """An entry as its row has it: behind a seal by which damage to it, or to its key, shows."""
    text = entry.to_json()
    return f"{_seal(key, text)} {text}"


def _unsealed(key: str, text: str | None) -> Entry | None:
    """The entry in a row, or None for one that is not as it was written. Rows without a seal are older ones."""
    if text is None:
        return None
    if not text.startswith("{"):
        seal, _, text = text.partition(" ")
        if seal != _seal(key, text):
            return None
    try:
        return Entry.from_json(text)
    except ValueError:
        return None


def _seal(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _read_recorded(path: Path) -> dict[str, Entry]:
    """Entries by key, from a file of one JSON object a line; none where there is no such file."""
    if not path.is_file():
        return {}
    entries: dict[str, Entry] = {}
    # Not splitlines(): it would split at U+2028 inside an answer.
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            entries[str(data["key"])] = Entry.from_json(json.dumps(data))
        except (KeyError, TypeError, ValueError) as error:
            raise CacheError(
                f"{path}: line {number} is not a recorded answer.", next_step="Restore the file."
            ) from error
    return entries
