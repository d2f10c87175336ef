"""What the pipeline costs without the model, as ratios against something run beside it: ``make bench``.

Two figures: the document stage, in sentences a second, beside OpenCC's conversion of the same text (which it
contains); and a run of the bundled articles in which every answer is replayed, in seconds, beside a process
that only imports the model client.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import opencc
from rich.console import Console
from rich.table import Table

from pipeline.document import prepare, read
from pipeline.document.columns import repaired
from pipeline.document.text import Document, Source

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
REPLAY = (sys.executable, "-m", "pipeline", "run", "--offline", "--out")
IMPORT = (sys.executable, "-c", "import openai, instructor")


def main() -> None:
    """Measure, and print one table: ours, beside it, ratio, and the spread over repeats."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    table = Table("figure", "ours", "beside it", "ratio (min-max)", title=f"medians of {repeats} repeats")
    table.add_row(*_document_stage(repeats))
    table.add_row(*_replayed_run(repeats))
    Console().print(table)


def _document_stage(repeats: int) -> tuple[str, ...]:
    sources = [source for source in read([str(SEEDS)]) if isinstance(source, Source)]
    converter = opencc.OpenCC("t2s")
    sentences = sum(len(prepare(source).sentences) for source in sources)
    ours, beside = _in_turn(
        repeats,
        lambda: _prepared(sources),
        lambda: [converter.convert(source.text) for source in sources],
    )
    return (
        "document stage",
        f"{sentences / statistics.median(ours):,.0f} sentences/s",
        f"{sentences / statistics.median(beside):,.0f} sentences/s (OpenCC alone)",
        _ratio(ours, beside),
    )


def _prepared(sources: Sequence[Source]) -> list[Document]:
    """The documents, nothing kept of the time before."""
    repaired.cache_clear()
    return [prepare(source) for source in sources]


def _replayed_run(repeats: int) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        ours, beside = _in_turn(repeats, lambda: _process(*REPLAY, folder), lambda: _process(*IMPORT))
    return (
        "five articles, all answers replayed",
        f"{statistics.median(ours):.2f} s",
        f"{statistics.median(beside):.2f} s (import openai, instructor)",
        _ratio(ours, beside),
    )


def _in_turn(
    repeats: int, ours: Callable[[], object], beside: Callable[[], object]
) -> tuple[list[float], list[float]]:
    """Seconds of the two, taken in turn after one warm-up each, so that drift of the machine meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for repeat in range(repeats + 1):
        for kept, work in zip(times, (ours, beside), strict=True):
            started = time.perf_counter()
            work()
            if repeat:
                kept.append(time.perf_counter() - started)
    return times


def _ratio(ours: list[float], beside: list[float]) -> str:
    ratios = sorted(mine / other for mine, other in zip(ours, beside, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"


def _process(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
