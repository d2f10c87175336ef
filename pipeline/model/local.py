"""The embedded engine: OpenVINO in a child process, serving an OpenAI-compatible address on loopback.

A process of its own, so that a crash of the engine, or the kernel taking its memory back, is an error here
and not the end of the run; and so that it can always be ended. The child holds nothing worth saving.

Questions on their way share one cache, block by block: what they begin with alike is computed once, in whatever order they
come.
"""

import asyncio
import contextlib
import importlib.util
import json
import secrets
import signal
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing, UsageError
from pipeline.model.adapter import identity
from pipeline.model.endpoint import Endpoint
from pipeline.model.files import INSTALL_STEP, KNOWN_MODELS, ModelFile
from pipeline.model.machine import cache_tokens, usable_cores

ENGINE: Final = "openvino_genai"
START_SECONDS: Final = 120.0
STOP_SECONDS: Final = 5.0
QUESTION_TOKENS: Final = 768
"""Of the cache for each question in flight: few need more, and what they share is there once."""
KILLED: Final = -9
"""Exit code of a process that the kernel ended to get its memory back."""
LOG_TAIL_BYTES: Final = 4000
OUT_OF_MEMORY: Final = (
    "allocate",
    "bad_alloc",
    "insufficient memory",
    "out of memory",
    "MemoryError",
    "map segment",
)


class LocalEngine:
    """One embedded engine, as an async context manager that starts nothing itself and stops what was started.

    ::

        async with LocalEngine(find_model()) as engine:
            endpoint = await engine.start()

    ``in_flight`` questions are answered at once, each within ``context_tokens`` (question and answer together); ``threads``
    defaults to the physical cores, and the cache has room for what is in flight as far as memory is free. What the engine says
    is appended to ``log_path``, or kept for error messages only.
    """

    def __init__(
        self,
        model: ModelFile,
        *,
        in_flight: int = 1,
        context_tokens: int = 4096,
        threads: int | None = None,
        log_path: Path | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        if in_flight < 1 or context_tokens < 1:
            raise UsageError(
                "The embedded engine needs one question in flight and one token of context at least."
            )
        self._model = model
        self._settings = {
            "model": str(model.path),
            "name": model.name,
            "known": model.sha256 in {identity(), *(spec.sha256 for spec in KNOWN_MODELS.values())},
            "in_flight": in_flight,
            "context_tokens": context_tokens,
            "threads": threads or usable_cores(),
            "cache_tokens": max(context_tokens, cache_tokens(QUESTION_TOKENS * in_flight)),
        }
        self._log_path = log_path
        self._start_seconds = start_seconds
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._endpoint: Endpoint | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def alive(self) -> bool:
        """Whether the child process runs and has said that it serves."""
        return self._endpoint is not None and self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The child's process id, or None when none was started."""
        return self._process.pid if self._process else None

    async def start(self) -> Endpoint:
        """Start the engine unless it serves already, and return its address; tasks may call this at once.

        Raises ModelMissing without the engine package, ModelCorrupt for a file the engine cannot load,
        ModelError when it ran out of memory or did not serve in time.
        """
        async with self._lock:
            return self._endpoint if self.alive and self._endpoint else await self._start()

    async def restart(self, failed: Endpoint | None = None) -> Endpoint:
        """Stop the engine and start it again, with a new port and key.

        With ``failed``, the endpoint that stopped answering, only the first of several tasks restarts the
        engine; the others get the new address. Raises as ``start``.
        """
        async with self._lock:
            if self.alive and self._endpoint and failed is not None and failed != self._endpoint:
                return self._endpoint
            await self._stop()
            return await self._start()

    async def stop(self) -> None:
        """End the child process, by force after ``STOP_SECONDS``; harmless when there is none."""
        async with self._lock:
            await self._stop()

    async def _start(self) -> Endpoint:
        if importlib.util.find_spec(ENGINE) is None:
            raise ModelMissing(
                f"The embedded engine ({ENGINE}) is not installed.",
                next_step="Install it: pip install '.[local]'",
            )
        key = secrets.token_urlsafe(24)
        with self._open_log() as log:
            begin = log.seek(0, 2)
            self._process = await _spawn(log)
            try:
                address = await self._first_answer(self._process, key)
            except BaseException as error:
                code = await self._stop()
                if isinstance(error, _StartFailed):
                    raise self._start_error(str(error), code, _tail(log, begin)) from None
                raise
        self._endpoint = Endpoint(f"{address}/v1", key, self._model.name)
        return self._endpoint

    async def _first_answer(self, process: asyncio.subprocess.Process, key: str) -> str:
        """Send the settings and return the address the child listens on. Raises _StartFailed."""
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps({**self._settings, "key": key}).encode() + b"\n")
        try:
            async with asyncio.timeout(self._start_seconds):
                with contextlib.suppress(ConnectionError):
                    await process.stdin.drain()
                line = await process.stdout.readline()
                answer: dict[str, Any] = json.loads(line) if line else {"error": await _ended(process)}
        except TimeoutError:
            raise _StartFailed(f"it did not serve within {self._start_seconds:.0f} seconds") from None
        if "error" in answer:
            raise _StartFailed(answer["error"])
        return str(answer["address"])

    async def _stop(self) -> int | None:
        """End the child and return the exit code that it had by itself, if it had one."""
        process, self._process, self._endpoint = self._process, None, None
        if process is None or process.returncode is not None:
            return process.returncode if process else None
        try:
            with contextlib.suppress(ProcessLookupError, TimeoutError):
                process.terminate()
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
        await process.wait()
        return None

    def _open_log(self) -> IO[bytes]:
        if self._log_path is None:
            return tempfile.TemporaryFile()
        try:
            self._log_path.parent.mkdir(parents=True, exist_ok=True)
            return self._log_path.open("a+b")
        except OSError as error:
            raise UsageError(
                f"The engine's log {self._log_path} cannot be written: {error.strerror}."
            ) from error

    def _start_error(self, reason: str, code: int | None, log: str) -> ModelError:
        said = f" It said: {log}." if log else ""
        if code == KILLED or any(word in reason + log for word in OUT_OF_MEMORY):
            return ModelError(
                f"The embedded engine ran out of memory.{said}",
                next_step="Ask fewer questions at once (--concurrency), or use a smaller model.",
            )
        if reason.startswith(("ImportError", "ModuleNotFoundError")):
            return ModelMissing(
                f"The embedded engine cannot be loaded: {reason}.",
                next_step="Reinstall it: pip install '.[local]'",
            )
        if reason.startswith("OSError"):
            return ModelError(
                f"The embedded engine gets no port on this machine to listen on: {reason}.",
                next_step="Run again when another program has let one go, or use an endpoint (OPENAI_BASE_URL).",
            )
        if "Error: " in reason:
            return ModelCorrupt(
                f"The embedded engine cannot load the model file {self._model.path}: {reason}",
                next_step=f"Use another GGUF file, or the default model. {INSTALL_STEP}",
            )
        return ModelError(
            f"The embedded engine did not start: {reason}.{said}",
            next_step="Use an endpoint instead (OPENAI_BASE_URL), or try again.",
        )


class _StartFailed(Exception):
    """Why the child did not come to serve; ``_start_error`` makes a message of it."""


async def _spawn(log: IO[bytes]) -> asyncio.subprocess.Process:
    # A session of its own: Ctrl-C in the terminal goes to the run, which decides when the engine ends.
    # -P: the folder of the script is no place to import from.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(Path(__file__).with_name("engine_process.py")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )


async def _ended(process: asyncio.subprocess.Process) -> str:
    code = await process.wait()
    return f"it ended with {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"


def _tail(log: IO[bytes], begin: int) -> str:
    """The last lines that the engine logged since ``begin``."""
    log.seek(max(begin, log.seek(0, 2) - LOG_TAIL_BYTES))
    lines = [line.strip() for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return " / ".join(lines[-4:])
