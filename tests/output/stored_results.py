"""Made-up results as a run's folder gives them back, and the pages made from them."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.output.lines import LINES, to_json
from pipeline.output.report import write
from pipeline.output.stored import Stored, StoredRun
from pipeline.results import DocumentResult
from schemas import Failure
from tests.output.made_up_results import summary


def files(folder: Path, results: Iterable[DocumentResult], failures: Iterable[Failure] = ()) -> StoredRun:
    """The files of a run over ``results``, written into ``folder``."""
    made = list(results)
    for name, lines in LINES.items():
        text = "".join(to_json(line) + "\n" for result in made for line in lines(result))
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    with (folder / "failures.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(to_json(failure) + "\n" for failure in failures)
    return StoredRun.of(folder)


def stored(*results: DocumentResult) -> list[Stored]:
    """Each result as it is read back."""
    with TemporaryDirectory() as folder:
        return list(files(Path(folder), results).documents())


def pages(
    *results: DocumentResult, failures: tuple[Failure, ...] = (), **changes: Any
) -> tuple[str, dict[str, str]]:
    """``report.html`` of a run, and by name the pages of its documents where they are files of their own."""
    pieces: list[str] = []
    others: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        write(
            files(Path(folder), results, failures),
            summary(**changes),
            write=pieces.append,
            write_page=lambda name, parts: others.__setitem__(name, "".join(parts)),
        )
    return "".join(pieces), others
