"""Keeps what a run wrote with the schemas of this version, so that later versions are held to reading it.

``python -m tests.schemas.release RUN`` takes from the folder of a finished run the fewest lines that show all that is in
it, into ``tests/schemas/released/VERSION``. The run is to be of made-up articles: its lines become part of the tests.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

RELEASED: Final = Path(__file__).parent / "released"
FILES: Final = ("records.jsonl", "articles.jsonl", "rejected.jsonl")
SUMMARY: Final = "run.json"


def shown(line: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """What a line has that another may not have: its filled fields, their choices, lists and forms of dates."""
    kind = line.get("type", "article")
    for name, value in line.items():
        yield kind, name, type(value).__name__, bool(value)
        if isinstance(value, str) and re.fullmatch("[a-z_]+", value):
            yield kind, name, value
        if isinstance(value, str) and re.match("[12][0-9]{3}|--", value):
            yield "date", re.sub("[0-9]", "0", value)
        if isinstance(value, list):
            yield name, min(len(value), 3)
            yield from ((name, item.get("status")) for item in value if isinstance(item, dict))


def chosen(lines: list[str]) -> list[str]:
    """The shortest of the lines that together show all, in their order."""
    todo = {each for line in lines for each in shown(json.loads(line))}
    kept = []
    for line in sorted(lines, key=lambda line: (len(line), line)):
        found = todo.intersection(shown(json.loads(line)))
        if found:
            todo -= found
            kept.append(line)
    return [line for line in lines if line in kept]


def keep(run: Path, released: Path = RELEASED) -> Path:
    """Write the lines of a run into the folder of the version that wrote them; the folder."""
    summary = (run / SUMMARY).read_text("utf-8")
    folder = released / str(json.loads(summary)["schema_version"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SUMMARY).write_text(summary, "utf-8")
    for name in FILES:
        with (run / name).open(encoding="utf-8", newline="\n") as file:
            (folder / name).write_text("".join(chosen(list(file))), "utf-8")
    return folder


if __name__ == "__main__":
    print(keep(Path(sys.argv[1])))
