"""What endpoints say and do instead of answering, by the name under which it is known."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from typing import Any, Final

import pytest

from pipeline.model.client import Client
from tests.run.answering_server import Fault, answer, labels_of, sentences_of

Kind = Callable[[Mapping[str, Any]], Fault]
"""What is said instead of the answer to a request."""

STALLED: Final = 4.0
"""Seconds after which a client of these tests takes a reply for stalled; a sound one takes a hundredth."""


def _always(fault: Fault) -> Kind:
    return lambda request: fault


def _changed(change: Callable[[str], str]) -> Kind:
    return lambda request: Fault(content=change(answer(request)))


def _cut(**more: Any) -> Kind:
    return lambda request: replace(Fault(content=answer(request)), **more)


def _with(name: str, value: object) -> Callable[[str], str]:
    """An answer with another value under a name in all its facts, and with a fact of its own where it has none."""

    def change(text: str) -> str:
        facts = json.loads(text)
        for label in facts:
            facts[label] = [{**fact, name: value} for fact in facts[label] or [{}]]
        return json.dumps(facts, ensure_ascii=False)

    return change


PASSING: Final[dict[str, Kind]] = {
    "429": _always(Fault(429, "slow down")),
    "429 with Retry-After in seconds": _always(Fault(429, "slow down", {"Retry-After": "7"})),
    "429 with a date in Retry-After": lambda request: Fault(
        429, "slow down", {"Retry-After": formatdate(time.time() + 20, usegmt=True)}
    ),
    "500": _always(Fault(500)),
    "502 with a page": _always(Fault(502, body=b"<h1>Bad gateway</h1>")),
    "503": _always(Fault(503)),
    "529": _always(Fault(529, "overloaded")),
    "a reset before the reply": _cut(sent=0, then="reset"),
    "a reset inside the body": _cut(sent=0.9, then="reset"),
    "a reply that ends inside the body": _cut(sent=0.9, then="close"),
    "a stall before the reply": _cut(sent=0, then="stall"),
    "a stall inside the body": _cut(sent=0.9, then="stall"),
}
"""What is over when the same is sent again."""

INVALID: Final[dict[str, Kind]] = {
    "half a JSON object for a body": _always(Fault(body=b'{"choices": [{"mess')),
    "invalid UTF-8": _always(Fault(body=b'{"choices": "\xff\xfe"}')),
    "a web page": _always(Fault(body=b"<html>Welcome</html>")),
    "half an answer": _changed(lambda text: text[: len(text) // 2]),
    "prose": _always(Fault(content="好的，以下是结果：没有。")),
    "empty content": _always(Fault(content="")),
    "no content": _always(Fault()),
    "a wrong type": _changed(_with("人", 7)),
    "a citation of no sentence": _changed(_with("句", [99])),
    "another schema": _always(Fault(content='{"records": [{"person": "石一鸣"}]}')),
    "no schema at all": _always(Fault(content='[["石一鸣", "院长"]]')),
}
"""What is no answer to what was asked: worth asking again, twice."""

FINAL: Final[dict[str, Kind]] = {
    "a refusal": _always(Fault(refusal="I cannot help with that.")),
    "an answer cut at the token limit": _cut(finish="length"),
    "a content filter": _always(Fault(content="", finish="content_filter")),
    "an answer of 5 MB": _changed(lambda text: text + " " * 5_000_000),
    "prose of 5 MB": _always(Fault(content="医院" * 2_500_000)),
    "a question too long": _always(Fault(400, "context length exceeded")),
}
"""What would be said again."""


def question_of(request: Mapping[str, Any]) -> str:
    """What a request asks, the same for its re-asks."""
    return json.dumps([labels_of(request), sentences_of(request)], ensure_ascii=False)


class Waits:
    """The waits of a run: counted, put before its clock, and not waited for."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        """Others go on, and it is later."""
        await asyncio.sleep(0)
        self.now += seconds


def hurry(patch: pytest.MonkeyPatch) -> Waits:
    """Let runs retry at once, and take a reply of some seconds for a stalled one."""
    waits = Waits()
    client = partial(Client, sleep=waits.sleep, clock=lambda: waits.now, timeout=STALLED)
    patch.setattr("pipeline.run.Client", client)
    return waits
