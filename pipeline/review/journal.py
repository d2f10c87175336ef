"""The journal of a review: one decision a line, on the disk before it is answered.

A killed program loses no decision that was answered. What it may leave is half a line at the end: that one was
never answered, reading passes over it, and the next opening cuts it off.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

from filelock import FileLock, Timeout
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from pipeline.document.redact import hide
from pipeline.errors import UsageError
from pipeline.output.folder import writing
from pipeline.output.lines import to_json
from schemas.enums import RecordType
from schemas.evidence import Offset
from schemas.values import Text

FILE: Final = "review.jsonl"
_LOCK: Final = ".review.lock"

Span = tuple[Offset, Offset]
Kind = Literal["accept", "correct", "reject", "add", "undo"]


class Decision(BaseModel):
    """One line of the journal. ``record`` is the id of the record, or ``article`` for what is known of the article.

    ``values`` are the fields that a correction sets, or all those of a record added; ``places`` says for each field where
    in the text its value was selected, ``evidence`` the spans that state the record where they were chosen anew. ``undoes``
    is the number of the decision that is taken back. ``run`` is the hash of the run that was looked at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int = Field(ge=1)
    at: AwareDatetime
    by: Text
    run: Text
    document: Text
    kind: Kind
    record: Text
    type: RecordType | None = None
    values: Mapping[str, Any] = Field(default_factory=dict)
    places: Mapping[str, tuple[Span, ...]] = Field(default_factory=dict)
    evidence: tuple[Span, ...] | None = None
    reason: str = ""
    undoes: int | None = None


def read(folder: Path) -> tuple[Decision, ...]:
    """The decisions in the journal of a run's folder, none where there is no journal; half a line at the end is left out.

    Raises ``UsageError`` where another line is no decision.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    return tuple(_decisions(path, _whole_lines(path.read_bytes())))


class Journal:
    """The journal of a run's folder, open for appending by one program at a time.

    Raises ``UsageError`` where another review holds it, ``OutputError`` where it cannot be written.
    """

    def __init__(self, folder: Path, by: str, run: str) -> None:
        self.path = folder / FILE
        self.by, self._run = by, run
        self._lock = FileLock(folder / _LOCK, blocking=False)
        with writing(folder):
            try:
                self._lock.acquire()
            except Timeout:
                raise UsageError(
                    f"{folder}: another review of this run is open.",
                    next_step="Go on there, or end it first.",
                ) from None
        with ExitStack() as undone:
            undone.callback(self._unlock)
            with writing(folder):
                self._file = undone.enter_context(self.path.open("ab", buffering=0))
                content = _whole_lines(self.path.read_bytes())
                self._size = self._file.truncate(len(content))
            self.decisions = list(_decisions(self.path, content))
            undone.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self._unlock()

    def planned(self, decisions: Iterable[Mapping[str, Any]]) -> list[Decision]:
        """The decisions as they would be appended: numbered, dated, signed, private numbers masked; nothing is written yet."""
        head = {"at": datetime.now(UTC), "by": self.by, "run": self._run}
        return [
            Decision.model_validate({"n": number} | head | _masked(values))
            for number, values in enumerate(decisions, self._last + 1)
        ]

    def append(self, decisions: Sequence[Decision]) -> None:
        """Write decisions down; when this returns, they are on the disk. Raises ``OutputError``, and then none is written."""
        lines = (to_json(one.model_dump(mode="json", exclude_defaults=True)) + "\n" for one in decisions)
        content = "".join(lines).encode()
        with writing(self.path.parent), self._all_or_nothing():
            left = content
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        self._size += len(content)
        self.decisions.extend(decisions)

    def _unlock(self) -> None:
        # Safe while it is held: whoever takes the lock then looks whether its file is there.
        with suppress(OSError):
            (self.path.parent / _LOCK).unlink()
        self._lock.release()

    @property
    def _last(self) -> int:
        return self.decisions[-1].n if self.decisions else 0

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """A full disk leaves no half line before the next decision."""
        try:
            yield
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise


def _masked(decision: Mapping[str, Any]) -> dict[str, Any]:
    """A decision with asterisks for the private numbers in what a person typed."""
    typed = {name: _hidden(decision[name]) for name in ("reason", "values") if name in decision}
    return dict(decision) | typed


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {name: _hidden(item) for name, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list | tuple) else value


def _whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _decisions(path: Path, content: bytes) -> Iterator[Decision]:
    last = 0
    for number, line in enumerate(content.splitlines(), 1):
        try:
            decision = Decision.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            raise _damaged(path, number) from None
        if decision.n <= last:
            raise _damaged(path, number)
        last = decision.n
        yield decision


def _damaged(path: Path, number: int) -> UsageError:
    return UsageError(
        f"{path}, line {number}: this is no decision of a review.",
        next_step="Mend or remove the line; the others are kept.",
    )
