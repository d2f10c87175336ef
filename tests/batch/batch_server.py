"""The answering server with files and batches: it does what an endpoint's Batch API does, its faults included.

A batch is worked off when it is first asked after; its answers are those that the server would give live, in another order.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.run.answering_server import MODEL, AnsweringServer, Fault, Handler, completion, error

PAGE: Final = 2
"""Most entries of a list in one reply."""

ApiFault = Callable[[str, str], tuple[Fault, bool] | None]
"""By a request's method and path, what is said instead, and whether it is done all the same."""


@dataclass(slots=True)
class StoredFile:
    """A file at the endpoint."""

    name: str
    content: bytes
    purpose: str = "batch"


@dataclass(slots=True)
class Work:
    """How the next batches end: ``answered`` of their requests are (None: all), and ``spoil`` may change the files' lines."""

    status: str = "completed"
    answered: int | None = None
    spoil: Callable[[list[bytes]], list[bytes]] = field(default=lambda lines: lines)


class BatchHandler(Handler):
    """A connection on which questions, files and batches come."""

    server: Any

    def do_POST(self) -> None:
        """A question, a file or a batch."""
        if self.path.endswith("/chat/completions"):
            super().do_POST()
        else:
            self._api("POST", self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        """A list, a batch, a file's content."""
        self._api("GET", b"")

    def do_DELETE(self) -> None:
        """A file that is no longer wanted."""
        self._api("DELETE", b"")

    def _api(self, method: str, body: bytes) -> None:
        self.say(self.server.owner.api(method, self.path, self.headers, body))


class BatchServer(AnsweringServer):
    """The endpoint, with what lies there: ``files`` and ``batches`` by id, and ``paid``, how often each request was answered."""

    handler = BatchHandler

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, StoredFile] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.paid: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        """What was asked in batches."""
        self.uploads: list[bytes] = []
        self.ids: dict[str, list[str]] = {}
        """The requests of each batch."""
        self.most: tuple[int, int] = (50_000, 200_000_000)
        self.work = Work()
        self.api_fault: ApiFault | None = None
        self.holds = False
        """Whether batches stay on their way."""
        self._made = 0
        self._calls_held = False

    def hold_calls(self) -> None:
        """Do nothing about files and batches until :meth:`let_calls_go`."""
        with self._changed:
            self._calls_held = True

    def let_calls_go(self) -> None:
        """Do what was held back."""
        with self._changed:
            self._calls_held = False
            self._changed.notify_all()

    def wait_for_calls(self, calls: int, seconds: float = 30) -> None:
        """Wait until so many calls about files and batches have come."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.calls) >= calls, seconds)

    def let_go(self) -> None:
        """Answer and do what was held back."""
        super().let_go()
        self.let_calls_go()

    def api(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Fault:
        """Do what is asked of files and batches, and give what is to be said."""
        what = urlsplit(path).path.removeprefix("/v1")
        with self._changed:
            self.keys.append(headers.get("Authorization", ""))
            self.calls.append(f"{method} {what}")
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._calls_held)
            fault = self.api_fault and self.api_fault(method, what)
            if fault and not fault[1]:
                return fault[0]
            said = self._done(method, path, headers, body)
            return fault[0] if fault else said

    def _done(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Fault:
        parts = urlsplit(path)
        kind, _, rest = parts.path.removeprefix("/v1/").partition("/")
        identity, _, what = rest.partition("/")
        if kind == "files" and method == "POST":
            return self._upload(headers, body)
        if kind == "batches" and method == "POST":
            return self._create(json.loads(body))
        if not identity:
            entries = (
                [self._file(each) for each in self.files] if kind == "files" else list(self.batches.values())
            )
            return self._page(entries[::-1], parse_qs(parts.query))
        if identity not in (self.files if kind == "files" else self.batches):
            return Fault(404, f"No such {kind}: {identity}.")
        if kind == "batches":
            return self._asked_after(self.batches[identity])
        if what == "content":
            return Fault(body=self.files[identity].content)
        del self.files[identity]
        return _json({"id": identity, "object": "file", "deleted": True})

    def _upload(self, headers: Mapping[str, str], body: bytes) -> Fault:
        boundary = headers["Content-Type"].partition("boundary=")[2].strip('"').encode()
        found = {}
        for part in body.split(b"--" + boundary)[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            form = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
            found[form["name"]] = (form.get("filename", ""), content.removesuffix(b"\r\n"))
        assert found["purpose"][1] == b"batch"
        self.uploads.append(found["file"][1])
        return _json(self._file(self._stored(StoredFile(*found["file"]))))

    def _create(self, asked: Mapping[str, Any]) -> Fault:
        assert asked["endpoint"] == "/v1/chat/completions" and asked["completion_window"] == "24h"
        if asked["input_file_id"] not in self.files:
            return Fault(400, f"There is no file {asked['input_file_id']}.")
        self._made += 1
        identity = f"batch_{self._made}"
        self.batches[identity] = {
            "id": identity,
            "object": "batch",
            "endpoint": asked["endpoint"],
            "input_file_id": asked["input_file_id"],
            "completion_window": "24h",
            "created_at": self._made,
            "metadata": asked["metadata"],
            "status": "validating",
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
        }
        lines = self.files[asked["input_file_id"]].content.splitlines()
        self.ids[identity] = [json.loads(line)["custom_id"] for line in lines]
        return _json(self.batches[identity])

    def _asked_after(self, batch: dict[str, Any]) -> Fault:
        if not self.holds and batch["status"] == "validating":
            self._work_off(batch)
        return _json(batch)

    def _work_off(self, batch: dict[str, Any]) -> None:
        content = self.files[batch["input_file_id"]].content
        requests = [json.loads(line) for line in content.split(b"\n") if line]
        if wrong := self._wrong(requests, len(content)):
            batch |= {"status": "failed", "errors": {"object": "list", "data": [wrong]}}
            return
        work = self.work
        count = len(requests) if work.answered is None else work.answered
        lines = [self._line(request) for request in requests[:count]]
        expired = {"code": "batch_expired", "message": "This request could not be executed in time."}
        left = [
            {"id": "x", "custom_id": request["custom_id"], "response": None, "error": expired}
            for request in requests[count:]
        ]
        good = [_bytes(each) for each in lines if each["response"]["status_code"] == 200]
        bad = [
            _bytes(each) for each in [*(one for one in lines if one["response"]["status_code"] != 200), *left]
        ]
        batch |= {
            "status": work.status,
            "output_file_id": self._results(work.spoil(good[::-1])),
            "error_file_id": self._results(bad),
            "request_counts": {"total": len(requests), "completed": len(good), "failed": len(bad)},
        }

    def _wrong(self, requests: list[dict[str, Any]], size: int) -> dict[str, Any] | None:
        """What validation says of a batch."""
        ids = Counter(each["custom_id"] for each in requests)
        if ids.total() > len(ids):
            return {"code": "duplicate_custom_id", "message": "A custom_id is there twice.", "line": 1}
        if len(requests) > self.most[0] or size > self.most[1]:
            return {"code": "too_large", "message": "The batch is too large.", "line": None}
        for line, each in enumerate(requests, start=1):
            if each["body"]["model"] != MODEL:
                said = f"The model {each['body']['model']} does not exist."
                return {"code": "model_not_found", "message": said, "line": line, "param": "body.model"}
        return None

    def _line(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.paid[request["custom_id"]] += 1
        self.bodies.append(request["body"])
        said = self.said(self.paid.total(), request["body"])
        body = completion(said) if said.status == 200 else error(said)
        response = {"status_code": said.status, "request_id": "r", "body": body}
        return {"id": "x", "custom_id": request["custom_id"], "response": response, "error": None}

    def _results(self, lines: list[bytes]) -> str | None:
        if not lines:
            return None
        return self._stored(StoredFile("results.jsonl", b"\n".join(lines) + b"\n", "batch_output"))

    def _stored(self, file: StoredFile) -> str:
        self._made += 1
        identity = f"file-{self._made}"
        self.files[identity] = file
        return identity

    def _file(self, identity: str) -> dict[str, Any]:
        file = self.files[identity]
        return {
            "id": identity,
            "object": "file",
            "bytes": len(file.content),
            "created_at": 0,
            "filename": file.name,
            "purpose": file.purpose,
            "status": "processed",
        }

    def _page(self, entries: list[dict[str, Any]], query: Mapping[str, list[str]]) -> Fault:
        if "purpose" in query:
            entries = [each for each in entries if each["purpose"] == query["purpose"][0]]
        ids = [each["id"] for each in entries]
        start = ids.index(query["after"][0]) + 1 if "after" in query else 0
        page = entries[start : start + PAGE]
        last = page[-1]["id"] if page else None
        return _json({"object": "list", "data": page, "has_more": start + PAGE < len(ids), "last_id": last})


def _json(value: object) -> Fault:
    return Fault(body=_bytes(value))


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
