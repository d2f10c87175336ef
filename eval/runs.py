"""Stored runs: a folder each, put in place whole and never changed.

::

    eval/runs/20260101-120000-1a2b3c/
        records.jsonl articles.jsonl failures.jsonl … run.json    what the pipeline wrote
        counts.json                                               counts per document, level, type and field
        eval.json                                                 settings, signature, hashes of all files,
        figures, cost
"""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from eval.canonical import COMPARATOR_VERSION
from eval.errors import RunError
from eval.figures import figures, signature
from eval.gold import HOME, Gold, sha256
from eval.score import DocumentCounts
from schemas import RECORD_TYPES, SCHEMA_VERSION

FOLDER: Final = HOME / "runs"
INFO: Final = "eval.json"
COUNTS: Final = "counts.json"
PIPELINE: Final = "run.json"
LATEST: Final = "latest"
_UNFINISHED: Final = ".unfinished-"
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Run:
    """A stored run: its folder, and what ``eval.json`` says."""

    path: Path
    info: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Time and a hash of the contents."""
        return self.path.name

    @property
    def split(self) -> str:
        """The part of the gold that it was made over."""
        return str(self.info["split"])


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A folder to write a run into, beside the others; what is left of it at the end is removed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    except OSError as error:
        raise RunError(f"No run can be stored in {folder}: {error.strerror}.") from None
    try:
        yield path
    except OSError as error:
        raise RunError(f"The run cannot be stored in {folder}: {error}.") from None
    finally:
        shutil.rmtree(path, ignore_errors=True)


def store(path: Path, gold: Gold, split: str, documents: Sequence[DocumentCounts], seconds: float) -> Run:
    """Put the unfinished run at ``path`` in place, with counts and figures, its files read-only."""
    (path / _LOCK).unlink(missing_ok=True)
    summary = pipeline_summary(path)
    written(path / COUNTS, {"documents": [_counts(one) for one in documents]})
    hashes = {file.name: sha256(file) for file in sorted(path.iterdir())}
    signed = signature_of(gold, len(documents), summary)
    info = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "split": split,
        "gold": gold.hash,
        "guides": gold.guides,
        "signature": signed,
        "seconds": round(seconds, 3),
        "cost": cost(summary),
        "settings": summary.get("settings", {}),
        "figures": figures(documents, signed),
        "files": hashes,
    }
    written(path / INFO, info)
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{sha256(path / INFO)[:6]}"
    for file in path.iterdir():
        file.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    place = path.parent / name
    os.rename(path, place)
    return Run(place, info)


def find(folder: Path, name: str) -> Run:
    """The run of that id, beginning of an id, or path; ``latest`` is the newest.

    Raises:
        RunError: there is no such run or more than one, or its files are not those that were stored.
    """
    path = _folder_of(folder, name)
    info_file = path / INFO
    if not info_file.is_file():
        raise RunError(f"{path} is no stored run.", next_step="python -m eval run makes one.")
    try:
        info = dict(json.loads(info_file.read_text(encoding="utf-8")))
        files = dict(info["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{info_file} cannot be read: {error!r}.", next_step="Make the run again.") from None
    altered = [
        file for file, digest in files.items() if not (path / file).is_file() or sha256(path / file) != digest
    ]
    if altered:
        raise RunError(f"The run {path.name} was altered: {', '.join(altered)}.", next_step="Make it again.")
    return Run(path, info)


def stored(folder: Path) -> list[Path]:
    """The folders of all stored runs, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"*/{INFO}") if not path.parent.name.startswith("."))


def signature_of(gold: Gold, documents: int, summary: Mapping[str, Any]) -> str:
    """The signature of figures from predictions of which the pipeline says ``summary`` (or nothing)."""
    prompts = json.dumps(summary.get("hashes", {}), sort_keys=True)
    settings = summary.get("settings", {})
    return signature(
        gold.hash,
        documents,
        guide="+".join(map(str, gold.guides)),
        prompts=hashlib.sha256(prompts.encode()).hexdigest()[:8] if summary else "unknown",
        schemas=str(summary.get("schema_version", SCHEMA_VERSION)),
        comparators=COMPARATOR_VERSION,
        model=str(settings.get("model", "unknown")),
        profile=str(settings.get("profile", "unknown")),
        types=f"{len(settings['types'])}/{len(RECORD_TYPES)}" if "types" in settings else "unknown",
        **({"articles": "synthetic"} if gold.synthetic else {}),
    )


def pipeline_summary(path: Path) -> Mapping[str, Any]:
    """What the pipeline said about its run; empty where it said nothing."""
    file = path / PIPELINE
    if not file.is_file():
        return {}
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise RunError(f"{file} cannot be read: {error}.") from None


def cost(summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """Calls (replayed, live, failed), tokens, money and time of the pipeline's run."""
    return {name: summary.get(name) for name in ("calls", "tokens", "cost", "seconds")}


def written(path: Path, values: Mapping[str, Any]) -> None:
    """Write readable JSON."""
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _folder_of(folder: Path, name: str) -> Path:
    runs = stored(folder)
    if name == LATEST:
        if not runs:
            raise RunError(f"There is no run in {folder}.", next_step="python -m eval run makes one.")
        return runs[-1]
    if (Path(name) / INFO).is_file():
        return Path(name)
    matching = [path for path in runs if path.name.startswith(name)]
    if len(matching) != 1:
        known = ", ".join(path.name for path in runs[-5:]) or "none"
        what = "no run" if not matching else f"{len(matching)} runs"
        raise RunError(
            f"{what} of {folder} begin with {name}.".capitalize(), next_step=f"The last runs: {known}."
        )
    return matching[0]


def _counts(one: DocumentCounts) -> Mapping[str, Any]:
    return {
        "document": one.document,
        "failed": one.failed,
        "fields": {
            str(level): {f"{kind}.{name}": counts.row() for (kind, name), counts in cells.items()}
            for level, cells in one.fields.items()
        },
        "records": {kind: counts.row() for kind, counts in one.records.items()},
    }
