"""A corpus through a whole run: ``python -m tests.bench.streams [DOCUMENTS]``; 100,000 unless told otherwise, half an hour.

Three runs over the same made-up articles against an endpoint that answers at once: one from an empty cache that is killed after 95 %,
the same command again, which finds its place, and one over the first 10,000 that finds all answers in the cache. Of
each: documents a second, most memory, seconds until the first record can be read.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.corpus import articles
from tests.bench.endpoint import running
from tests.run.answering_server import MODEL

COMMAND: Final = (sys.executable, "-m", "pipeline", "run", "--concurrency", "64")
WARM: Final = 10_000
"""Documents of the run that finds all answers in the cache."""
_LOOKS: Final = 0.1
"""Seconds between two looks at a run."""


@dataclass(slots=True)
class Stream:
    """What a run over a corpus took."""

    seconds: float = 0.0
    first_record: float = 0.0
    """Seconds until the first record could be read."""
    place: float = 0.0
    """Seconds until the first document behind those taken over was written."""
    memory: dict[int, float] | None = None
    """Megabytes held, by documents finished."""


class Bench:
    """Runs over ``documents`` made-up articles, in a folder of their own, with a cache of their own."""

    def __init__(self, folder: Path, documents: int, url: str) -> None:
        self.documents = documents
        self._folder = folder
        self._corpus = folder / "corpus.jsonl"
        with self._corpus.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in articles(documents))
        self._variables = {
            **os.environ,
            "PIPELINE_HOME": str(folder / "home"),
            "PIPELINE_MODEL": MODEL,
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "none",
        }

    def run(self, out: str, *more: str, stop: Callable[[int], bool] = lambda finished: False) -> Stream:
        """One run into a folder; killed as soon as ``stop`` says so by the documents finished."""
        place = self._folder / out
        before = _lines(place / "finished.jsonl.part")
        found = Stream(memory={})
        started = time.perf_counter()
        with subprocess.Popen(
            [*COMMAND, str(self._corpus), "--out", str(place), *more],
            env=self._variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            looked = Growing(place / "finished.jsonl.part")
            while process.poll() is None:
                found.seconds = time.perf_counter() - started
                finished = looked.lines() - 1
                if not found.first_record and _size(place / "records.jsonl.part"):
                    found.first_record = found.seconds
                if before and not found.place and finished >= before:
                    found.place = found.seconds
                assert found.memory is not None
                found.memory[finished] = max(_held(process.pid), found.memory.get(finished, 0))
                if stop(finished):
                    process.send_signal(signal.SIGKILL)
                time.sleep(_LOOKS)
        if process.returncode not in (0, -signal.SIGKILL):
            raise SystemExit(f"The run into {place} ended with {process.returncode}.")
        return found

    def summary(self, out: str) -> Any:
        """What a run says of itself."""
        return json.loads((self._folder / out / "run.json").read_text("utf-8"))

    def ledger(self, out: str) -> int:
        """Documents that a run's ledger names."""
        with (self._folder / out / "ledger.jsonl").open("rb") as file:
            return len({json.loads(line)["document"] for line in file})


class Growing:
    """Counts the lines of a file that grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = self._lines = 0

    def lines(self) -> int:
        """The lines so far."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            return self._lines
        self._read += len(data)
        self._lines += data.count(b"\n")
        return self._lines


def _lines(path: Path) -> int:
    return Growing(path).lines()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _held(pid: int) -> float:
    """Megabytes that a process holds now, where the system tells; else 0."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except (OSError, ProcessLookupError):
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0
    )


def main(documents: int = 100_000) -> None:
    """Measure, and say it line by line."""
    with tempfile.TemporaryDirectory() as folder, running(0.0) as url:
        bench = Bench(Path(folder), documents, url)
        most = int(0.95 * documents)
        _tell(
            "empty cache, killed after 95 %", bench.run("out", stop=lambda finished: finished >= most), most
        )
        again = bench.run("out")
        _tell("the same command again", again, documents - most)
        told = bench.summary("out")
        print(f"  found its place after {again.place:.1f} s; {told['documents']}, {told['calls']}")
        print(f"  the ledger names {bench.ledger('out'):,} documents")
        some = min(documents, WARM)
        _tell("every answer in the cache", bench.run("warm", "--limit", str(some)), some)


def _tell(name: str, stream: Stream, documents: int) -> None:
    rate = documents / stream.seconds
    print(f"{name}: {documents:,} documents in {stream.seconds:.1f} s, {rate:.0f} a second")
    held = stream.memory or {0: 0.0}
    last = max(held)
    steps = (0.1, 0.25, 0.5, 0.75, 1.0)
    at = [max((each for each in held if each <= step * last), default=0) for step in steps]
    print(f"  first record after {stream.first_record:.1f} s; most memory {max(held.values()):.0f} MB")
    print("  held: " + ", ".join(f"{each:,} documents {held.get(each, 0):.0f} MB" for each in at), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
