"""The review's app, asked over HTTP: within the test, or as a program of its own that can be killed."""

import http.client
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.cli import parser
from pipeline.review.command import desk_of
from pipeline.review.journal import Journal
from pipeline.review.server import listening, server
from pipeline.review.stored import load
from tests.run.command import program


@dataclass(frozen=True, slots=True)
class Web:
    """A running app and its address."""

    address: str

    @property
    def host(self) -> str:
        """Name and port."""
        return urlsplit(self.address).netloc

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body of an answer; a path without a slash before it is one of the app's own."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        whole = path if path.startswith("/") else urlsplit(self.address).path + path
        connection.request(method, whole, body, dict(headers or {}))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def post(self, path: str, values: Any, **headers: str) -> tuple[int, Any]:
        """Status and values of an answer to what the page would send."""
        told = {"Content-Type": "application/json", "Origin": f"http://{self.host}"} | headers
        code, _, text = self.ask("POST", path, json.dumps(values).encode(), told)
        return code, json.loads(text) if text.startswith("{") else text


@contextmanager
def served(run: Path, *flags: str) -> Iterator[Web]:
    """The app that the command's flags ask for, in a thread of this process."""
    args = parser().parse_args(["review", str(run), "--reviewer", "周一", *flags])
    loaded = load(run)
    with Journal(run, args.reviewer, loaded.hash) as journal, closing(listening(0)) as listener:
        serving = server(desk_of(loaded, journal.decisions, args), journal, "secret")
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Web(f"http://127.0.0.1:{listener.getsockname()[1]}/secret/")
        finally:
            serving.should_exit = True
            thread.join()


@contextmanager
def started(run: Path, *flags: str) -> Iterator[tuple[Web, subprocess.Popen[str]]]:
    """The app as a program of its own; it is gone at the end."""
    with program("review", str(run), *flags) as process:
        assert process.stdout and process.stderr
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield Web(address), process
