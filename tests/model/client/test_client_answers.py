"""What the client asks, what it takes for an answer, and what it keeps."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.errors import AnswerError
from pipeline.model.cache import AnswerCache, Usage
from pipeline.model.client import Client, Decoding, Question, Reply
from pipeline.model.endpoint import Endpoint
from pipeline.model.replies import MOST_CHARACTERS
from prompts.asked import answer_model
from prompts.catalog import template
from prompts.grammar import in_full
from prompts.strict import strict_schema
from tests.model.client.fake_endpoint import (
    EMPTY,
    ENDPOINT,
    GOOD,
    IDENTITY,
    KEY,
    SENTENCE,
    Step,
    answering,
    completion,
    question,
    reply,
    status,
)

BAD = "好的，以下是结果："
BEYOND = GOOD.replace('"句": [1]', '"句": [2]')
JSON = {"content-type": "application/json"}
GARBLED: dict[str, httpx2.Response] = {
    "half a JSON object": httpx2.Response(200, content=b'{"choices": [{"mess', headers=JSON),
    "invalid UTF-8": httpx2.Response(200, content=b'{"choices": "\xff\xfe"}', headers=JSON),
    "a web page": httpx2.Response(200, html="<html>Welcome</html>"),
    "nothing": httpx2.Response(200, content=b"", headers=JSON),
    "a list": httpx2.Response(200, json=[]),
    "no choices": httpx2.Response(200, json={**completion(), "choices": []}),
    "choices of the wrong type": httpx2.Response(200, json={**completion(), "choices": ["x"]}),
    "a choice without a message": httpx2.Response(200, json={**completion(), "choices": [{"index": 0}]}),
    "content of the wrong type": reply([1, 2]),
    "prose": reply(BAD),
    "half an answer": reply(GOOD[:-5]),
    "empty content": reply(""),
    "no content": reply(None),
    "a citation beyond the chunk": reply(BEYOND),
    "a wrong type": reply(GOOD.replace('"何知远"', "7")),
    "an unknown key": reply(GOOD.replace("职务", "职称")),
    "deep nesting": reply("[" * 50_000),
    "a lone surrogate": reply(GOOD.replace("何知远", "\\ud800")),
}


@pytest.mark.parametrize("garbled", GARBLED.values(), ids=GARBLED.keys())
async def test_what_is_no_answer_is_asked_again_twice_and_never_kept(
    cache: AnswerCache, garbled: httpx2.Response
) -> None:
    """Three attempts in all, then an error in one line with a next step; the cache stays empty."""
    endpoint = answering(garbled)
    async with endpoint.client(cache) as client:
        with pytest.raises(AnswerError, match="3 attempts") as raised:
            await client.ask(question())
        assert client.recorded(question()) is None
    assert len(endpoint.bodies) == 3 and not endpoint.waits
    assert raised.value.next_step and len(str(raised.value).splitlines()) == 1
    assert len(raised.value.message) < 300


FINAL: dict[str, tuple[Step, str]] = {
    "cut at the token limit": (reply(GOOD, finish="length"), "token limit"),
    "cut in the middle": (reply(GOOD[:20], finish="length"), "token limit"),
    "a refusal": (reply(None, message={"refusal": "I cannot"}), "refused"),
    "a refusal beside an answer": (reply(GOOD, message={"refusal": "I cannot"}), "refused"),
    "a content filter": (reply(GOOD, finish="content_filter"), "content filter"),
    "5 MB": (reply(GOOD + " " * 5 * MOST_CHARACTERS), "characters"),
    "a question too long": (status(400, "context length exceeded"), "400: context length exceeded"),
    "a form not taken": (status(422, "grammar: unknown field"), "422"),
    "an error without words": (status(400, ""), "400"),
}


@pytest.mark.parametrize(("step", "said"), FINAL.values(), ids=FINAL.keys())
async def test_what_asking_again_cannot_mend_is_asked_once_and_never_kept(
    cache: AnswerCache, step: Step, said: str
) -> None:
    """One request, an error that says what happened, nothing in the cache; the next question is asked."""
    endpoint = answering(step, reply())
    async with endpoint.client(cache) as client:
        with pytest.raises(AnswerError, match=said) as raised:
            await client.ask(question())
        assert len(endpoint.bodies) == 1 and raised.value.next_step
        assert client.recorded(question()) is None
        assert not (await client.ask(question("另一个句子，主任到场。"))).replayed


async def test_a_reask_holds_the_latest_failure_only(cache: AnswerCache) -> None:
    """The second re-ask is as long as the first: question, latest answer, correction."""
    endpoint = answering(reply("x" * 100_000), reply(BEYOND), reply())
    async with endpoint.client(cache) as client:
        await client.ask(question())
    first, second, third = (body["messages"] for body in endpoint.bodies)
    assert len(second) == len(third) == len(first) + 2
    assert second[: len(first)] == third[: len(first)] == first
    assert third[-2] == {"role": "assistant", "content": BEYOND}
    assert "句子编号只有 1 到 1" in third[-1]["content"]
    assert all(len(message["content"]) <= 2_000 for message in second[-2:])


async def test_usage_counts_the_failed_attempts(cache: AnswerCache) -> None:
    """Tokens of every attempt are paid, and counted once, cached ones too."""
    used = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    more = {**used, "prompt_tokens_details": {"cached_tokens": 60}}
    endpoint = answering(reply(BAD, usage=used), reply(BAD, usage=more), reply(usage=more))
    async with endpoint.client(cache) as client:
        live = await client.ask(question())
        replayed = await client.ask(question())
    assert live.usage == replayed.usage == Usage(prompt=300, cached=120, completion=30)
    assert (live.replayed, replayed.replayed) == (False, True)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": "many"}, "none"])
async def test_an_endpoint_that_cannot_count_is_no_obstacle(cache: AnswerCache, usage: Any) -> None:
    """Without usable token counts the answer is taken all the same, with zeros."""
    async with answering(reply(usage=usage)).client(cache) as client:
        assert (await client.ask(question())).usage == Usage()


async def test_what_is_sent_is_what_the_key_is_made_of(cache: AnswerCache) -> None:
    """Messages, strict schema and decoding go out as they are, once, with nothing added by a library."""
    endpoint = answering()
    async with endpoint.client(cache, decoding=Decoding(max_tokens=77, temperature=0.5, seed=3)) as client:
        await client.ask(question())
    schema = {"name": "answer", "strict": True, "schema": strict_schema(question().answer)}
    assert endpoint.bodies == [
        {
            "model": ENDPOINT.model_name,
            "messages": list(question().messages),
            "max_tokens": 77,
            "temperature": 0.5,
            "seed": 3,
            "response_format": {"type": "json_schema", "json_schema": schema},
        }
    ]


async def test_a_grammar_takes_the_place_of_the_schema(cache: AnswerCache) -> None:
    """With a grammar no schema is sent: the engine would follow the schema."""
    endpoint = answering()
    async with endpoint.client(cache) as client:
        await client.ask(question(grammar='root ::= "甲"'))
    (body,) = endpoint.bodies
    assert body["grammar"] == 'root ::= "甲"' and body["response_format"] == {"type": "text"}


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% raise %}", "{# x #}", "{0} %s %(a)s", "${HOME}"])
async def test_marks_of_template_languages_are_sent_as_they_are(cache: AnswerCache, text: str) -> None:
    """No library may take an article for a template of its own."""
    endpoint = answering(reply(EMPTY))
    async with endpoint.client(cache) as client:
        await client.ask(question(f"院长{text}到场。"))
    assert text in endpoint.bodies[0]["messages"][-1]["content"]


CHANGES: dict[str, Callable[[Question], Question]] = {
    "another sentence": lambda asked: question("副院长到场。"),
    "another type": lambda asked: question(kind="metric"),
    "a grammar": lambda asked: replace(asked, grammar="g"),
    "another shape": lambda asked: replace(asked, answer=answer_model(("metric",), 1)),
    "one message less": lambda asked: replace(asked, messages=asked.messages[1:]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_another_question_has_another_key(cache: AnswerCache, change: Callable[[Question], Question]) -> None:
    """Whatever is sent decides the key."""
    client = answering().client(cache)
    assert client.key(change(question())) != client.key(question())


SETTINGS: dict[str, dict[str, Any]] = {
    "endpoint": {"identity": {**IDENTITY, "endpoint": "elsewhere"}},
    "model": {"identity": {**IDENTITY, "model": "another"}},
    "token limit": {"decoding": Decoding(max_tokens=1)},
    "temperature": {"decoding": Decoding(temperature=1)},
    "seed": {"decoding": Decoding(seed=1)},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_another_model_or_decoding_has_another_key(cache: AnswerCache, settings: dict[str, Any]) -> None:
    """An answer of one model, drawn in one way, is not another's."""
    one, other = answering().client(cache), answering().client(cache, **settings)
    assert one.key(question()) != other.key(question())


async def test_neither_port_nor_key_is_in_the_cache_key(cache: AnswerCache) -> None:
    """The embedded engine has another port and key in each run, and its answers stay good."""

    async def connect() -> Endpoint:
        return Endpoint("http://127.0.0.1:4711/v1", "another-key-of-today", "made-up-model")

    async with answering().client(cache) as client:
        await client.ask(question())
    endpoint = answering()
    async with endpoint.client(cache, connect=connect) as client:
        assert (await client.ask(question())).replayed
    assert not endpoint.bodies


async def test_the_order_of_keys_and_the_form_of_characters_decide_nothing(cache: AnswerCache) -> None:
    """The same request, built in another order, is the same entry."""
    turned = tuple(dict(reversed(message.items())) for message in question().messages)
    client = answering().client(cache)
    assert client.key(replace(question(), messages=turned)) == client.key(question())


OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from pipeline.model.cache import AnswerCache
from tests.model.client.fake_endpoint import answering, question

async def main():
    with AnswerCache(Path(sys.argv[1])) as cache:
        endpoint = answering()
        async with endpoint.client(cache) as client:
            reply = await client.ask(question())
        print(reply.replayed, len(endpoint.bodies))

asyncio.run(main())
"""


def test_another_process_pays_nothing_for_the_same_question(folder: Path) -> None:
    """What one process asked, the next one replays."""
    told = [
        subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS, str(folder)], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert told == [["False", "1"], ["True", "0"]]


async def test_a_stored_answer_that_no_longer_validates_is_asked_again(cache: AnswerCache) -> None:
    """The rules may become stricter; what they refuse counts as absent and is replaced."""
    loose = replace(question(), answer=answer_model(("appointment",), 5))
    async with answering(reply(BEYOND)).client(cache) as client:
        await client.ask(loose)
    endpoint = answering()
    async with endpoint.client(cache) as client:
        assert not (await client.ask(question())).replayed
        assert (await client.ask(question())).replayed
    assert len(endpoint.bodies) == 1


async def test_a_question_asked_twice_at_once_is_paid_once(cache: AnswerCache) -> None:
    """Two articles that print the same: one asks, the other waits and replays; if the first one fails, it asks."""
    endpoint = answering(status(400), reply())
    async with endpoint.client(cache) as client:
        failed, live, replayed = await asyncio.gather(
            *(client.ask(question()) for _ in range(3)), return_exceptions=True
        )
    assert isinstance(failed, AnswerError) and len(endpoint.bodies) == 2
    assert isinstance(live, Reply) and not live.replayed
    assert isinstance(replayed, Reply) and replayed.replayed


async def test_offline_opens_no_connection(cache: AnswerCache) -> None:
    """What is stored is replayed, the rest is an error that names the flag; nothing is opened."""
    async with answering().client(cache) as client:
        await client.ask(question())
    endpoint = answering()
    async with endpoint.client(cache, offline=True) as client:
        assert (await client.ask(question())).replayed
        with pytest.raises(AnswerError, match="--offline"):
            await client.ask(question("院长不在。"))
    assert (endpoint.connections, endpoint.bodies) == (0, [])


@pytest.mark.parametrize("bound", [1, 3])
async def test_no_more_questions_are_in_flight_than_allowed(cache: AnswerCache, bound: int) -> None:
    """Of twelve questions asked at once, as many as allowed are with the endpoint, and no more."""
    flying, most = 0, 0

    async def handle(request: httpx2.Request) -> httpx2.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        for _ in range(20):
            await asyncio.sleep(0)
        flying -= 1
        return reply(EMPTY)

    asked = [question(f"{number}号楼主任到场。") for number in range(12)]
    transport = httpx2.MockTransport(handle)
    async with answering().client(cache, concurrency=bound, transport=transport) as client:
        replies = await asyncio.gather(*map(client.ask, asked))
    assert len(replies) == 12 and most == bound


def test_a_client_and_its_endpoint_show_no_key(cache: AnswerCache) -> None:
    """What a debugger or a log would print of them holds no secret."""
    client: Client = answering().client(cache)
    shown = f"{client!r} {ENDPOINT!r} {ENDPOINT} {question()!r}"
    assert KEY not in shown and SENTENCE in shown


async def test_a_second_attempt_under_a_grammar_is_read_as_the_first_would_be(cache: AnswerCache) -> None:
    """Copies without a key get theirs also where the reply before them was none."""
    asked = replace(
        question("医院上线智慧随访系统。", kind="system", grammar="start: COPY"),
        in_full=partial(in_full, templates=[template("system")]),
    )
    endpoint = answering(reply(BAD), reply('{"系统":["智慧随访系统"]}'))
    async with endpoint.client(cache) as client:
        answered = await client.ask(asked)
    ((_, fact),) = answered.answer.facts()
    assert fact.model_dump(by_alias=True)["名称"] == "智慧随访系统"
