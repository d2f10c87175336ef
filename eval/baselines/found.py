"""What a library found, in one form for both."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from eval.errors import EvalError


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: what the library says it is, with the values as the library gives them.

    ``start`` and ``end``: code points of the article at which the library says that it stands, or None.
    """

    type: str
    values: Mapping[str, Any]
    quote: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All that a library found, by document; how many pieces of text it asked about, and how many gave nothing usable."""

    library: str
    documents: Mapping[str, tuple[Item, ...]]
    pieces: int
    failed: int

    def write(self, path: Path) -> None:
        """Write it as readable JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what ``write`` wrote. Raises EvalError where there is nothing of the kind."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            documents = {
                name: tuple(Item(**one) for one in items) for name, items in data["documents"].items()
            }
            return cls(data["library"], documents, data["pieces"], data["failed"])
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise EvalError(f"{path} cannot be read: {error!r}.", next_step="Restore the file.") from None
