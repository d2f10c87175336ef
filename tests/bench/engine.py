"""The embedded engine beside llama.cpp's own benchmark: ``python -m tests.bench.engine [--llama-bench PATH]``.

Tokens a second: read, of a prompt of some 512 tokens that the engine has not seen; written, of an answer of 64 tokens, by one question
alone and by as many together as a run has in flight. Then how many prompt tokens of the five articles' recorded answers were computed,
and how many taken from the cache. ``llama-bench`` is llama.cpp's own program, on the same model with as many threads; it writes one answer.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import time
from pathlib import Path
from typing import Final

import httpx2

from pipeline.model.cache import Entry
from pipeline.model.endpoint import Endpoint
from pipeline.model.files import ModelFile, find_model
from pipeline.model.local import LocalEngine
from pipeline.model.machine import usable_cores
from pipeline.profiles import PROFILES
from pipeline.run import RECORDED

READ: Final = 512
WRITTEN: Final = 64
TOGETHER: Final = PROFILES["embedded"].concurrency
REPEATS: Final = 5
ALONE: Final = "written by one question"
ALL: Final = f"written by {TOGETHER} questions together"


async def ours(model: ModelFile) -> dict[str, list[float]]:
    """Tokens a second read and written, once for each repeat."""
    found: dict[str, list[float]] = {"read": [], ALONE: [], ALL: []}
    async with LocalEngine(model, in_flight=TOGETHER) as engine:
        endpoint = await engine.start()
        async with httpx2.AsyncClient(trust_env=False, timeout=600) as http:
            for repeat in range(REPEATS + 1):
                # Another beginning each time: nothing of the prompt is there already; the second time all of it is.
                text = f"{repeat}。" + "门诊楼启用。" * (READ // 5)
                rates = [
                    await _rate(http, endpoint, text, 1, "prompt_tokens"),
                    await _rate(http, endpoint, text, WRITTEN, "completion_tokens"),
                    await _rate(http, endpoint, text, WRITTEN, "completion_tokens", questions=TOGETHER),
                ]
                if repeat:
                    for taken, rate in zip(found.values(), rates, strict=True):
                        taken.append(rate)
    return found


async def _rate(
    http: httpx2.AsyncClient, endpoint: Endpoint, text: str, written: int, counted: str, *, questions: int = 1
) -> float:
    """Tokens a second of what a reply counts, of all questions together."""
    body = {
        "messages": [{"role": "user", "content": text}],
        "max_tokens": written,
        "temperature": 0,
        # Nothing that could end before it is as long as wanted.
        "grammar": f"root ::= [一-龥]{{{8 * written}}}",
    }
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    url = f"{endpoint.base_url}/chat/completions"
    began = time.perf_counter()
    replies = await asyncio.gather(*(http.post(url, json=body, headers=headers) for _ in range(questions)))
    took = time.perf_counter() - began
    return sum(int(reply.raise_for_status().json()["usage"][counted]) for reply in replies) / took


def theirs(program: Path, model: ModelFile) -> dict[str, list[float]]:
    """The same figures from llama.cpp's own benchmark."""
    command = [
        program,
        "-m",
        model.path,
        "-t",
        usable_cores(),
        "-p",
        READ,
        "-n",
        WRITTEN,
        "-r",
        REPEATS,
        "-o",
        "json",
    ]
    said = subprocess.run([str(each) for each in command], check=True, capture_output=True, text=True).stdout
    tests = {"read" if test["n_prompt"] else "written": test["samples_ts"] for test in json.loads(said)}
    return {
        ours: list(map(float, tests[name]))
        for ours, name in (("read", "read"), (ALONE, "written"), (ALL, "written"))
    }


def reuse() -> str:
    """How much of the prompts of the recorded answers was computed."""
    entries = [Entry.from_json(line) for line in RECORDED.read_text("utf-8").splitlines()]
    prompt, cached, written = (
        sum(getattr(each.usage, name) for each in entries) for name in ("prompt", "cached", "completion")
    )
    return (
        f"{len(entries)} recorded answers: {prompt:,} prompt tokens, {cached / prompt:.0%} of them from the prompt cache, "
        f"{prompt - cached:,} computed; {written:,} written"
    )


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--llama-bench", type=Path, metavar="PATH", help="llama.cpp's own benchmark program")
    args = parser.parse_args()
    model = find_model()
    mine = asyncio.run(ours(model))
    other = theirs(args.llama_bench, model) if args.llama_bench else {}
    for name, rates in mine.items():
        line = f"{name}: {_spread(rates)} tokens/s"
        if other:
            ratio = statistics.median(rates) / statistics.median(other[name])
            line += f"; llama-bench {_spread(other[name])}; ratio {ratio:.2f}"
        print(line)
    print(reuse())


def _spread(rates: list[float]) -> str:
    return f"{statistics.median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f})"


if __name__ == "__main__":
    main()
