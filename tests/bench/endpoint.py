"""A fast endpoint for measurements, in a process of its own: ``python -m tests.bench.endpoint``.

It says its port on standard output, answers each request some seconds after it came, and ends with standard input.
Written on the socket itself: what it takes of a processor is not there for what is measured.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from tests.run.answering_server import MODEL, answer

NOTHING: Final = '{"extractions": []}'
"""What LangExtract reads as an answer without a find."""


class Connection(asyncio.Protocol):
    """One connection, which is kept: requests with a Content-Length, one after the other."""

    def __init__(self, latency: float, content: Callable[[bytes], str]) -> None:
        self._latency = latency
        self._content = content
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A part of a request; whole ones are answered when their time has come."""
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if found and len(rest) >= (length := _length(head)):
            self._received = rest[length:]
            asyncio.get_running_loop().call_later(self._latency, self._answer, rest[:length])

    def _answer(self, request: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(completion(self._content(request)))


def _length(head: bytes) -> int:
    return next(
        int(value)
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n"))
        if name.lower() == b"content-length"
    )


def completion(content: str) -> bytes:
    """A response with a chat completion."""
    body = json.dumps(
        {
            "id": "completion",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
        }
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def by_rule(request: bytes) -> str:
    """What patterns find in the sentences asked about."""
    return answer(json.loads(request))


def always(content: str, request: bytes) -> str:
    """The same for every request."""
    return content


async def serve(latency: float, content: Callable[[bytes], str]) -> None:
    """Answer until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(latency, content), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def running(latency: float, content: str | None = None) -> Iterator[str]:
    """An endpoint as a process of its own, as its address; ``content`` is its answer, None: by rule."""
    command = [sys.executable, "-m", "tests.bench.endpoint", "--latency", str(latency)]
    if content is not None:
        command += ["--content", content]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.stdin.close()


def main() -> None:
    """Serve as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until an answer")
    parser.add_argument("--content", help="what is answered; by rule unless given")
    args = parser.parse_args()
    content = by_rule if args.content is None else partial(always, args.content)
    asyncio.run(serve(args.latency, content))


if __name__ == "__main__":
    main()
