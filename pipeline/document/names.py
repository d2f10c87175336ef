"""Document ids: unique in a run, and harmless as part of a file name or a line on a terminal."""

import hashlib
import os
import re
import unicodedata

_LONGEST = 120


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


def clean(name: str) -> str:
    """``name`` without path separators, control and direction marks, in at most 120 characters.

    A longer name keeps its beginning and gets a hash of the whole, so that two of them stay apart.
    """
    plain = re.sub(r"[/\\:]+", "_", name)
    plain = "".join(character for character in plain if unicodedata.category(character)[0] not in "C")
    plain = " ".join(plain.split()).strip(". ") if not plain.strip(". ") else " ".join(plain.split())
    if len(plain) > _LONGEST:
        digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
        plain = f"{plain[: _LONGEST - 9]}~{digest}"
    return plain or "document"
