"""What the pipeline costs without the model, as ratios against something run beside it: ``make bench``.

The document stage beside OpenCC's conversion of the same text (which it contains); a run of the bundled articles in which every
answer is replayed beside a process that only imports the model client; and the same calls made by our client, by a bare
HTTP loop, by an instructor loop and, where it has an environment of its own, by LangExtract, on one endpoint that takes a fixed
time for each. One table; with ``--write`` also ``docs/benchmarks.md`` with its plot. Corpora: ``python -m tests.bench.streams``.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import opencc
from rich.console import Console
from rich.table import Table

from pipeline.document import prepare, read
from pipeline.document.columns import repaired
from pipeline.document.text import Document, Source
from tests.bench.endpoint import NOTHING, running
from tests.bench.figures import Figure, Loop, bars, markdown, spread
from tests.bench.loops import ANSWER, LOOPS, Took

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
SEEDS: Final = ROOT / "seeds"
BASELINES: Final = ROOT / ".venv-baselines/bin/python"
REPLAY: Final = (sys.executable, "-m", "pipeline", "run", "--offline", "--out")
IMPORT: Final = (sys.executable, "-c", "import openai, instructor")
LATENCY: Final = 0.2
IN_FLIGHT: Final = 64


def main() -> None:
    """Measure, and print one table: ours, beside it, ratio, and the spread over repeats."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--baselines", type=Path, default=BASELINES, help="the Python that has langextract")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")
    args = parser.parse_args()
    loops, calls = _calls(args.repeats, args.calls, args.baselines)
    figures = [_document_stage(args.repeats), _replayed_run(args.repeats), *calls]
    table = Table("figure", "ours", "beside it", "ratio (least to most)", title=f"{args.repeats} repeats")
    for each in figures:
        table.add_row(*each.row)
    Console().print(table)
    if args.write:
        title = f"{args.calls:,} calls of {LATENCY} s, {IN_FLIGHT} in flight: time over the ideal time"
        (DOCS / "benchmarks.svg").write_text(bars(title, loops), "utf-8")
        (DOCS / "benchmarks.md").write_text(_page(args.repeats, title, figures), "utf-8")


def _document_stage(repeats: int) -> Figure:
    sources = [source for source in read([str(SEEDS)]) if isinstance(source, Source)]
    converter = opencc.OpenCC("t2s")
    sentences = sum(len(prepare(source).sentences) for source in sources)
    ours, beside = _in_turn(
        repeats,
        lambda: _prepared(sources),
        lambda: [converter.convert(source.text) for source in sources],
    )
    return Figure(
        "document stage",
        f"{sentences / statistics.median(ours):,.0f} sentences/s",
        f"OpenCC's conversion alone: {sentences / statistics.median(beside):,.0f} sentences/s",
        _ratios(ours, beside),
    )


def _prepared(sources: Sequence[Source]) -> list[Document]:
    """The documents, nothing kept of the time before."""
    repaired.cache_clear()
    return [prepare(source) for source in sources]


def _replayed_run(repeats: int) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        ours, beside = _in_turn(repeats, lambda: _process(*REPLAY, folder), lambda: _process(*IMPORT))
    return Figure(
        "the five articles, all answers replayed",
        f"{statistics.median(ours):.2f} s",
        f"`import openai, instructor`: {statistics.median(beside):.2f} s",
        _ratios(ours, beside),
    )


def _calls(repeats: int, calls: int, baselines: Path) -> tuple[list[Loop], list[Figure]]:
    """The same calls in each way, in turn: over the ideal time, and beside each other."""
    took: dict[str, list[Took]] = {}
    for _ in range(repeats):
        for name, one in _each_way(calls, baselines):
            took.setdefault(name, []).append(one)
    ideal = calls * LATENCY / IN_FLIGHT
    loops = [Loop(name, [one.seconds / ideal for one in all_of]) for name, all_of in took.items()]
    ours = loops[0]
    figures = [
        Figure(
            f"{calls:,} calls of {LATENCY} s, {IN_FLIGHT} in flight, over the ideal time",
            spread(ours.over_ideal),
            f"{each.name}: {spread(each.over_ideal)}",
            _ratios(ours.over_ideal, each.over_ideal),
        )
        for each in loops[1:]
    ]
    processor = {name: [one.processor / calls * 1000 for one in all_of] for name, all_of in took.items()}
    figures += [
        Figure(
            "processor time of a call",
            f"{statistics.median(processor['ours']):.2f} ms",
            f"{name}: {statistics.median(each):.2f} ms",
            _ratios(processor["ours"], each),
        )
        for name, each in processor.items()
        if name != "ours" and any(each)
    ]
    return loops, figures


def _each_way(calls: int, baselines: Path) -> Iterator[tuple[str, Took]]:
    with running(LATENCY, ANSWER) as url:
        for name in LOOPS:
            said = _process(sys.executable, "-m", "tests.bench.loops", name, url, str(calls), str(IN_FLIGHT))
            yield name, Took(**json.loads(said))
    if baselines.exists():
        with running(LATENCY, NOTHING) as url:
            loop = (str(baselines), "-m", "tests.bench.langextract_loop")
            yield "LangExtract", Took(float(_process(*loop, url, str(calls), str(IN_FLIGHT))), 0.0)


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


def _ratios(ours: Sequence[float], beside: Sequence[float]) -> list[float]:
    return [mine / other for mine, other in zip(ours, beside, strict=True)]


def _process(*command: str) -> str:
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    return done.stdout


def _page(repeats: int, title: str, figures: Sequence[Figure]) -> str:
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return f"""# What the pipeline costs without the model

Written by `make bench ARGS=--write`: Python {platform.python_version()}, {os.cpu_count()} processors{load};
medians of {repeats} repeats, what stands in one row run in turn. A ratio is that of times in one repeat, ours to the
other's: below 1 ours is quicker.

{markdown(figures)}

![{title}](benchmarks.svg)

The ideal time is calls × latency ÷ calls in flight. The loops ask the same endpoint on this machine, which takes a fixed
time for each call: *ours* is the client of a run with an empty cache on disk; *bare* posts the same requests with httpx2
and reads JSON; *instructor* is its documented loop with the same response models; *LangExtract* (where its environment is
there) asks as often in its own way.
"""


if __name__ == "__main__":
    main()
