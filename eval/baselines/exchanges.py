"""What was asked and what was answered, one exchange a line, as readable text.

A request is kept by the SHA-256 of its canonical JSON, beside the piece of the article that it asks about: the rest
is the same in every line, and stands whole in ``NAME.request.json``. No header is kept, and so no key.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from eval.errors import EvalError

FOLDER: Final = Path(__file__).resolve().parent / "answers"
STOPPED: Final = "stop"
"""How an answer ends that the model ended itself."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    ``status``: of the reply; for one that is not 200, ``answer`` is what the endpoint said. ``finish``: why the
    model stopped. ``prompt`` and ``completion``: tokens, ``cached`` of the first were not computed anew.
    ``seconds``: from request to reply.
    """

    key: str
    asked: str
    answer: str
    finish: str = STOPPED
    status: int = 200
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether it is an answer that was not cut off."""
        return self.status == 200 and self.finish == STOPPED

    def reply(self) -> Mapping[str, Any]:
        """The reply's body, as an OpenAI-compatible endpoint writes it."""
        if self.status != 200:
            return {"error": {"message": self.answer, "type": "error", "code": self.status}}
        message = {"role": "assistant", "content": self.answer}
        return {
            "id": self.key,
            "object": "chat.completion",
            "created": 0,
            "model": "recorded",
            "choices": [{"index": 0, "finish_reason": self.finish, "message": message}],
            "usage": {
                "prompt_tokens": self.prompt,
                "completion_tokens": self.completion,
                "total_tokens": self.prompt + self.completion,
                "prompt_tokens_details": {"cached_tokens": self.cached},
            },
        }


def key_of(request: Mapping[str, Any]) -> str:
    """The SHA-256 of a request's canonical JSON."""
    text = json.dumps(request, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Exchanges:
    """The exchanges of a file, in the order in which they were made; threads may share it.

    Raises:
        EvalError: a line of the file is no exchange.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._found = {one.key: one for one in _read(path)} if path.is_file() else {}

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._found.values()))

    def get(self, key: str) -> Exchange | None:
        """The exchange of a request, or None."""
        return self._found.get(key)

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange: on return it is on disk, and a crash at any moment leaves the file whole."""
        with self._lock:
            self._found[exchange.key] = exchange
            lines = [json.dumps(asdict(one), ensure_ascii=False) for one in self._found.values()]
            part = self._path.with_suffix(".part")
            part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            os.replace(part, self._path)


def _read(path: Path) -> Iterator[Exchange]:
    # Not splitlines(): it would split at U+2028 inside an answer.
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        try:
            if line:
                yield Exchange(**json.loads(line))
        except (TypeError, ValueError) as error:
            raise EvalError(
                f"{path}: line {number} is no exchange: {error}.", next_step="Restore the file."
            ) from None
