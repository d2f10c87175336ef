"""Inputs drawn by the code that they reach, for the properties of tests/private/test_fuzz.py: ``make fuzz``, with atheris.

``python -m tests.fuzz [PROPERTY] [FLAG...]`` tries one property or all of them; flags are libFuzzer's (``-runs=1000``,
``-max_total_time=60``). An input that breaks a property is kept in hypothesis' database, where pytest finds it, shrinks it
and shows it, and as a file in ``.hypothesis/broke``, which can be named in place of flags to try it alone.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import MutableSequence
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Final

PROPERTIES: Final = "tests.private.test_fuzz"
RUNS: Final = "-runs=20000"
"""Tries for each property, where no flag says how many or how long."""
LIMITS: Final = ("-timeout=20", "-rss_limit_mb=2048", "-max_len=2000")
"""An expression that gets stuck and memory that is swallowed are failures, too."""
KEPT: Final = Path(".hypothesis/broke")
NOISE: Final = ("INFO:", "WARNING:", "#")
"""How lines of the fuzzer begin that say nothing of a failure."""


def fuzz(part: str, flags: list[str], log: Path, tried: MutableSequence[int]) -> None:
    """Try a property until a limit or a failure ends the process; counts all tries, and those that were inputs."""
    with log.open("wb") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["pipeline", "prompts", "schemas"]):
        check = import_module(PROPERTIES).FUZZED[part].hypothesis.fuzz_one_input

    used: dict[int, int] = {}
    inputs: set[int] = set()

    def one(data: bytes) -> None:
        tried[0] += 1
        # Too few bytes for all that a property draws are no input; nor are bytes behind those that it draws.
        drawn = check(data)
        if drawn is not None:
            inputs.add(hash(drawn))
            used[hash(data)] = len(drawn)
            tried[1] = len(inputs)

    def changed(data: bytes, longest: int, seed: int) -> bytes:
        """The bytes that a property drew, changed in one place, with more behind them."""
        drawn = data[: used.get(hash(data), longest)]
        return (bytes(atheris.Mutate(drawn, longest)) + Random(seed).randbytes(200))[:longest]

    atheris.Setup(["fuzz", f"-artifact_prefix={KEPT}/{part}-", *LIMITS, *flags], one, custom_mutator=changed)
    atheris.Fuzz()


def seeds(folder: Path) -> str:
    """A folder of bytes to begin with, of each length that a property may need: chance is slow to find long ones."""
    folder.mkdir()
    for length in (20, 60, 200, 600, 2000):
        (folder / str(length)).write_bytes(Random(length).randbytes(length))
    return str(folder)


def holds(part: str, flags: list[str]) -> bool:
    """Fuzz a property in a process of its own, and say how that went."""
    with tempfile.TemporaryDirectory() as folder:
        if all(flag.startswith("-") for flag in flags):
            flags = [*(flags or [RUNS]), seeds(Path(folder, "corpus"))]
        log = Path(folder, "log")
        context = get_context("spawn")
        tried = context.Array("Q", 2, lock=False)
        process = context.Process(target=fuzz, args=(part, flags, log, tried))
        process.start()
        process.join()
        print(f"{part}: {tried[1]:,} inputs in {tried[0]:,} tries", flush=True)
        if process.exitcode:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            print(*(line for line in lines if not line.startswith(NOISE)), sep="\n")
    return not process.exitcode


def main() -> int:
    """Fuzz one property, or each in turn; 1 where one broke."""
    if find_spec("atheris") is None:
        print(
            "Fuzzing by coverage is left out: atheris is not installed; not every Python has a build of it."
        )
        return 0
    # Not at the top: the processes must find the product not yet imported, to have it instrumented.
    parts = list(import_module(PROPERTIES).FUZZED)
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("property", nargs="?", choices=parts)
    asked, flags = parser.parse_known_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    broken = [part for part in ([asked.property] if asked.property else parts) if not holds(part, flags)]
    if broken:
        print(
            f"Broken: {', '.join(broken)}; the inputs lie in {KEPT}. Run pytest on tests/private/test_fuzz.py."
        )
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
