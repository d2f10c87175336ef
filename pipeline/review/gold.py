"""Gold files of what a person decided: the guide's format, with a version and where it comes from."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.output.folder import writing
from pipeline.output.lines import to_json
from pipeline.output.stored import Stored
from pipeline.review.desk import Desk
from pipeline.review.kept import article_of, kept, still_open
from pipeline.review.state import DECIDED, State
from schemas import AnyRecord, Evidence
from schemas.gold import GoldDocument, load_gold

GUIDE: Final = 2
"""The version of the record guide that the page's types and fields follow."""
MANIFEST: Final = "SHA256SUMS"

Undecided = Literal["refuse", "keep", "drop"]
_UNSAFE: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one document: its file and version, or (``path`` None) how many records are undecided."""

    document: str
    path: Path | None
    version: int = 0
    undecided: int = 0


def write(desk: Desk, out: Path, undecided: Undecided = "refuse") -> list[Written]:
    """A gold file in ``out`` for every document in which something was decided.

    ``undecided`` says what becomes of a document with records that nobody looked at: none is written, or those records
    are kept (as earlier gold has them, where there is some), or left out. A file that would say the same as before is left
    alone; else its version rises by one.

    Raises ``UsageError`` where a file there is no gold file, ``OutputError`` where it cannot be written.
    """
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    known = {gold.document: (path, gold) for path, gold in golds(out)}
    found = []
    for document in desk.run.documents:
        state = desk.state(document)
        open_ones = still_open(desk, document, state)
        if not state.active and open_ones:
            continue
        if open_ones and undecided == "refuse":
            found.append(Written(document.name, None, undecided=open_ones))
            continue
        path, before = known.get(document.name) or (_place(out, document.name), None)
        version = _write_one(path, desk, document, state, before, keep=undecided == "keep")
        found.append(Written(document.name, path, version, open_ones))
    _list(out, [one.path for one in found if one.path])
    return found


def golds(folder: Path) -> list[tuple[Path, GoldDocument]]:
    """The gold files of a folder. Raises ``UsageError`` where one cannot be read."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append((path, load_gold(path)))
        except (OSError, ValidationError):
            raise UsageError(
                f"{path}: this is no gold file.", next_step="Name a folder that has gold files only."
            ) from None
    return found


def records_of(gold: GoldDocument, text: str) -> tuple[AnyRecord, ...]:
    """The records of a gold file with their evidence cut out of ``text``, and ids by their place: ``gold-1`` …"""
    return tuple(
        one.record.model_copy(
            update={
                "id": f"gold-{number}",
                "document": gold.document,
                "evidence": tuple(
                    Evidence(start=start, end=end, text=text[start:end]) for start, end in one.evidence
                ),
            }
        )
        for number, one in enumerate(gold.records, 1)
    )


def _write_one(
    path: Path,
    desk: Desk,
    document: Stored,
    state: State,
    before: GoldDocument | None,
    *,
    keep: bool,
) -> int:
    """Write one file, unless it says the same already; the version that stands there now."""
    base = before or desk.gold.get(document.name)
    values = _values(desk, document, state, base.version + 1 if base else 1, keep)
    try:
        gold = GoldDocument.model_validate(values)  # A file that the harness refuses is never written.
    except ValidationError:
        raise UsageError(
            f"{document.name}: a record without evidence cannot be gold.",
            next_step="Select its sentence in the review, or reject it.",
        ) from None
    if before is not None and _facts(before) == _facts(gold):
        return before.version
    with writing(path.parent):
        new = path.with_name(f".{path.name}.new")
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.write(to_json(values, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    return gold.version


def _values(desk: Desk, document: Stored, state: State, version: int, keep: bool) -> dict[str, Any]:
    entries = list(kept(desk, document, state, undecided=keep))
    counts = Counter(status for status, _ in entries)
    return {
        "document": document.name,
        "sha256": document.sha256,
        "guide": GUIDE,
        "version": version,
        "provenance": {
            "reviewers": sorted({one.by for one in state.active}),
            "time": max(one.at for one in state.active).isoformat() if state.active else None,
            "run": desk.run.hash,
            "decisions": {name: counts[name] for name in (*DECIDED, "undecided") if counts[name]},
        },
        "article": article_of(desk, document, state).model_dump(mode="json", exclude={"document"}),
        "records": [_record(record) for _, record in entries if record],
    }


def _record(record: AnyRecord) -> dict[str, Any]:
    facts = record.model_dump(mode="json", include={"type", *record.facts()})
    return facts | {"evidence": [[piece.start, piece.end] for piece in record.evidence]}


def _facts(gold: GoldDocument) -> tuple[object, ...]:
    """What a gold file says of its document, less who says so, and when."""
    return gold.sha256, gold.guide, gold.article, gold.records


def _place(out: Path, document: str) -> Path:
    """A file's name for a document: its own without the ending, where that is safe and free."""
    stem = _UNSAFE.sub("_", Path(document).stem).strip("._") or "document"
    path = out / f"{stem}.json"
    if path.exists():
        path = out / f"{stem}-{hashlib.sha256(document.encode()).hexdigest()[:8]}.json"
    return path


def _list(out: Path, changed: Sequence[Path]) -> None:
    """Put the new hashes into the manifest, by which the harness sees that gold was altered; other lines stay."""
    manifest = out / MANIFEST
    with writing(out):
        lines = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
        known = {line[66:]: line[:64] for line in lines if line.strip()}
        known |= {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in changed}
        text = "".join(f"{digest}  {name}\n" for name, digest in sorted(known.items()))
        manifest.write_text(text, encoding="utf-8", newline="\n")
