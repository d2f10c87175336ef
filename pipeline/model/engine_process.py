"""The child process in which the embedded engine runs; started by ``pipeline.model.local``, never by hand.

The first line of standard input is the settings as JSON: they hold the key, so they come by neither
argument nor environment, which others may read. The one line on standard output is ``{"address": …}`` when
the server listens, or ``{"error": …}``. Then standard input is read to its end, which comes when the parent
closes it or is gone, however it went: that ends the process.

It runs as a file, not with ``-m``, and imports nothing of the pipeline: so it starts alike from any folder.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
import traceback
from typing import IO, Any

ERRORS_ONLY = 1
"""llama.cpp's log level; one up, and a long run fills the log with remarks on ordinary requests."""

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until standard input ends. Exits 0 after serving, 1 when the engine could not start or nobody waits for it."""
    _end_with_parent()
    settings = json.loads(sys.stdin.readline() or "null")
    if settings is None:
        _leave(1)
    answers = _take_stdout()
    try:
        server = _serve(settings)
    except (ImportError, RuntimeError) as error:
        _say(answers, {"error": f"{type(error).__name__}: {error}"})
        _leave(1)
    _say(answers, {"address": server.listening_address})
    sys.stdin.read()
    _leave(0)


def _serve(settings: dict[str, Any]) -> Any:
    """Start the server in threads of its own.

    Raises ImportError when the engine is not there, RuntimeError when it cannot load the model.
    """
    xllamacpp: Any = importlib.import_module("xllamacpp")

    params = xllamacpp.CommonParams()
    params.model.path = settings["model"]
    params.model_alias = {settings["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [settings["key"]]
    params.cors_origins = "http://127.0.0.1"
    params.ui = False
    params.endpoint_slots = False
    params.n_parallel = settings["slots"]
    params.n_ctx = settings["slots"] * settings["context_tokens"]
    params.kv_unified = False
    params.fit_params = False
    params.cont_batching = True
    params.cache_prompt = True
    params.cache_ram_mib = settings["prompt_cache_mib"]
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    params.verbosity = ERRORS_ONLY
    return xllamacpp.Server(params)


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
