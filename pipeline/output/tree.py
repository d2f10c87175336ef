"""A folder of numbered pages inside a run's folder, written beside its place and put there page by page."""

import errno
import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

_PAGE: Final = re.compile(r"[0-9]{4,}\.html")
"""What a page is called; other files in the folder are somebody else's."""


class Tree:
    """The pages of ``path / name``; every method raises ``OSError`` where the disk refuses."""

    def __init__(self, path: Path, name: str) -> None:
        self._place = path / name
        self._new = path / f".{name}.new"
        self._pages: set[str] = set()

    def begin(self) -> None:
        """Refuse a place that is a file, and remove what a run that was killed left behind."""
        if self._place.exists() and not self._place.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self._place))
        shutil.rmtree(self._new, ignore_errors=True)

    def write(self, page: str, pieces: Iterable[str]) -> None:
        """Write a new page called ``page`` (``0001.html``)."""
        assert _PAGE.fullmatch(page)
        self._new.mkdir(mode=0o755, exist_ok=True)
        with (self._new / page).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        self._pages.add(page)

    def commit(self) -> None:
        """Put the new pages in place, and remove those of an earlier run; no folder is left without pages."""
        if self._pages:
            self._place.mkdir(mode=0o755, exist_ok=True)
            for page in self._pages:
                os.replace(self._new / page, self._place / page)
            self._new.rmdir()
        if self._place.is_dir():
            for old in self._place.iterdir():
                if _PAGE.fullmatch(old.name) and old.name not in self._pages:
                    old.unlink()
            with suppress(OSError):  # Not empty.
                self._place.rmdir()

    def discard(self) -> None:
        """Remove the new pages; earlier ones stay."""
        shutil.rmtree(self._new, ignore_errors=True)
