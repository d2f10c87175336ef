"""The command ``export`` and the flag ``--export`` of a run: one code, and nothing masked comes back."""

import json
from pathlib import Path

import pytest

from pipeline.output.export.command import export_and_show
from pipeline.shown import Teller
from tests.output.export.reading import ALL, READERS, files_of, from_sqlite
from tests.output.export.run_folder import document, write
from tests.private.planted import national_id, wide
from tests.run.answering_server import AnsweringServer
from tests.run.command import CommandLine

FORMATS = "parquet,sqlite,csv,xlsx"


def test_a_run_with_export_is_a_run_and_an_export_and_nothing_masked_comes_back(
    server: AnsweringServer, articles: Path, workplace: Path, cli: CommandLine
) -> None:
    """Both ways give the same bytes, and a private number of text, file name and metadata is in no table."""
    number = national_id(4711, 15, 268)
    (articles / f"{number}.txt").write_text(
        f"云岭县中医院通过国家级胸痛中心验收。患者身份证号{wide(number)}。", "utf-8"
    )
    line = {"id": f"={number}", "text": "天气很好。", "title": number, "note": number}
    (articles / "lines.jsonl").write_text(json.dumps(line), "utf-8")
    told = cli("run", str(articles), "--export", FORMATS)
    tables = workplace / "out/tables"
    assert told.code == 0 and "Tables: out/tables/records.sqlite" in told.err
    again = cli("export", "out", "--to", FORMATS, "--out", "again")
    assert (again.code, again.out.split()) == (
        0,
        [f"again/{name}" for name in ("records.sqlite", "csv", "records.xlsx", "parquet")],
    )
    assert files_of(tables) == files_of(workplace / "again")
    for name in files_of(tables):
        assert (tables / name).read_bytes() == (workplace / "again" / name).read_bytes(), name
    for table in ALL.values():
        found = from_sqlite(tables, table)
        assert all(read(tables, table) == found for read in READERS.values())
        assert number not in repr(found) and wide(number) not in repr(found)
    assert number.encode() not in (tables / "records.sqlite").read_bytes()
    (held,) = [
        row
        for row in from_sqlite(tables, ALL["documents"])
        if "云岭县中医院通过" in row[-1] and "*" in row[0]
    ]
    assert held[-1].count("*") == len(number)


def test_a_format_that_cannot_be_written_is_refused_before_anything_is_asked(
    server: AnsweringServer, articles: Path, workplace: Path, cli: CommandLine
) -> None:
    """An hour of answers is not spent on a run whose export is misspelt."""
    told = cli("run", str(articles), "--export", "sqlite,excel")
    assert told.code == 2 and "excel" in told.err and not server.requests
    assert cli("export", "nowhere", "--to", "sqlite").code == 2
    assert not (workplace / "nowhere").exists() and not (workplace / "out").exists()


def test_cells_that_were_cut_are_told(
    tmp_path: Path, cli: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever opens the workbook knows that a text in it is not whole, and where it is."""
    files = {"documents.jsonl": [document("a", "甲" * 40_000)], "articles.jsonl": [], "records.jsonl": []}
    run = write(tmp_path / "run", files)
    told = cli("export", str(run), "--to", "xlsx")
    assert told.code == 0 and "Cells cut" in told.err and told.out == f"{run}/tables/records.xlsx\n"
    export_and_show(run, ("xlsx",), Teller())
    assert "Cells cut" in capsys.readouterr().err
    export_and_show(run, (), Teller())
    assert "of an earlier run" in capsys.readouterr().err
