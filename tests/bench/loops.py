"""The same calls made by this pipeline's client, by a bare HTTP loop and by an instructor loop: ``python -m tests.bench.loops``.

Each loop is measured in a process of its own, without its start: as many calls as wanted, so many in flight, on an
endpoint that takes a fixed time for each.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import instructor
import openai

from pipeline.cli import collect_seldom
from pipeline.model.cache import AnswerCache
from pipeline.model.client import Client, Decoding, Question
from pipeline.model.endpoint import Endpoint
from pipeline.profiles import PROFILES
from prompts.asked import LABELS, answer_model
from prompts.catalog import template
from prompts.render import messages
from prompts.strict import strict_schema
from tests.run.answering_server import MODEL

KEY: Final = "no-key-is-needed"
PROFILE: Final = PROFILES["frontier"]
TYPES: Final = PROFILE.groups[0]
FACT: Final = {"句": [1], "人": "何知远", "职务": "院长", "机构": "松岭县医院", "科室": ""}
ANSWER: Final = json.dumps({LABELS[each]: [FACT] if each == "appointment" else [] for each in TYPES})
"""A valid answer to each of the questions."""


def questions(number: int) -> list[Question]:
    """So many questions of the frontier profile, about three sentences each."""
    return [
        Question(
            tuple(messages(sentences, [template(each) for each in TYPES], style=PROFILE.style)),
            answer_model(TYPES, len(sentences)),
        )
        for sentences in (
            [f"{each}号楼启用。", "松岭县医院院长何知远出席会议。", "会议由副院长主持。"]
            for each in range(number)
        )
    ]


@dataclass(frozen=True, slots=True)
class Took:
    """What some calls took: seconds, and seconds of a processor."""

    seconds: float
    processor: float


Loop = Callable[[str, int, int], Coroutine[Any, Any, Took]]


async def ours(url: str, calls: int, in_flight: int) -> Took:
    """The client of a run, with an empty cache on disk."""
    collect_seldom()

    async def connect() -> Endpoint:
        return Endpoint(url, KEY, MODEL)

    with tempfile.TemporaryDirectory() as folder, AnswerCache(Path(folder) / "cache") as cache:
        client = Client(
            {"endpoint": url, "model": MODEL},
            connect,
            cache,
            decoding=Decoding(max_tokens=PROFILE.max_tokens),
            concurrency=in_flight,
        )
        asked = questions(calls)
        async with client:
            return await _took([client.ask(each) for each in asked], in_flight)


async def bare(url: str, calls: int, in_flight: int) -> Took:
    """The same requests posted as they are, and the replies read as JSON."""
    free = asyncio.Semaphore(in_flight)
    bodies = [_body(each) for each in questions(calls)]
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(timeout=600, limits=limits) as http:

        async def ask(body: dict[str, Any]) -> None:
            async with free:
                response = await http.post(f"{url}/chat/completions", json=body)
                json.loads(response.json()["choices"][0]["message"]["content"])

        return await _took([ask(each) for each in bodies], in_flight)


async def with_instructor(url: str, calls: int, in_flight: int) -> Took:
    """instructor on the same SDK with the same response models, as its documentation has it."""
    free = asyncio.Semaphore(in_flight)
    asked = questions(calls)
    async with openai.AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0) as sdk:
        client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)

        async def ask(question: Question) -> None:
            async with free:
                await client.chat.completions.create(
                    model=MODEL,
                    messages=list(question.messages),  # type: ignore[arg-type]
                    response_model=question.answer,
                    max_tokens=PROFILE.max_tokens,
                    temperature=0.0,
                )

        return await _took([ask(each) for each in asked], in_flight)


LOOPS: Final[dict[str, Loop]] = {"ours": ours, "bare": bare, "instructor": with_instructor}


def _body(question: Question) -> dict[str, Any]:
    schema = {"name": "answer", "strict": True, "schema": strict_schema(question.answer)}
    return {
        "model": MODEL,
        "messages": list(question.messages),
        "max_tokens": PROFILE.max_tokens,
        "temperature": 0.0,
        "seed": 0,
        "response_format": {"type": "json_schema", "json_schema": schema},
    }


async def _took(calls: Sequence[Awaitable[object]], in_flight: int) -> Took:
    """What all calls take; twice as many as may be in flight are begun, as a run begins documents."""
    begun = asyncio.Semaphore(2 * in_flight)

    async def one(call: Awaitable[object]) -> None:
        async with begun:
            await call

    started, processor = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(one, calls))
    return Took(time.perf_counter() - started, time.process_time() - processor)


def main() -> None:
    """Print what one loop took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("loop", choices=LOOPS)
    parser.add_argument("url")
    parser.add_argument("calls", type=int)
    parser.add_argument("in_flight", type=int)
    args = parser.parse_args()
    print(json.dumps(asdict(asyncio.run(LOOPS[args.loop](args.url, args.calls, args.in_flight)))))


if __name__ == "__main__":
    main()
