"""An OpenAI-compatible endpoint without a network: it keeps what it is sent, and answers by a list."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from pipeline.model.cache import AnswerCache
from pipeline.model.client import Client, Decoding, Question
from pipeline.model.endpoint import Endpoint
from prompts.asked import answer_model
from prompts.catalog import template
from prompts.render import messages

KEY = "sk-canary-7f3a9c51e2"
ENDPOINT = Endpoint("http://model.invalid/v1", KEY, "made-up-model")
IDENTITY = {"endpoint": "made-up", "model": "made-up-model"}
SENTENCE = "松岭县医院院长何知远出席会议。"
FACT = {"句": [1], "人": "何知远", "职务": "院长", "机构": "松岭县医院", "科室": ""}
GOOD = json.dumps({"任职": [FACT]}, ensure_ascii=False)
EMPTY = '{"任职":[]}'
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}

Step = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


def question(sentence: str = SENTENCE, *, kind: str = "appointment", grammar: str | None = None) -> Question:
    """A question about one sentence."""
    asked = messages([sentence], [template(kind)], style="turns")
    return Question(tuple(asked), answer_model((kind,), 1), grammar)


def completion(content: Any = GOOD, *, finish: str = "stop", **more: Any) -> dict[str, Any]:
    """A chat completion as an endpoint writes it; ``more`` takes the place of its usual parts."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "made-up-model",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": USAGE,
        **more,
    }


def reply(content: Any = GOOD, **more: Any) -> httpx2.Response:
    """A response with a chat completion."""
    return httpx2.Response(200, json=completion(content, **more))


def status(
    number: int, said: str = "no", headers: Mapping[str, str] | None = None, **more: Any
) -> httpx2.Response:
    """A response with an error."""
    return httpx2.Response(number, headers=dict(headers or {}), json={"error": {"message": said, **more}})


@dataclass
class FakeEndpoint:
    """Takes one step for each request, the last one again and again; ``bodies`` are what it was sent."""

    steps: list[Step]
    bodies: list[dict[str, Any]] = field(default_factory=list)
    requests: list[httpx2.Request] = field(default_factory=list)
    connections: int = 0
    waits: list[float] = field(default_factory=list)
    now: float = 0.0

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        self.requests.append(request)
        self.bodies.append(json.loads(request.content))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx2.Response):
            return httpx2.Response(step.status_code, headers=step.headers, content=step.content)
        return step(request)

    async def connect(self) -> Endpoint:
        """The endpoint's address, as a run gives it to a client."""
        self.connections += 1
        return ENDPOINT

    async def sleep(self, seconds: float) -> None:
        """No wait at all: the seconds are kept, and the clock is put forward."""
        if seconds:
            self.waits.append(seconds)
            self.now += seconds

    def client(self, cache: AnswerCache, **more: Any) -> Client:
        """A client of this endpoint."""
        given: dict[str, Any] = {
            "identity": IDENTITY,
            "connect": self.connect,
            "decoding": Decoding(),
            "concurrency": 4,
            "sleep": self.sleep,
            "clock": lambda: self.now,
            "transport": httpx2.MockTransport(self.handle),
            **more,
        }
        identity, connect = given.pop("identity"), given.pop("connect")
        return Client(identity, connect, cache, **given)


def answering(*steps: Step) -> FakeEndpoint:
    """An endpoint that takes these steps."""
    return FakeEndpoint(list(steps) or [reply()])


def files_below(folder: Path) -> Iterable[bytes]:
    """The content of every file below a folder."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
