"""Where an export lies: whole or not at all, whatever disk, folder and run do."""

import importlib.util
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeline.errors import OutputError, UsageError
from pipeline.output.export import write as writing
from pipeline.output.export.database import _why
from pipeline.output.export.write import FORMATS, export, formats_of
from tests.chaos import long
from tests.model.client.full_disk import no_more_disk
from tests.output.export.reading import files_of
from tests.output.export.run_folder import document, lines, write
from tests.output.made_up_results import records


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, hidden ones too."""
    return {name: (folder / name).read_bytes() for name in files_of(folder)}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a made-up run."""
    return write(tmp_path / "run")


def test_an_export_adds_its_tables_to_the_folder_and_nothing_else(run: Path) -> None:
    """The files of the run stay as they are; those named are beside them in ``tables``."""
    before = contents(run)
    done = export(run, ("sqlite", "csv"))
    assert [path.relative_to(run) for path in done.paths] == [
        Path("tables/records.sqlite"),
        Path("tables/csv"),
    ]
    after = contents(run)
    assert {name: after[name] for name in before} == before
    assert {Path(name).parts[:2] for name in set(after) - set(before)} == {
        ("tables", "records.sqlite"),
        ("tables", "csv"),
    }


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_one_clear_error_and_costs_no_earlier_file(name: str, run: Path) -> None:
    """Wherever the disk gets full the error says so, the tables of before are whole, and nothing else is left."""
    export(run, formats_of(name))
    before = contents(run)
    largest = max(len(held) for path, held in before.items() if path.startswith("tables"))
    for size in long((1, largest // 2, largest - 1), range(1, largest, largest // 300 + 1)):
        with pytest.raises(OutputError, match="the results cannot be written") as caught, no_more_disk(size):
            export(run, formats_of(name))
        assert caught.value.next_step
        assert contents(run) == before


def test_a_killed_export_does_not_stand_in_the_way(run: Path) -> None:
    """Half a table, and a lock that nobody holds, are cleared away."""
    left = run / "tables/.new/csv"
    left.mkdir(parents=True)
    (left / "records.csv").write_text("rec", encoding="utf-8")
    (run / "tables/.lock").touch()
    export(run, ("sqlite",))
    assert files_of(run / "tables") == ["records.sqlite"]


def test_an_export_that_ends_between_two_files_leaves_each_one_whole(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file is that of before or the new one; the folder in which they were made is gone."""
    export(run, ("csv", "sqlite"))
    before = contents(run / "tables")
    (run / "records.jsonl").write_text("", encoding="utf-8")
    for name in ("entities.jsonl", "facts.jsonl", "ambiguous.jsonl"):
        (run / name).unlink()
    export(run, ("csv", "sqlite"), run.parent / "anew")
    after = contents(run.parent / "anew")
    replace = os.replace
    placed: list[str] = []

    def crash_at_the_fifth(source: Path, target: Path) -> None:
        if len(placed) == 4:
            raise KeyboardInterrupt
        placed.append(str(target.relative_to(run / "tables")))
        replace(source, target)

    monkeypatch.setattr(os, "replace", crash_at_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        export(run, ("csv", "sqlite"))
    assert contents(run / "tables") == before | {name: after[name] for name in placed}


def test_two_exports_into_one_folder_do_not_mix(run: Path) -> None:
    """While one writes, another is told so and leaves everything as it is."""
    (run / "tables").mkdir()
    with FileLock(run / "tables/.lock"), pytest.raises(UsageError, match="another export"):
        export(run, ("sqlite",))
    assert files_of(run / "tables") in ([], [".lock"])


def test_a_run_that_is_written_anew_meanwhile_is_not_exported(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the next run puts its files in place while tables are written, the export says so and leaves none."""
    whole = writing._write

    def overtaken(*arguments: Any) -> int:
        cut = whole(*arguments)
        (run / "records.jsonl").write_text("", encoding="utf-8")
        return cut

    monkeypatch.setattr(writing, "_write", overtaken)
    with pytest.raises(UsageError, match="written anew"):
        export(run, ("sqlite",))
    assert not (run / "tables").exists()


@pytest.mark.parametrize("missing", ["run.json", "documents.jsonl", None])
def test_what_is_no_finished_run_is_told_and_left_alone(missing: str | None, tmp_path: Path) -> None:
    """A folder without a run's files, and one that is not there, are named; nothing is made in them."""
    folder = tmp_path / "run"
    if missing:
        (write(folder) / missing).unlink()
    before = contents(tmp_path)
    with pytest.raises(UsageError, match=missing or "run.json"):
        export(folder, ("sqlite",))
    assert contents(tmp_path) == before and not (folder / "tables").exists()


DAMAGED: dict[str, tuple[str, Callable[[list[Any]], Any], str]] = {
    "half a line": ("records.jsonl", lambda found: "[", "no JSON"),
    "a number where text belongs": (
        "records.jsonl",
        lambda found: found[0] | {"organization": 5},
        "organization",
    ),
    "a type that is not there": ("records.jsonl", lambda found: found[0] | {"type": "秘密"}, "tag invalid"),
    "a field that is not there": ("documents.jsonl", lambda found: {"document": "秘密"}, "KeyError"),
    "a record twice": ("records.jsonl", lambda found: found[0], "UNIQUE"),
    "a list for a text": (
        "documents.jsonl",
        lambda found: document("秘密", path=["秘密"]),
        "not what a run writes",
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_line_is_named_without_its_text(damage: str, tmp_path: Path) -> None:
    """File, line and reason are told; what stands in the line is not."""
    name, made, told = DAMAGED[damage]
    run = write(tmp_path / "run")
    good = (run / name).read_text(encoding="utf-8")
    last = made([json.loads(line) for line in good.splitlines()])
    text = last if isinstance(last, str) else json.dumps(last, ensure_ascii=False)
    (run / name).write_text(good + text + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name}, line {len(good.splitlines()) + 1}: .*{told}") as caught:
        export(run, ("sqlite",))
    assert "秘密" not in str(caught.value) and not (run / "tables").exists()


@pytest.mark.parametrize("error", [KeyError("秘密"), TypeError("秘密"), ValueError("秘密")])
def test_an_error_that_repeats_a_line_is_told_by_its_kind(error: Exception) -> None:
    """Only what SQLite says is told in its words: they name tables and columns."""
    assert "秘密" not in _why(error) and type(error).__name__ in _why(error)
    assert "UNIQUE" in _why(sqlite3.IntegrityError("UNIQUE constraint failed"))


def test_files_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    """A record of a document that the run does not have would join with nothing: there are no tables."""
    files = lines() | {"records.jsonl": [*lines()["records.jsonl"], *records("d.txt")]}
    with pytest.raises(UsageError, match="do not fit together"):
        export(write(tmp_path / "run", files), ("sqlite",))


@pytest.mark.parametrize(("name", "package"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_without_a_package_the_error_names_the_extra(
    name: str, package: str, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an extra brings is asked for by its name, before any work; SQLite and CSV need none."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda asked: None if asked == package else find(asked))
    with pytest.raises(UsageError, match=package) as caught:
        formats_of(f"sqlite,{name}")
    assert "hospital-news-records[export]" in caught.value.next_step
    monkeypatch.setattr(importlib.util, "find_spec", lambda asked: None)
    assert export(run, formats_of("csv, sqlite,csv")).paths == (
        run / "tables/records.sqlite",
        run / "tables/csv",
    )


@pytest.mark.parametrize("names", ["", ",", "sqlite,xls", "SQLITE"])
def test_a_format_that_there_is_not_is_named(names: str) -> None:
    """An unknown format, or none, is refused with the list of formats."""
    with pytest.raises(UsageError, match="sqlite, csv, xlsx, parquet"):
        formats_of(names)


def test_without_full_text_search_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python whose SQLite cannot search Chinese is told before any work."""
    monkeypatch.setattr(writing, "can_search", lambda: False)
    with pytest.raises(UsageError, match="FTS5"):
        formats_of("sqlite")
    assert formats_of("csv") == ("csv",)


def test_a_file_where_the_folder_should_be_is_one_clear_error(run: Path) -> None:
    """A file in place of the tables' folder is named, and stays."""
    (run / "tables").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="tables"):
        export(run, ("sqlite",))
    assert (run / "tables").read_text(encoding="utf-8") == "mine"
