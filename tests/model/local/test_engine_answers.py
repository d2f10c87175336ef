"""What the embedded engine promises about answers, asked of a random model: only the engine can keep it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from pipeline.model.endpoint import Endpoint
from pipeline.model.files import ModelFile
from pipeline.model.local import LocalEngine

pytestmark = pytest.mark.asyncio

TEXT = "医院于2023年通过三级甲等复审,成为区域中心。"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "level": {"enum": ["三级甲等", "二级"]},
        "sentences": {"type": "array", "items": {"enum": [1, 2]}, "minItems": 1, "maxItems": 2},
    },
    "required": ["level", "sentences"],
    "additionalProperties": False,
}
JSON_SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
}
GRAMMAR = r"""root ::= "{\"a\":\"" copied "\"}"
copied ::= "医院" ("" | "于2023年") | "三级甲等"
"""


@asynccontextmanager
async def asking(endpoint: Endpoint, *, key: str | None = None) -> AsyncIterator[openai.AsyncOpenAI]:
    """A client of the engine, with its key or another, that asks once."""
    http = openai.DefaultAsyncHttpxClient(trust_env=False)
    async with openai.AsyncOpenAI(
        base_url=endpoint.base_url, api_key=key or endpoint.api_key, max_retries=0, http_client=http
    ) as client:
        yield client


async def complete(client: openai.AsyncOpenAI, question: str, **more: Any) -> Any:
    """One question, decoded greedily; the whole reply."""
    messages: list[Any] = [{"role": "user", "content": question}]
    return await client.chat.completions.create(model="tiny", messages=messages, temperature=0, **more)


async def ask(client: openai.AsyncOpenAI, **more: Any) -> Any:
    """A question about the text; the content of the answer read as JSON."""
    reply = await complete(client, TEXT, max_tokens=400, **more)
    return json.loads(reply.choices[0].message.content or "")


async def test_a_schema_is_kept_by_a_model_that_knows_nothing(tiny: ModelFile) -> None:
    """With a JSON schema the random model answers an object with allowed values."""
    async with LocalEngine(tiny) as engine, asking(await engine.start()) as client:
        answer = await ask(client, response_format=JSON_SCHEMA)
    assert set(answer) == {"level", "sentences"}
    assert answer["level"] in ("三级甲等", "二级")
    assert 1 <= len(answer["sentences"]) <= 2 and set(answer["sentences"]) <= {1, 2}


async def test_a_grammar_lets_only_the_text_be_copied(tiny: ModelFile) -> None:
    """With a substring grammar what the random model writes stands in the text."""
    async with LocalEngine(tiny) as engine, asking(await engine.start()) as client:
        answer = await ask(client, extra_body={"grammar": GRAMMAR})
    assert set(answer) == {"a"}
    assert answer["a"] in TEXT


async def test_a_grammar_in_the_extra_body_takes_the_place_of_the_schema(tiny: ModelFile) -> None:
    """A client that always sends a schema must override it to send a grammar: of both the schema wins."""
    extra = {"grammar": GRAMMAR, "response_format": {"type": "text"}}
    async with LocalEngine(tiny) as engine, asking(await engine.start()) as client:
        overridden = await ask(client, response_format=JSON_SCHEMA, extra_body=extra)
        both = await ask(client, response_format=JSON_SCHEMA, extra_body={"grammar": GRAMMAR})
    assert overridden["a"] in TEXT
    assert set(both) == {"level", "sentences"}


async def test_a_grammar_that_does_not_compile_is_refused(tiny: ModelFile) -> None:
    """Such a question is a bad request, and the next one is answered."""
    async with LocalEngine(tiny) as engine, asking(await engine.start()) as client:
        with pytest.raises(openai.BadRequestError, match="nowhere"):
            await ask(client, extra_body={"grammar": "root ::= nowhere"})
        assert await ask(client, extra_body={"grammar": GRAMMAR})


async def test_a_wrong_key_is_refused(tiny: ModelFile) -> None:
    """Another user of the machine who finds the port cannot use it."""
    async with LocalEngine(tiny) as engine, asking(await engine.start(), key="guessed") as client:
        with pytest.raises(openai.AuthenticationError):
            await ask(client)


async def test_the_key_is_in_no_place_that_others_can_read(tiny: ModelFile) -> None:
    """The key stands neither in the process's arguments nor in its environment, nor in a repr."""
    async with LocalEngine(tiny) as engine:
        endpoint = await engine.start()
        process = Path(f"/proc/{engine.pid}")
        shown = [
            (process / "cmdline").read_bytes(),
            (process / "environ").read_bytes(),
            repr(endpoint).encode(),
        ]
    assert all(shown)
    assert not any(endpoint.api_key.encode() in text for text in shown)


async def test_each_question_has_the_context_it_was_promised(tiny: ModelFile) -> None:
    """A question of nearly the whole context is answered; a longer one is refused."""
    engine = LocalEngine(tiny, in_flight=3, context_tokens=512)
    async with engine, asking(await engine.start()) as client:
        fits = await complete(client, "b" * 450, max_tokens=4)
        assert fits.usage and fits.usage.prompt_tokens > 450
        with pytest.raises(openai.BadRequestError, match="exceed"):
            await complete(client, "b" * 600, max_tokens=4)


async def test_beginnings_in_any_order_are_computed_once(tiny: ModelFile) -> None:
    """Long beginnings one after the other: after the first round only what follows them is computed."""
    beginnings = [letter * 600 for letter in "bcdefg"]
    engine = LocalEngine(tiny, in_flight=8, context_tokens=1024)
    async with engine, asking(await engine.start()) as client:
        computed = []
        for question in ("one?", "two!"):
            for beginning in beginnings:
                used = (await complete(client, beginning + question, max_tokens=2)).usage
                computed.append(used.prompt_tokens - used.prompt_tokens_details.cached_tokens)
    assert min(computed[:6]) > 590
    assert max(computed[6:]) < 60


async def test_many_questions_at_once_are_all_answered(tiny: ModelFile) -> None:
    """More than are in flight, with beginnings that nobody has computed, some given up on the way: the others are answered."""
    engine = LocalEngine(tiny, in_flight=4, context_tokens=512)
    async with engine, asking(await engine.start()) as client:
        questions = [
            asyncio.create_task(complete(client, f"{number % 3}" * 100 + f"{number}", max_tokens=20))
            for number in range(30)
        ]
        await asyncio.sleep(0.05)
        for given_up in questions[::5]:
            given_up.cancel()
        replies = await asyncio.gather(*questions, return_exceptions=True)
    answered = [reply for reply in replies if not isinstance(reply, BaseException)]
    assert len(answered) >= 24
    assert all(reply.usage.completion_tokens >= 1 for reply in answered)


async def test_the_answer_names_the_model_and_not_its_path(tiny: ModelFile) -> None:
    """Replies are stored and shown; they carry the model's name, not a folder of this machine."""
    async with LocalEngine(tiny) as engine, asking(await engine.start()) as client:
        reply = await complete(client, "a", max_tokens=1)
    assert reply.model == "tiny"
    assert str(tiny.path) not in reply.model_dump_json()
