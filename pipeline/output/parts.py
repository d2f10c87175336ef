"""The files of lines of a run that goes on: they can be read as they grow, and a run that was killed goes on behind them.

Each is called ``records.jsonl.part`` and the like until the run is done. ``finished.jsonl.part`` says, document by document in the
order in which they were finished, where its lines end in each file, with a checksum over them; its first line says of
which run it is (:func:`pipeline.run.fingerprint`). A run with the same fingerprint takes over what is whole.
"""

import errno
import json
import os
import zlib
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

JOURNAL: Final = "finished.jsonl"
PART: Final = ".part"
_SORTED: Final = ".sorted"
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Finished:
    """A document of which nothing is left to do, as the journal has it: what a run counts of it."""

    number: int
    """Its place among the documents finished."""
    records: Mapping[str, int]
    """Records by type."""
    rejected: int
    questions: int


class _Head(BaseModel):
    """The journal's first line."""

    run: str


class _Counts(BaseModel):
    model_config = ConfigDict(strict=True)

    records: dict[str, int]
    rejected: int
    questions: int


class _Line(BaseModel):
    """A document in the journal; digest and counts where nothing of it failed."""

    model_config = ConfigDict(strict=True, val_json_bytes="hex")

    ends: tuple[int, ...]
    crc: int
    digest: bytes | None = None
    counts: _Counts | None = None


_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(slots=True)
class Parts:
    """The files called ``names`` in ``folder`` in the making. Every method raises ``OSError`` where the disk refuses."""

    folder: Path
    names: Sequence[str]
    run: str
    """The run's fingerprint."""
    afresh: bool = False
    """Whether nothing is taken over."""
    can_go_on: bool = False
    """Whether a later run could take over anything of what is there."""
    _files: dict[str, BinaryIO] = field(default_factory=dict)
    _journal: BinaryIO | None = None
    _made: list[str] = field(default_factory=list)
    """Which files this run has created; all of them once it has seen what of an earlier run it takes over."""
    _settled: dict[str, Path] = field(default_factory=dict)
    """What is put in place, by name."""
    _ends: "array[int]" = field(default_factory=lambda: array("Q"))
    """For each document finished the ends of its lines in all files."""
    _order: "array[int]" = field(default_factory=lambda: array("Q"))
    """The numbers of the documents of this run, in the order in which they were read."""
    _known: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    """By its digest the number of a document that an earlier run has finished, and where the journal has it."""

    def begin(self) -> None:
        """Open the files behind what an earlier run with the same fingerprint has finished."""
        for name in (*self.names, JOURNAL):
            if (self.folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self.folder / name))
            self._sorted(name).unlink(missing_ok=True)  # Left by a run that was killed.
            if not (there := self.path(name).exists()):
                self._made.append(name)
            self._files[name] = self.path(name).open("rb+" if there else "xb+")
        self._journal = self._files.pop(JOURNAL)
        whole = 0 if self.afresh else self._look_through(self._journal)
        self._made = [*self.names, JOURNAL]
        self._journal.seek(whole)
        self._journal.truncate()
        for at, file in enumerate(self._files.values()):
            file.seek(self._end(self.number - 1, at))
            file.truncate()
        if not whole:
            self._log({"run": self.run})

    @property
    def number(self) -> int:
        """Documents finished so far, those of an earlier run included."""
        return len(self._ends) // len(self.names)

    def path(self, name: str) -> Path:
        """Where the file called ``name`` is in the making."""
        return self.folder / f"{name}{PART}"

    def find(self, digest: bytes) -> Finished | None:
        """The document with this digest, as an earlier run has finished it."""
        if digest not in self._known:
            return None
        number, place = self._known[digest]
        assert self._journal is not None
        self._journal.seek(place)
        line = _Line.model_validate_json(self._journal.readline())
        self._journal.seek(0, os.SEEK_END)
        assert line.counts is not None
        return Finished(number, **line.counts.model_dump())

    def again(self, finished: Finished) -> None:
        """Take a document over as it is, behind those before it."""
        self._order.append(finished.number)

    def add(self, texts: Mapping[str, str], finished: Mapping[str, Any] | None = None) -> None:
        """Write a document's lines into all files; ``finished`` is for a later run (:meth:`find`), where nothing failed."""
        self._order.append(self.number)
        crc = 0
        for name, file in self._files.items():
            data = texts.get(name, "").encode()
            file.write(data)
            file.flush()
            crc = zlib.crc32(data, crc)
            self._ends.append(file.tell())
        ends = self._ends[-len(self.names) :].tolist()
        self._log({"ends": ends, "crc": crc, **(finished or {})})
        self.can_go_on = self.can_go_on or finished is not None

    def settle(self) -> dict[str, Path]:
        """Where, by name, the lines stand in the order in which the documents were read, without those not of this run.

        Where the files in the making are not so, these are copies: the journal tells the truth of them to the end.
        """
        moved = self._order != array("Q", range(self.number))
        if moved:
            for at, name in enumerate(self.names):
                self._sort(at, name)
        self._settled = {name: self._sorted(name) if moved else self.path(name) for name in self.names}
        return self._settled

    def close(self) -> None:
        """Let the files go, written to the disk itself."""
        for file in (*self._files.values(), self._journal):
            if file is not None and not file.closed:
                file.flush()
                os.fsync(file.fileno())
                file.close()

    def place(self, besides: Collection[str] = ()) -> None:
        """Put the files in place as settled, but those that another takes the place of (``besides``); let go of the rest."""
        for name, place in self._settled.items():
            if name not in besides:
                os.replace(place, self.folder / name)
        for name in (JOURNAL, *self.names):
            self.path(name).unlink(missing_ok=True)
            self._sorted(name).unlink(missing_ok=True)

    def discard(self) -> None:
        """Let the files go as they are, for a later run; they are removed where that would have nothing of them.

        What an earlier run left stays where it was not even looked through.
        """
        for file in (*self._files.values(), self._journal):
            with suppress(OSError):  # What could not be flushed is no line of the journal.
                if file is not None:
                    file.close()
        copies = [self._sorted(name) for name in self.names]
        for place in copies if self.can_go_on else (*copies, *map(self.path, self._made)):
            with suppress(OSError):
                place.unlink()

    def _end(self, number: int, at: int) -> int:
        return self._ends[number * len(self.names) + at] if number >= 0 else 0

    def _log(self, line: Mapping[str, Any]) -> None:
        assert self._journal is not None
        self._journal.write(json.dumps(line).encode() + b"\n")
        self._journal.flush()

    def _look_through(self, journal: BinaryIO) -> int:
        """Take in the documents that are whole; where the journal of them ends, 0 where it is another run's."""
        head = journal.readline()
        first = _parsed(_Head, head)
        if first is None or first.run != self.run:
            return 0
        place = len(head)
        for number, line in enumerate(iter(journal.readline, b"")):
            found = _parsed(_Line, line)
            if found is None or not self._is_whole(found):
                break
            if found.digest is not None and found.counts is not None:
                self._known[found.digest] = number, place
            place += len(line)
        self.can_go_on = bool(self._known)
        return place

    def _is_whole(self, found: _Line) -> bool:
        """Whether a document's lines are in the files as they were written; the files stand where the one before ends."""
        crc = 0
        if len(found.ends) != len(self.names):
            return False
        for at, (end, file) in enumerate(zip(found.ends, self._files.values(), strict=True)):
            begins = self._end(self.number - 1, at)
            if not begins <= end <= os.fstat(file.fileno()).st_size:
                return False
            for size in _pieces(end - begins):
                crc = zlib.crc32(file.read(size), crc)
        if crc == found.crc:
            self._ends.extend(found.ends)
        return crc == found.crc

    def _sorted(self, name: str) -> Path:
        return self.path(name + _SORTED)

    def _sort(self, at: int, name: str) -> None:
        with self.path(name).open("rb") as file, self._sorted(name).open("wb") as target:
            for start, end in self._stretches(at):
                file.seek(start)
                for size in _pieces(end - start):
                    target.write(file.read(size))
            target.flush()
            os.fsync(target.fileno())

    def _stretches(self, at: int) -> Iterator[tuple[int, int]]:
        """Where the lines of the documents of this run begin and end, neighbours put together."""
        start = end = 0
        for number in self._order:
            if (begins := self._end(number - 1, at) if number else 0) != end:
                yield start, end
                start = begins
            end = self._end(number, at)
        yield start, end


def _pieces(size: int) -> Iterator[int]:
    while size > 0:
        yield min(size, _PIECE)
        size -= _PIECE


def _parsed(model: type[_Model], line: bytes) -> _Model | None:
    """A line of the journal; None for one that was cut short or damaged."""
    try:
        return model.model_validate_json(line) if line.endswith(b"\n") else None
    except ValidationError:
        return None
