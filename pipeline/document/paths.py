"""The files that a run's arguments name: files, folders, globs. Nothing is opened here."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from pipeline.document.inputs import kinds
from pipeline.document.names import shown
from pipeline.errors import DocumentError, UsageError

SUFFIXES = (".txt", ".md", ".jsonl", *kinds.SUFFIXES)
STDIN = "-"

_TEXTS = "Give .txt, .md, .jsonl, .pdf, .html or .docx files, folders of them, or - for standard input."


def expand(paths: Sequence[str]) -> list[str | DocumentError]:
    """The files to read, sorted by path, each once, standard input last; what is refused stands as its error.

    ``UsageError`` where none of the paths exists, or nothing is left to read.
    """
    found: dict[str, str | DocumentError] = {}
    missing: list[str] = []
    for path in dict.fromkeys(paths):
        if path == STDIN:
            continue
        matches = _matches(path)
        if not matches:
            missing.append(path)
            found.setdefault(os.path.realpath(path), _missing(path))
        for match in matches:
            for place, item in _files(match, named=match == path):
                found.setdefault(os.path.realpath(place), item)
    if missing and set(missing) == set(paths):
        raise UsageError(" ".join(_missing(path).message for path in missing), next_step=_TEXTS)
    ordered = [found[name] for name in sorted(found)]
    if STDIN in paths:
        ordered.append(STDIN)
    if not ordered:
        raise UsageError(
            f"There is nothing to read in {', '.join(map(shown, paths)) or 'no path at all'}.",
            next_step=_TEXTS,
        )
    return ordered


def _matches(path: str) -> list[str]:
    """The path itself, or what it matches as a glob; nothing where it names nothing."""
    if "\0" in path:
        raise UsageError("A path holds a NUL character.", next_step=_TEXTS)
    if os.path.lexists(path):
        return [path]
    return sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []


def _missing(path: str) -> DocumentError:
    what = "no file matches." if glob.has_magic(path) else "there is no such file or folder."
    return DocumentError(shown(path), what, next_step=_TEXTS)


_Found: TypeAlias = tuple[str, str | DocumentError]
"""A place, and what is there: the path to read, or why it is not read."""


def _files(path: str, *, named: bool) -> Iterator[_Found]:
    """The files that a path stands for; one that was not ``named`` is passed over where it is no text."""
    if os.path.isdir(path):
        yield from _folder(path, frozenset())
    elif named or _is_text(path):
        yield path, _checked(path)


def _folder(folder: str, above: frozenset[str]) -> Iterator[_Found]:
    """The text files under ``folder``, links followed; other files and hidden ones are passed over."""
    here = os.path.realpath(folder)
    if here in above:
        loop = "this link leads back into a folder above it."
        yield folder, DocumentError(shown(folder), loop, next_step="Remove the link.")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield folder, unreadable(folder, error)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry.path):
            yield from _folder(entry.path, above | {here})
        elif _is_text(entry.name):
            yield entry.path, _checked(entry.path)


def _is_text(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def _checked(path: str) -> str | DocumentError:
    """The path, or why it cannot be read."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return unreadable(path, error)
    if not stat.S_ISREG(mode):
        return DocumentError(
            shown(path), "this is a pipe or device, not a file.", next_step="Use - to read standard input."
        )
    if not _is_text(path):
        suffix = Path(path).suffix or "no suffix"
        return DocumentError(
            shown(path), f"{shown(suffix)} is not a kind of file that is read here.", next_step=_TEXTS
        )
    return path


def unreadable(path: str, error: OSError) -> DocumentError:
    """What to say of a file or folder that the system does not let read."""
    return DocumentError(
        shown(path),
        f"it cannot be read ({error.strerror or error}).",
        next_step="Check the file and its permissions.",
    )
