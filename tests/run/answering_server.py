"""A model's endpoint in this process: it answers by rule, with true copies of a question's own sentences.

What it says depends on nothing but the question, so that two runs can be compared byte for byte. It counts
what reaches it, can hold answers back until a test lets them go, and can say or do instead of answering
whatever endpoints do: see :class:`Fault`.
"""

import json
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Literal, Self

from prompts.asked import ASKED, LABELS

MODEL: Final = "rule"
_HAN: Final = "\u4e00-\u9fff"
_PHRASES: Final = {int(each): each.phrase for each in HTTPStatus}
_TYPES: Final = {label: kind for kind, label in LABELS.items()}
_RULES: Final[dict[str, tuple[str, ...]]] = {
    "任职": (
        rf"(?P<机构>[{_HAN}]{{2,9}}医院)?(?P<职务>党委书记|副院长|院长|副?主任|主席|教授)(?P<人>[{_HAN}]{{3}})",
    ),
    "认定": (
        rf"(?:(?P<时间>\d{{4}}年\d{{1,2}}月)[，,])?(?P<机构>[{_HAN}]{{2,9}}医院)(?P<动作>通过|获批|启动)"
        rf"(?P<称号>[{_HAN}]{{2,9}}?(?:中心|基地))",
    ),
    "荣誉": (
        rf"(?P<得主>[{_HAN}]{{2,9}}医院)[^，。]{{0,4}}获(?P<荣誉>[{_HAN}]{{2,9}}奖)(?P<名次>[一二三]等奖)?",
    ),
    "指标": (
        r"(?P<指标>年?(?:门诊|手术|住院)量)达?到?(?P<数值>近?\d[\d.]*万?余?(?:人次|例|台))",
        rf"(?P<指标>[{_HAN}]{{2,6}}?)[达为约近]?(?P<数值>\d[\d.]*万?余?(?:人次|例|台|名|%))",
    ),
    "合作": (rf"(?P<各方>[{_HAN}]{{2,9}}医院与[{_HAN}]{{2,9}}医院)(?P<方式>签订|签约)",),
    "活动": (rf"(?P<时间>\d{{1,2}}月\d{{1,2}}日)，(?P<名称>[{_HAN}]{{2,12}}(?:会议|论坛|仪式))",),
    "建设": (rf"(?P<进展>建成|启用|开工)(?:了)?(?P<名称>[{_HAN}]{{2,8}}(?:楼|院区|病区))",),
    "系统": (
        rf"(?P<动作>上线|启用)(?:了)?(?P<名称>[{_HAN}]{{2,8}}(?:系统|平台))",
        rf"[、，“](?P<名称>[{_HAN}]{{2,8}}(?:系统|平台))",
    ),
    "技术": (
        rf"(?:开展|完成)(?:了)?(?P<名称>[{_HAN}]{{2,8}}?术)",
        rf"[、，](?P<名称>[{_HAN}]{{2,8}}术)",
    ),
    "服务": (rf"(?:推出|开设)(?:了)?(?P<名称>[{_HAN}]{{2,8}}?(?:服务|门诊))",),
    "病例": (rf"(?P<患者>\d+岁的?[{_HAN}]{{1,2}}(?:先生|女士|大爷))",),
    "声明": (rf"(?P<声明人>[{_HAN}]{{2,10}}?)(?:不慎)?遗失(?P<物品>[{_HAN}]{{2,6}})",),
    "篇头": (r"\A(?P<标题>.{4,40})",),
}
"""Per label of an answer, patterns whose groups are fields of a fact; what no group names is not stated."""


def answer(request: Mapping[str, Any]) -> str:
    """The answer to a request: under each label that it asks for, what the patterns find in its sentences."""
    sentences = sentences_of(request)
    return json.dumps(
        {label: list(facts_of(label, sentences)) for label in labels_of(request)}, ensure_ascii=False
    )


def labels_of(request: Mapping[str, Any]) -> list[str]:
    """What is asked: the keys of the schema, or of the grammar, that came with the request."""
    if grammar := request.get("grammar"):
        return [label for label in _TYPES if f'\\"{label}\\":[' in grammar]
    return list(request["response_format"]["json_schema"]["schema"]["properties"])


def sentences_of(request: Mapping[str, Any]) -> list[str]:
    """The numbered sentences of the article that a request is about."""
    asked = [
        each["content"] for each in request["messages"] if re.search("\n(抄录|文章完。)", each["content"])
    ]
    # After the question there may be an answer that was refused, and what was wrong with it.
    last = asked[-1] if asked else request["messages"][-1]["content"]
    text = last.rpartition("\n文章完。")[0] or last
    found: list[str] = []
    for line in text.splitlines():
        number, _, sentence = line.partition(" ")
        if number == str(len(found) + 1):
            found.append(sentence)
    return found


def facts_of(label: str, sentences: list[str]) -> Iterator[dict[str, object]]:
    """The facts of one label, in the order of the sentences."""
    fields = {str(info.alias): info.annotation for info in ASKED[_TYPES[label]].model_fields.values()}
    for number, sentence in enumerate(sentences[: 1 if label == "篇头" else None], start=1):
        for pattern in _RULES[label]:
            for match in list(re.finditer(pattern, sentence))[:2]:
                copied = {alias: match.groupdict().get(alias) or "" for alias in fields}
                yield {
                    alias: [number]
                    if alias == "句"
                    else value
                    if fields[alias] is str
                    else [part for part in re.split("[、与]", value) if part]
                    for alias, value in copied.items()
                }


@dataclass(frozen=True, slots=True)
class Fault:
    """What the server says or does instead of answering."""

    status: int = 200
    content: str | None = None
    """The message of an otherwise sound completion, or of an error."""
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str | None = None
    body: bytes | None = None
    """What takes the place of a completion altogether."""
    sent: float = 1.0
    """The part of the reply, head and body, that is sent."""
    then: Literal["keep", "close", "reset", "stall"] = "keep"
    """What becomes of the connection after that; a stalled one lasts until the client has enough of it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """As many as a profile has in flight may knock at once."""
    owner: "AnsweringServer"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle of an answer is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    """A connection: what is posted is a question."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        self.server.owner.connected()
        super().setup()

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(length))
        self.say(self.server.owner.take(request, self.headers.get("Authorization", "")))

    def say(self, said: Fault) -> None:
        """Send a reply, or what becomes of it."""
        message = _message(said)
        with suppress(ConnectionError):
            self.wfile.write(message[: int(len(message) * said.sent)])
            self.close_connection = said.then != "keep"
            if said.then == "stall":
                self.rfile.read(1)
            elif said.then == "reset":
                self._reset()

    def _reset(self) -> None:
        # Without lingering a close is a reset; and closed it is here, as this server says goodbye before it closes.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tests look at what the pipeline says."""


class AnsweringServer:
    """The endpoint on a free port of this machine, as a context manager.

    ``fault`` may give, by a request's number from 1 and its body, what is said instead of the answer.
    """

    handler: type[Handler] = Handler

    def __init__(self, fault: Callable[[int, Mapping[str, Any]], Fault | None] | None = None) -> None:
        self.fault = fault
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.connections = 0
        self._changed = threading.Condition()
        self._answered = 0
        self._held_from: int | None = None
        self._http = _Server(("127.0.0.1", 0), self.handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        """The address as a client wants it."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def hold_from(self, number: int) -> None:
        """Answer nothing from the request with this number on, until :meth:`let_go`."""
        with self._changed:
            self._held_from = number

    def let_go(self) -> None:
        """Answer what was held back."""
        with self._changed:
            self._held_from = None
            self._changed.notify_all()

    def wait_for(self, requests: int, seconds: float = 30) -> None:
        """Wait until so many requests have come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.requests) >= requests, seconds):
                raise TimeoutError(f"{len(self.requests)} of {requests} requests came")

    def forget(self) -> None:
        """Count from the beginning again."""
        with self._changed:
            self.requests, self.keys, self.connections = [], [], 0

    def questions(self) -> list[str]:
        """The requests as comparable text."""
        return [json.dumps(request, ensure_ascii=False, sort_keys=True) for request in self.requests]

    def take(self, request: dict[str, Any], key: str) -> Fault:
        """Note a request, wait while it is held, and give what is to be said."""
        with self._changed:
            self.requests.append(request)
            self.keys.append(key)
            number = len(self.requests)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._held_from is None or number < self._held_from)
        return self.said(number, request)

    def said(self, number: int, request: Mapping[str, Any]) -> Fault:
        """What is said to a request."""
        return (self.fault and self.fault(number, request)) or _by_rule(request)

    def connected(self) -> None:
        """Note a connection."""
        with self._changed:
            self.connections += 1


def _by_rule(request: Mapping[str, Any]) -> Fault:
    if request["model"] != MODEL:
        return Fault(404, f"The model {request['model']} does not exist.")
    return Fault(content=answer(request))


def _message(said: Fault) -> bytes:
    told = completion(said) if said.status == 200 else error(said)
    body = json.dumps(told, ensure_ascii=False).encode() if said.body is None else said.body
    lines = [
        f"HTTP/1.1 {said.status} {_PHRASES.get(said.status, '')}",
        *(f"{name}: {value}" for name, value in said.headers.items()),
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body


def completion(said: Fault) -> dict[str, Any]:
    """A chat completion as an endpoint writes it."""
    return {
        "id": "completion",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "finish_reason": said.finish,
                "message": {"role": "assistant", "content": said.content, "refusal": said.refusal},
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def error(said: Fault) -> dict[str, Any]:
    """An error as an endpoint writes it."""
    return {"error": {"message": said.content or "no", "type": "error", "code": said.status}}
