"""The command line as a test runs it: in this process, or as a program of its own that can be killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from pipeline.cli import main
from pipeline.run import REPOSITORY

KEY: Final = "canary-key-that-nobody-may-see"
SAME: Final = (
    "records.jsonl",
    "articles.jsonl",
    "documents.jsonl",
    "names.jsonl",
    "entities.jsonl",
    "ambiguous.jsonl",
    "facts.jsonl",
    "rejected.jsonl",
    "failures.jsonl",
)
"""The files of a run in which nothing but the articles and the answers shows."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs commands in this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Ended:
        self.capture.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:  # argparse's way to refuse
            code = int(end.code or 0)
        out, err = self.capture.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)


def environment(**variables: str) -> dict[str, str]:
    """The environment of a program started by a test: it finds the pipeline, and folds no message."""
    found = os.pathsep.join((str(REPOSITORY), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "PYTHONPATH": found, "COLUMNS": "400"} | variables


@contextmanager
def program(*arguments: str, module: Sequence[str] = (), **variables: str) -> Iterator[subprocess.Popen[str]]:
    """The command line as a program of its own; whatever happens, it is gone at the end.

    ``module`` is another one to run than the pipeline, with arguments that come before the others.
    """
    with subprocess.Popen(
        [sys.executable, "-m", *(module or ("pipeline",)), *arguments],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        preexec_fn=_hear_signals,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _hear_signals() -> None:
    """As in a shell in front, also where the tests run behind nohup."""
    for one in (signal.SIGINT, signal.SIGHUP):
        signal.signal(one, signal.SIG_DFL)


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a program's end."""
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in out + err
    return Ended(process.returncode, out, err)


def lines(path: Path) -> list[dict[str, Any]]:
    """The values of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def visible(folder: Path) -> dict[str, bytes]:
    """The results that a user sees in a folder, with what is in them; what is in the making has a name that says so."""
    if not folder.is_dir():
        return {}
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.name[0] != "." and path.suffix != ".part"
    }


def records_of(out: Path, documents: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The records of a run, of some documents or of all."""
    return [
        record for record in lines(out / "records.jsonl") if not documents or record["document"] in documents
    ]
