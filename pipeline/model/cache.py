"""The answer cache: what was asked, word for word, and what was answered. It is the ledger of paid calls.

diskcache keeps it, with three rules of ours: text only (its pickles are refused, CVE-2025-69872), nothing is
ever evicted, and only finished, valid answers come in. Below it lies an optional read-only layer: answers
recorded for the bundled articles.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import diskcache

from pipeline.errors import CacheError

FORMAT: Final = 1
"""Version of the stored form; part of every key, so that another version's entries are simply not found."""
_LIMIT: Final = 1 << 50
_RAW: Final = 1


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


class TextDisk(diskcache.Disk):  # type: ignore[misc]
    """Keeps strings inside the SQLite file and refuses everything else, above all what would be unpickled."""

    def store(self, value: Any, read: bool, key: Any = None) -> tuple[int, int, None, str]:
        """Store a string; ``TypeError`` for anything else."""
        if not isinstance(value, str) or read:
            raise TypeError("the answer cache stores text only")
        return 0, _RAW, None, value

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> str:
        """Return a stored string; ``ValueError`` for a row that this class did not write."""
        if mode != _RAW or filename is not None or not isinstance(value, str):
            raise ValueError("the answer cache holds a row that is not text")
        return value

    def put(self, key: Any) -> tuple[str, bool]:
        """Keys are strings."""
        if not isinstance(key, str):
            raise TypeError("keys of the answer cache are strings")
        return key, True

    def get(self, key: Any, raw: bool) -> str:
        """Keys are strings; ``ValueError`` for a pickled one."""
        if not raw or not isinstance(key, str):
            raise ValueError("the answer cache holds a key that is not text")
        return key


class AnswerCache:
    """Answers on disk, over recorded answers. ``fresh`` looks nothing up, and still stores.

    Raises:
        CacheError: the folder or its database cannot be used.
    """

    def __init__(self, folder: Path, *, recorded: Path | None = None, fresh: bool = False) -> None:
        self._folder = folder
        self._fresh = fresh
        self._recorded = _read_recorded(recorded) if recorded else {}
        self._disk: diskcache.Cache | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._disk is not None:
            self._disk.close()

    def get(self, key: str) -> Entry | None:
        """The stored answer, else the recorded one, or None. A row that cannot be read counts as absent."""
        return None if self._fresh else self._stored(key) or self._recorded.get(key)

    def _stored(self, key: str) -> Entry | None:
        try:
            text = self._cache().get(key)
            return None if text is None else Entry.from_json(text)
        except ValueError:
            return None
        except Exception as error:
            raise self._broken(error) from error

    def put(self, key: str, entry: Entry) -> None:
        """Store a finished answer; on return it survives the end of the process."""
        try:
            self._cache().set(key, entry.to_json())
        except Exception as error:
            raise self._broken(error) from error

    def _cache(self) -> diskcache.Cache:
        if self._disk is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                old = os.umask(0o077)
                try:
                    self._disk = diskcache.Cache(
                        str(self._folder),
                        disk=TextDisk,
                        eviction_policy="none",
                        size_limit=_LIMIT,
                        cull_limit=0,
                    )
                finally:
                    os.umask(old)
            except Exception as error:
                raise self._broken(error) from error
        return self._disk

    def _broken(self, error: Exception) -> CacheError:
        """The error for what diskcache raised: on a damaged file that may be anything, so all is caught."""
        return CacheError(
            f"The answer cache in {self._folder} cannot be used: {error}.",
            next_step="Free some space, or move the folder away: what a new one lacks is asked again.",
        )


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
