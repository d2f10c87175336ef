"""A model file in the making: written beside its place, hashed on the way, moved there when it is right."""

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from pipeline.errors import ModelCorrupt
from pipeline.model.files import ModelFile, ModelSpec, remember_hash
from pipeline.model.progress import Report

BLOCK: Final = 1 << 20


class Assembly:
    """A context manager around the unfinished file ``.NAME.SUFFIX`` in the folder of ``target``.

    What was appended stays when the block is left by an error, so that ``keep`` can take it up next time. All
    methods raise OSError when the disk is full or the folder read-only.
    """

    def __init__(self, target: Path, spec: ModelSpec, report: Report, *, suffix: str) -> None:
        self._target, self._spec, self._report = target, spec, report
        self.path = target.with_name(f".{target.name}.{suffix}")
        self._digest = hashlib.sha256()
        self._done = 0

    def __enter__(self) -> Self:
        self._stream = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def keep(self, piece_bytes: int) -> int:
        """Keep as many whole pieces as an earlier attempt left, at most all but the last; return how many."""
        size = os.fstat(self._stream.fileno()).st_size
        pieces = min(size, self._spec.size - 1) // piece_bytes
        self._stream.truncate(pieces * piece_bytes)
        while block := self._stream.read(BLOCK):
            self._count(block, "checking what is there")
        return pieces

    def append(self, stream: IO[bytes], what: str) -> None:
        """Write the rest of ``stream`` and see it safe on the disk."""
        while block := stream.read(BLOCK):
            self._stream.write(block)
            self._count(block, what)
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def finish(self) -> ModelFile:
        """Move the file to its place. Raises ModelCorrupt, and removes it, when it is not the right one."""
        sha256 = self._digest.hexdigest()
        self._stream.close()
        if sha256 != self._spec.sha256:
            self.path.unlink()
            raise ModelCorrupt(
                f"What was put together is not {self._spec.name}: it has SHA-256 {sha256}"
                f" instead of {self._spec.sha256}.",
                next_step="It was removed; install again: python -m pipeline model install",
            )
        return put_in_place(self.path, self._target, sha256, self._spec.name)

    def _count(self, block: bytes, what: str) -> None:
        self._digest.update(block)
        self._done += len(block)
        self._report(self._done, self._spec.size, what)


def put_in_place(finished: Path, target: Path, sha256: str, name: str) -> ModelFile:
    """Move a model's file of that hash to its place in one step, once it is safe on the disk."""
    with finished.open("rb+") as stream:
        os.fsync(stream.fileno())
    os.replace(finished, target)
    remember_hash(target, sha256)
    return ModelFile(target.resolve(), sha256, name)
