"""The files that a run's arguments name: files, folders, globs. Nothing is opened here."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import DocumentError, UsageError

SUFFIXES = (".txt", ".md", ".jsonl")
STDIN = "-"

_TEXTS = "Give .txt, .md or .jsonl files, folders of them, or - for standard input."


def expand(paths: Sequence[str]) -> list[str | DocumentError]:
    """The files to read, sorted by path, each once, standard input last; what is refused stands as its error.

    ``UsageError`` where a path does not exist, a glob matches nothing, or nothing is left to read.
    """
    found: dict[str, str | DocumentError] = {}
    for path in dict.fromkeys(paths):
        if path != STDIN:
            for item in _files(path):
                name = item.document if isinstance(item, DocumentError) else item
                found.setdefault(os.path.realpath(name), item)
    ordered = [found[name] for name in sorted(found)]
    if STDIN in paths:
        ordered.append(STDIN)
    if not ordered:
        raise UsageError(
            f"There is nothing to read in {', '.join(paths) or 'no path at all'}.", next_step=_TEXTS
        )
    return ordered


def _files(path: str) -> Iterator[str | DocumentError]:
    """What one argument stands for."""
    if "\0" in path:
        raise UsageError("A path holds a NUL character.", next_step=_TEXTS)
    if os.path.lexists(path):
        yield from _folder(path, frozenset()) if os.path.isdir(path) else (_checked(path),)
        return
    matches = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []
    if not matches:
        what = "No file matches" if glob.has_magic(path) else "There is no file or folder"
        raise UsageError(f"{what} {path}.", next_step=_TEXTS)
    for match in matches:
        if os.path.isdir(match):
            yield from _folder(match, frozenset())
        elif _is_text(match):
            yield _checked(match)


def _folder(folder: str, above: frozenset[str]) -> Iterator[str | DocumentError]:
    """The text files under ``folder``, links followed; other files and hidden ones are passed over."""
    here = os.path.realpath(folder)
    if here in above:
        yield DocumentError(
            folder, "this link leads back into a folder above it.", next_step="Remove the link."
        )
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _unreadable(folder, error)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry.path):
            yield from _folder(entry.path, above | {here})
        elif _is_text(entry.name):
            yield _checked(entry.path)


def _is_text(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def _checked(path: str) -> str | DocumentError:
    """The path, or why it cannot be read."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        return _unreadable(path, error)
    if not stat.S_ISREG(mode):
        return DocumentError(
            path, "this is a pipe or device, not a file.", next_step="Use - to read standard input."
        )
    if not _is_text(path):
        suffix = Path(path).suffix or "no suffix"
        return DocumentError(path, f"{suffix} is not a kind of file that is read here.", next_step=_TEXTS)
    return path


def _unreadable(path: str, error: OSError) -> DocumentError:
    return DocumentError(
        path,
        f"it cannot be read ({error.strerror or error}).",
        next_step="Check the file and its permissions.",
    )
