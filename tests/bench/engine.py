"""The embedded engine beside llama.cpp's own benchmark: ``python -m tests.bench.engine [--llama-bench PATH]``.

Tokens a second that the engine reads and writes, as it tells them itself with each answer: of a prompt of 512 tokens that it has not
seen, and of an answer of 128 tokens, one question at a time. Then how many prompt tokens of the five articles' recorded answers were
computed, and how many taken from the prompt cache. ``llama-bench`` is llama.cpp's own program, on the same model with as many threads.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
from pathlib import Path
from typing import Any, Final

import httpx2

from pipeline.model.cache import Entry
from pipeline.model.endpoint import Endpoint
from pipeline.model.files import ModelFile, find_model
from pipeline.model.local import LocalEngine
from pipeline.model.machine import usable_cores
from pipeline.run import RECORDED

READ: Final = 512
WRITTEN: Final = 128
REPEATS: Final = 5


async def ours(model: ModelFile) -> dict[str, list[float]]:
    """Tokens a second read and written, once for each repeat."""
    found: dict[str, list[float]] = {"read": [], "written": []}
    async with LocalEngine(model) as engine:
        endpoint = await engine.start()
        async with httpx2.AsyncClient(trust_env=False, timeout=600) as http:
            for repeat in range(REPEATS + 1):
                # Another beginning each time: nothing of the prompt is there already.
                told = await _asked(http, endpoint, f"{repeat}。" + "门诊楼启用。" * (READ // 5))
                if repeat:
                    found["read"].append(told["prompt_per_second"])
                    found["written"].append(told["predicted_per_second"])
    return found


async def _asked(http: httpx2.AsyncClient, endpoint: Endpoint, text: str) -> Any:
    body = {
        "messages": [{"role": "user", "content": text}],
        "max_tokens": WRITTEN,
        "temperature": 0,
        "ignore_eos": True,
    }
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    reply = await http.post(f"{endpoint.base_url}/chat/completions", json=body, headers=headers)
    return reply.raise_for_status().json()["timings"]


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
    return {name: list(map(float, tests[name])) for name in ("read", "written")}


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
