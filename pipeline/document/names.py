"""Names of documents: ids, unique in a run, and paths in messages. All can be written and hold no private number."""

import hashlib
import os
import re
import unicodedata

from pipeline.document.redact import hide

_LONGEST = 120
_UNWRITABLE = re.compile("[\ud800-\udfff]")
"""Halves of characters: bytes of a file name that are no text, or escapes in JSON that have no second half."""


class Names:
    """Gives each document of a run its id. A name that is taken gets the folders above it as a suffix."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of_file(self, path: str) -> str:
        """The id of a text file: its name; ``stdin`` for standard input."""
        if path == "-":
            return self._unique("stdin", [])
        *folders, name = os.path.realpath(path).split(os.sep)
        return self._unique(os.path.basename(path) or name, folders)

    def of_line(self, name: str, path: str) -> str:
        """The id of a JSONL line, which names it itself; a name that is taken gets the file's as a suffix."""
        return self._unique(name, [] if path == "-" else os.path.realpath(path).split(os.sep))

    def _unique(self, name: str, folders: list[str]) -> str:
        candidate = clean(name)
        suffix = ""
        for folder in reversed(folders):
            if candidate not in self._taken:
                break
            suffix = f"~{folder}{suffix}"
            candidate = clean(name + suffix)
        number = 2
        while candidate in self._taken:
            candidate = clean(f"{name}{suffix}~{number}")
            number += 1
        self._taken.add(candidate)
        return candidate


def writable(text: str) -> str:
    """``text`` with U+FFFD for each half of a character, which no encoding can write."""
    return _UNWRITABLE.sub("\ufffd", text)


def shown(path: str) -> str:
    """``path`` as messages and results show it: private numbers masked, and nothing in it that steers a terminal."""
    return "".join(map(_escaped, hide(writable(path))))


def _escaped(character: str) -> str:
    """Control and direction marks and line ends as ``\\x1b``, ``\\u202e``; any other character as it is."""
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")
    return character.encode("unicode_escape").decode() if unseen else character


def clean(name: str) -> str:
    """``name`` without path separators, control and direction marks, in at most 120 characters.

    Private numbers are masked. A longer name keeps its beginning and gets a hash of the whole, so that two of
    them stay apart.
    """
    plain = re.sub(r"[/\\:]+", "_", writable(name))
    plain = "".join(character for character in plain if unicodedata.category(character)[0] not in "C")
    plain = " ".join(plain.split()).strip(". ") if not plain.strip(". ") else " ".join(plain.split())
    plain = hide(plain)
    if len(plain) > _LONGEST:
        # Of the masked name: a private number could be guessed from a hash of it.
        digest = hashlib.sha256(plain.encode()).hexdigest()[:8]
        plain = f"{plain[: _LONGEST - 9]}~{digest}"
    return plain or "document"
