"""The review's app as a program of its own, asked over HTTP."""

import http.client
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.run.command import program


@dataclass(frozen=True, slots=True)
class Web:
    """A running app and its address."""

    process: subprocess.Popen[str]
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
    """The app over a run's folder; it is gone at the end."""
    with program("review", str(run), *flags) as process:
        assert process.stdout and process.stderr
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield Web(process, address)
