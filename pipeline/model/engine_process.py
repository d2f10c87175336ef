"""The child process in which the embedded engine runs; started by ``pipeline.model.local``, never by hand.

The first line of standard input is the settings as JSON: they hold the key, so they come by neither
argument nor environment, which others may read. The one line on standard output is ``{"address": …}`` when
the server listens, or ``{"error": …}``. Then standard input is read to its end, which comes when the parent
closes it or is gone, however it went: that ends the process.

It runs as a file, not with ``-m``, and imports nothing of the pipeline: so it starts alike from any folder.
"""

import asyncio
import contextlib
import ctypes
import hmac
import importlib
import itertools
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

PR_SET_PDEATHSIG = 1
MOST_READ = 8192
"""Tokens at which OpenVINO's tokenizer cuts a prompt, whatever it is told."""
BLOCK_TOKENS = 32
"""Tokens of a block of OpenVINO's cache on a processor; whole blocks that begin alike are computed once."""


def main() -> None:
    """Serve until standard input ends. Exits 0 after serving, 1 when the engine could not start or nobody waits for it."""
    _end_with_parent()
    settings = json.loads(sys.stdin.readline() or "null")
    if settings is None:
        _leave(1)
    answers = _take_stdout()
    try:
        address = _serve(settings)
    except Exception as error:
        # Whatever a model file makes the engine raise: the parent tells what it means.
        kind = "OSError" if isinstance(error, OSError) else type(error).__name__
        traceback.print_exc()
        _say(answers, {"error": f"{kind}: {error}"})
        _leave(1)
    _say(answers, {"address": address})
    sys.stdin.read()
    _leave(0)


@dataclass(eq=False, slots=True)
class Asked:
    """A question on its way: its prompt in tokens, how to decode, and the future that waits for its answer."""

    tokens: Any
    config: Any
    beginning: str
    """What comes before its last message: of questions that share it one goes ahead, and the others need not compute it."""
    answered: "asyncio.Future[tuple[str, bool, int]]"
    """The text, whether it is whole, and its tokens."""
    given_up: threading.Event = field(default_factory=threading.Event)

    def told(self, answer: tuple[str, bool, int] | Exception) -> None:
        """Let the waiting request have its answer, or its error."""
        self.answered.get_loop().call_soon_threadsafe(self._set, answer)

    def _set(self, answer: tuple[str, bool, int] | Exception) -> None:
        if self.answered.cancelled():
            return
        if isinstance(answer, Exception):
            self.answered.set_exception(answer)
        else:
            self.answered.set_result(answer)


class Engine:
    """OpenVINO's continuous batching in a thread of its own: each step takes all questions on their way one token on.

    Raises ImportError when the engine is not there, another error when it cannot load the model.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        # It would tell a company that it runs: nothing leaves this machine.
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
        self._genai: Any = importlib.import_module("openvino_genai")
        if not settings["known"]:
            # OpenVINO takes a file whose end is missing for one that holds zeros there.
            importlib.import_module("gguf").GGUFReader(settings["model"])
        self._settings = settings
        self._context = settings["context_tokens"]
        self._blocks = -(-settings["cache_tokens"] // BLOCK_TOKENS)
        self._computed: dict[int, int] = {}
        """The blocks in the cache, by what they and all before them hold; what was used longest ago first."""
        self._new: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self._pipeline = self._opened()
        self._tokenizer = self._pipeline.get_tokenizer()
        threading.Thread(target=self._run, daemon=True).start()

    def _opened(self) -> Any:
        scheduler = self._genai.SchedulerConfig()
        scheduler.enable_prefix_caching = True
        scheduler.max_num_seqs = self._settings["in_flight"]
        scheduler.num_kv_blocks = self._blocks
        return self._genai.ContinuousBatchingPipeline(
            self._settings["model"], scheduler, "CPU", {"INFERENCE_NUM_THREADS": self._settings["threads"]}
        )

    async def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """The reply to the body of a request for a chat completion.

        Raises ValueError where there is no room for an answer, RuntimeError for a schema or grammar that cannot be read,
        and where another question on its way had one.
        """
        messages = body["messages"]
        text = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True)
        tokens = self._tokenizer.encode(text, add_special_tokens=False).input_ids
        size, most = tokens.shape[1], min(self._context, MOST_READ)
        if size >= most:
            raise ValueError(f"the prompt exceeds the context of {most} tokens")
        answered: asyncio.Future[tuple[str, bool, int]] = asyncio.get_running_loop().create_future()
        asked = Asked(tokens, self._config(body, self._context - size), json.dumps(messages[:-1]), answered)
        cached = self._cached(tokens.data[0].tolist())
        self._new.put(asked)
        try:
            written, whole, used = await answered
        finally:
            asked.given_up.set()
        return {
            "id": f"chatcmpl-{time.monotonic_ns():x}",
            "object": "chat.completion",
            "created": int(time.time()),
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": written},
                    "finish_reason": "stop" if whole else "length",
                }
            ],
            "usage": {
                "prompt_tokens": size,
                "completion_tokens": used,
                "total_tokens": size + used,
                "prompt_tokens_details": {"cached_tokens": cached},
            },
        }

    def _config(self, body: dict[str, Any], room: int) -> Any:
        config = self._genai.GenerationConfig()
        config.apply_chat_template = False
        config.max_new_tokens = min(int(body.get("max_tokens") or room), room)
        config.do_sample = bool(body.get("temperature"))
        if config.do_sample:
            config.temperature = float(body["temperature"])
        config.rng_seed = int(body.get("seed") or 0)
        wanted = body.get("response_format") or {}
        structure = self._genai.StructuredOutputConfig()
        if wanted.get("type") == "json_schema":
            structure.json_schema = json.dumps(wanted["json_schema"]["schema"], ensure_ascii=False)
            config.structured_output_config = structure
        elif body.get("grammar"):
            structure.grammar = body["grammar"]
            config.structured_output_config = structure
        return config

    def _cached(self, tokens: list[int]) -> int:
        """Tokens at the beginning of a prompt whose blocks were computed before and are in the cache still."""
        known = block = 0
        for at in range(0, len(tokens) - BLOCK_TOKENS, BLOCK_TOKENS):
            block = hash((block, *tokens[at : at + BLOCK_TOKENS]))
            known += self._computed.pop(block, 0)
            self._computed[block] = 1
        for oldest in list(self._computed)[: -self._blocks]:
            del self._computed[oldest]
        return known * BLOCK_TOKENS

    def _run(self) -> None:
        try:
            self._answer_all()
        except BaseException:
            # Nobody else can answer those who wait.
            traceback.print_exc()
            _leave(1)

    def _answer_all(self) -> None:
        """Answer what comes, for ever."""
        numbers, known = itertools.count(), set[str]()
        waiting: list[Asked] = []
        going: list[tuple[Asked, Any]] = []
        while True:
            waiting += self._come(wait=not waiting and not going)
            waiting = [asked for asked in waiting if not asked.given_up.is_set()]
            ahead = {asked.beginning for asked, _ in going} - known
            for asked in list(waiting):
                if asked.beginning in ahead:
                    continue
                waiting.remove(asked)
                going.append((asked, self._pipeline.add_request(next(numbers), asked.tokens, asked.config)))
                ahead |= {asked.beginning} - known
            try:
                if going:
                    self._pipeline.step()
            except RuntimeError as error:
                # A grammar is read in the first step, and one that cannot be read stays in the way of every other.
                for asked, _ in going:
                    asked.told(error)
                going.clear()
                known.clear()
                self._computed.clear()
                self._pipeline = self._opened()
            known |= {asked.beginning for asked, handle in going if handle.can_read()}
            going = [one for one in going if not self._is_over(*one)]

    def _come(self, *, wait: bool) -> Iterator[Asked]:
        if wait:
            yield self._new.get()
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._new.get_nowait()

    def _is_over(self, asked: Asked, handle: Any) -> bool:
        """Whether a question needs no further step: its answer is told, or nobody waits for one."""
        if asked.given_up.is_set():
            handle.cancel()
            return True
        status = self._genai.GenerationStatus
        if handle.get_status() == status.RUNNING:
            return False
        if handle.get_status() != status.FINISHED:
            asked.told(RuntimeError("the cache of the engine is too small for this question"))
            return True
        [output] = handle.read_all()
        whole = output.finish_reason == self._genai.GenerationFinishReason.STOP
        asked.told((self._tokenizer.decode(output.generated_ids), whole, len(output.generated_ids)))
        return True


def _serve(settings: dict[str, Any]) -> str:
    """Start to answer in threads of their own, and return the address."""
    uvicorn: Any = importlib.import_module("uvicorn")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        _app(Engine(settings), settings), log_config=None, access_log=False, lifespan="off", ws="none"
    )
    threading.Thread(target=uvicorn.Server(config).run, args=([listener],), daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _app(engine: Engine, settings: dict[str, Any]) -> Any:
    """What answers requests for chat completions that carry the key."""
    applications, responses, routing = (
        importlib.import_module(f"starlette.{name}") for name in ("applications", "responses", "routing")
    )

    def refused(status: int, message: str) -> Any:
        kind = "invalid_request_error"
        return responses.JSONResponse({"error": {"message": message, "type": kind, "code": None}}, status)

    async def complete(request: Any) -> Any:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {settings['key']}".encode()):
            return refused(401, "the key is wrong")
        try:
            answer = asyncio.ensure_future(engine.answer(await request.json()))
            gone = asyncio.ensure_future(_gone(request))
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            if not answer.done():
                answer.cancel()
            return responses.JSONResponse({**await answer, "model": settings["name"]})
        except (ValueError, LookupError, TypeError, RuntimeError) as error:
            return refused(400, f"{type(error).__name__}: {error}")

    return applications.Starlette(routes=[routing.Route("/v1/chat/completions", complete, methods=["POST"])])


async def _gone(request: Any) -> None:
    """Return when nobody waits for the answer to a request any more."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _take_stdout() -> IO[str]:
    """Keep standard output for the one answer; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _say(answers: IO[str], answer: dict[str, str]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _end_with_parent() -> None:
    """On Linux, ask the kernel to kill this process with its parent.

    The end of standard input does the same, but not while a model loads: the engine then holds Python's lock.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _leave(code: int) -> None:
    """End at once: there is nothing to save, and an answer that nobody waits for need not be finished."""
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        # The parent may be gone before it is told the address. Python's own end would wait for the engine's threads, which
        # serve for ever; and so would the end of the engine itself, when nothing refers to it any more: leave at once.
        traceback.print_exc()
        _leave(1)
