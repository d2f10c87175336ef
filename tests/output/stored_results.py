"""Made-up results as a run's folder gives them back, and the pages made from them."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.output.lines import LINES, to_json
from pipeline.output.report import PAGES, REPORT
from pipeline.output.stored import Stored, StoredRun
from pipeline.output.write import Writer
from pipeline.results import DocumentResult
from schemas import Failure
from tests.output.made_up_results import summary


def files(folder: Path, results: Iterable[DocumentResult]) -> StoredRun:
    """The files of a run over ``results``, written into ``folder``; nobody is joined over documents."""
    made = list(results)
    for name, lines in LINES.items():
        text = "".join(to_json(line) + "\n" for result in made for line in lines(result))
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    (folder / "entities.jsonl").touch()
    return StoredRun.of(folder)


def stored(*results: DocumentResult) -> list[Stored]:
    """Each result as it is read back."""
    with TemporaryDirectory() as folder:
        return list(files(Path(folder), results).documents())


def pages(
    *results: DocumentResult, failures: tuple[Failure, ...] = (), **changes: Any
) -> tuple[str, dict[str, str]]:
    """``report.html`` of a run, and by name the pages of its documents where they are files of their own."""
    with TemporaryDirectory() as folder:
        out = Path(folder)
        with Writer(out) as writer:
            for each in results:
                writer.add(each)
            for failure in failures:
                writer.fail(failure)
            writer.finish(summary(**changes))
        others = {path.name: path.read_text("utf-8") for path in sorted((out / PAGES).glob("*"))}
        return (out / REPORT).read_text("utf-8"), others
