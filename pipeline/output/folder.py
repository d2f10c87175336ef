"""A run's folder: claimed by one run at a time, and changed only when everything new has been written."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO

from filelock import FileLock, Timeout

from pipeline.errors import OutputError, UsageError
from pipeline.output.parts import Parts
from pipeline.output.tree import Tree

_LOCK: Final = ".lock"
_FULL: Final = "Free some space, or choose a folder on another disk with --out; finished answers are kept."
_NEXT_STEPS: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENOTDIR: "A file stands where a folder is needed; choose another folder with --out.",
    errno.EEXIST: "A file stands where a folder is needed; choose another folder with --out.",
    errno.EISDIR: "A folder stands where a file is needed; choose another folder with --out.",
}
_ELSEWHERE: Final = "Choose a folder that you may write to with --out."


class Folder:
    """The folder ``path``, created where it is missing and locked until :meth:`commit` or :meth:`discard`.

    The files called ``names`` are written beside their places, under names of their own, and then put in
    place one by one, after the files of ``parts`` and the pages of the folder ``pages`` inside it, where there
    are any; the last of ``names`` then says that all are there. Raises ``UsageError`` where another run holds
    the folder, ``OutputError`` where it cannot be written.
    """

    def __init__(
        self, path: Path, names: Iterable[str], pages: str | None = None, parts: Parts | None = None
    ) -> None:
        self.path = path
        self._names = tuple(names)
        self._open: dict[str, TextIO] = {}
        self._pages = Tree(path, pages) if pages else None
        self._parts = parts
        self._lock = FileLock(path / _LOCK, blocking=False)
        with writing(path):
            self._created = not path.exists()
            path.mkdir(mode=0o755, parents=True, exist_ok=True)
            self._claim()
            try:
                if self._parts:
                    self._parts.begin()
                if self._pages:
                    self._pages.begin()
                for name in self._names:
                    self._open[name] = self._begin(name)
            except BaseException:
                self.discard()
                raise

    def write(self, name: str, text: str) -> None:
        """Add ``text`` to the new file called ``name``."""
        with writing(self.path):
            self._open[name].write(text)

    def so_far(self, name: str) -> Path:
        """Where the new file called ``name`` lies until it is put in place, with all that was written to it."""
        with writing(self.path):
            self._open[name].flush()
        return self._new(name)

    def write_page(self, name: str, pieces: Iterable[str]) -> None:
        """Write the new page called ``name``."""
        assert self._pages
        with writing(self.path):
            self._pages.write(name, pieces)

    def commit(self) -> None:
        """Put the new files in place, in the order of their names given, and let the folder go.

        Whatever can run out of space does so before the first old file is replaced.
        """
        with writing(self.path):
            for file in self._open.values():
                file.flush()
                os.fsync(file.fileno())
                file.close()
            if self._parts:
                self._parts.close()
                # Whoever finds old and new files side by side must not find an old run that says it is finished.
                (self.path / self._names[-1]).unlink(missing_ok=True)
                self._parts.place(besides=self._names)
            if self._pages:
                self._pages.commit()
            for name in self._names:
                os.replace(self._new(name), self.path / name)
            _sync_folder(self.path)
        self._release()

    def discard(self) -> None:
        """Remove the new files, and the folder where it was made for them; earlier files stay as they are."""
        if self._parts:
            self._parts.discard()
        if self._pages:
            self._pages.discard()
        for file in self._open.values():
            with suppress(OSError):  # What could not be flushed is thrown away all the same.
                file.close()
        for name in self._names:
            with suppress(OSError):
                self._new(name).unlink()
        self._release()
        if self._created:
            with suppress(OSError):
                self.path.rmdir()

    def _claim(self) -> None:
        """Take the lock and write down who holds it."""
        try:
            self._lock.acquire()
        except Timeout:
            raise UsageError(
                f"{self.path}: another run{_holder(self.path)} is writing into this folder.",
                next_step="Wait until it is done, or choose another folder with --out.",
            ) from None
        with suppress(OSError):  # Where a locked file cannot be written, the holder stays unnamed.
            (self.path / _LOCK).write_text(f"{os.getpid()}\n", encoding="ascii")

    def _release(self) -> None:
        if self._lock.is_locked:
            # Safe while it is held: whoever takes the lock then looks whether its file is still there.
            with suppress(OSError):
                (self.path / _LOCK).unlink()
            self._lock.release()

    def _begin(self, name: str) -> TextIO:
        place = self.path / name
        if place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
        new = self._new(name)
        new.unlink(missing_ok=True)  # Left by a run that was killed.
        return new.open("x", encoding="utf-8", newline="\n")

    def _new(self, name: str) -> Path:
        return self.path / f".{name}.new"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` into an ``OutputError`` that names the folder ``path`` and says what to do."""
    try:
        yield
    except OSError as error:
        step = _NEXT_STEPS.get(error.errno or 0, _ELSEWHERE)
        raise OutputError(
            f"{path}: the results cannot be written: {error.strerror or error}.", next_step=step
        ) from error


def _holder(path: Path) -> str:
    """`` (process 4711)`` where the lock file says so, else nothing."""
    try:
        return f" (process {int((path / _LOCK).read_text(encoding='ascii'))})"
    except (OSError, ValueError):
        return ""


def _sync_folder(path: Path) -> None:
    """Make the new names last through a power cut, where folders can be synced at all."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with suppress(OSError):
                os.fsync(handle)
        finally:
            os.close(handle)
