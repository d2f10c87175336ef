"""Files that are no plain text, taken apart in a process of their own: no file can harm the run, nor hold it up."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import pipeline
from pipeline.document.inputs.extracted import Extracted, Refused
from pipeline.document.inputs.kinds import Kind, is_old_office
from pipeline.document.text import PrintedLine, PrintedPage

SECONDS: Final = 120.0
"""For one file; the longest newspaper takes a fraction of it."""
_MODULE: Final = "pipeline.document.inputs.process"
_SECRET: Final = ("OPENAI_", "PIPELINE_")
_GIVE_TEXT: Final = "Give its text instead."


class Apart:
    """The process, as a context manager: started with the first file that needs it, and again where one broke it."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None

    def extract(self, kind: Kind, data: bytes, most: int) -> Extracted:
        """What is in a file, ``most`` characters at most.

        Raises:
            Refused: it is not read; or the package that reads it is not installed.
        """
        if not data:
            raise Refused("the file is empty.", "Leave it out, or get it anew.")
        if is_old_office(data):
            raise Refused(
                "it is encrypted, or a Word file of the old kind (.doc).",
                "Save it as .docx, without a password.",
            )
        said = self._ask({"kind": kind.name, "size": len(data), "most": most}, data)
        if "missing" in said:
            raise Refused(
                f"{kind.shown} files need a package that is not installed ({said['missing']}).",
                f"Install it: pip install 'hospital-news-records[{kind.name}]'",
            )
        if "refused" in said:
            raise Refused(said["refused"], said["next_step"])
        found = said["extracted"]
        pages = (
            page | {"lines": tuple(PrintedLine(**line) for line in page["lines"])} for page in found["pages"]
        )
        return Extracted(**found | {"pages": tuple(PrintedPage(**page) for page in pages)})

    def _ask(self, header: dict[str, Any], data: bytes) -> dict[str, Any]:
        process = self._process = self._process or _start()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.seconds, end)
        timer.start()
        try:
            line = _exchanged(process, json.dumps(header).encode() + b"\n" + data)
        finally:
            timer.cancel()
        # A line without its end was cut off with the process.
        if line.endswith(b"\n"):
            said: dict[str, Any] = json.loads(line)
            return said
        self.close()
        if late.is_set():
            raise Refused(f"it takes longer than {self.seconds:.0f} seconds to be taken apart.", _GIVE_TEXT)
        raise Refused("the library that reads it broke down.", _GIVE_TEXT)


def _exchanged(process: subprocess.Popen[bytes], message: bytes) -> bytes:
    """The answer to a message; empty where the process is gone."""
    to, answers = _pipe(process.stdin), _pipe(process.stdout)
    try:
        to.write(message)
        to.flush()
    except OSError:  # A broken pipe, or what Windows makes of one.
        return b""
    return answers.readline()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _start() -> subprocess.Popen[bytes]:
    root = Path(pipeline.__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
    # Whatever takes that process over finds no key in it.
    own = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    # In a session of its own: Ctrl-C is for the run, which then ends this process. -P: no module of the folder's.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=own | {"PYTHONPATH": path},
        start_new_session=True,
    )
