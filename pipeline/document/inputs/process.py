"""The child process in which files are taken apart; started by ``pipeline.document.inputs.apart``, never by hand.

Whatever a file does to a library (a crash, gigabytes, hours), it does to this process alone. On standard input comes, for
each file, a line of JSON (``kind``, ``size`` in bytes, ``most`` characters) and then the file; on standard output goes a
line of JSON for each. The end of standard input ends the process.
"""

import contextlib
import importlib
import json
import os
import sys
from dataclasses import asdict
from typing import Any, Final

from pipeline.document.inputs.extracted import Refused

_MOST_MEMORY: Final = 3 << 30
"""Bytes of address space."""


def main() -> None:
    """Answer until standard input ends."""
    _limit_memory()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What libraries print must not come between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    files = sys.stdin.buffer
    while line := files.readline():
        asked = json.loads(line)
        answers.write(json.dumps(answer(asked["kind"], files.read(asked["size"]), asked["most"])) + "\n")
        answers.flush()


def answer(kind: str, data: bytes, most: int) -> dict[str, Any]:
    """What is in a file, or why it is not read: ``extracted``, or ``refused`` with ``next_step``, or ``missing``."""
    module = importlib.import_module(f"pipeline.document.inputs.{kind}")
    try:
        return {"extracted": asdict(module.extract(data, most))}
    except Refused as refused:
        return {"refused": refused.message, "next_step": refused.next_step}
    except ImportError as error:
        return {"missing": str(error)}
    except (MemoryError, RecursionError) as error:
        what = "too much memory" if isinstance(error, MemoryError) else "too deeply nested"
    except Exception as error:
        # A fault of a library's in one file must not cost the others; what it says may hold the file's text.
        what = type(error).__name__
    return {"refused": f"it cannot be taken apart ({what}).", "next_step": "Give its text instead."}


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Not every system has such limits.
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    main()
