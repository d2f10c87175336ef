"""The four formats: the same tables in each, whatever the texts are, and nothing that a spreadsheet would compute."""

import csv
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.output.export import parquet_files, xlsx_file
from pipeline.output.export.formulas import guarded, is_formula
from pipeline.output.export.write import FORMATS, export
from schemas import Metric, Notice
from tests.output.export.reading import ALL, READERS, files_of, from_sqlite
from tests.output.export.run_folder import article, document, lines, write
from tests.output.made_up_results import TEXT, evidence

HOSTILE = (
    "</script><script>alert(1)</script>\"><img src=x onerror=alert(2)>' onmouseover='alert(3)"
    "\u2028<!-- ]]> {{ 7 * 7 }} {% raw %} &lt; &#60;b> </t></is></c></row>'); DROP TABLE records; --\u202e\n"
)
FORMULAS = [
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠1",
        "﹦1",
        " =1",
        "\u3000＝1",
    ),
    *('=HYPERLINK("http://x.test")', "=cmd|' /C calc'!A0", "\u200b=1", "\ufeff=1", "\x00=1"),
]
"""What a spreadsheet could take for a formula, here or in East Asia, at once or with what it drops at the start."""
TEXTS = [
    *FORMULAS,
    "'",
    "'=1",
    "''",
    "a=1",
    "1-1",
    "\x01\x1f\x7f\ufffe",
    "_x0041_",
    '甲,乙;丙"丁\r\n\v',
    HOSTILE,
    "🏥𠮷",
    "\u2028\x85",
]
"""Texts that go through a format unchanged or not at all."""


def hostile() -> dict[str, list[Any]]:
    """A run in which every text that comes from outside is hostile, all of them in each place."""
    text = HOSTILE + TEXT
    names = [f"{each.strip()}-{number}" for number, each in enumerate(TEXTS)]
    notices = [
        Notice(
            id=f"n-{at}",
            document=names[at],
            kind="other",
            subject=f"{each}号",
            evidence=(evidence(text, HOSTILE),),
        )
        for at, each in enumerate(TEXTS)
    ]
    below = Metric(
        id="=m", document=names[0], subject="=甲", indicator="-乙", value=-5, kind="level", measure="@"
    )
    return {
        "documents.jsonl": [document(name, text, path=each, metadata={each: each}) for name, each in zip(names, TEXTS, strict=True)],
        "articles.jsonl": [article(name, title=f"{each}题", authors=[f"{each}甲", "'"]) for name, each in zip(names, TEXTS, strict=True)],
        "records.jsonl": [below, *notices],
        "rejected.jsonl": [{"document": names[0], "type": "case", "values": {HOSTILE: HOSTILE}, "reasons": ["=1"]}],
        "entities.jsonl": [
            {"id": each, "kind": "person", "name": each, "aliases": [each], "document": names[0], "records": ["=m"]}
            for each in TEXTS
        ],
    }  # fmt: skip


@pytest.fixture(params=["made up", "hostile"], scope="module")
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an export in all formats."""
    run = write(tmp_path_factory.mktemp("run"), lines() if request.param == "made up" else hostile())
    export(run, FORMATS)
    return run / "tables"


def test_every_format_has_the_same_rows(exported: Path) -> None:
    """Each table, read back from CSV, XLSX and Parquet by other programs, has the rows and types of the database."""
    for name, table in ALL.items():
        expected = from_sqlite(exported, table)
        for told, read in READERS.items():
            assert read(exported, table) == expected, (told, name)


def test_nothing_in_a_csv_file_is_a_formula(exported: Path) -> None:
    """No cell of text begins as a formula does; the file says by its first bytes that it is UTF-8."""
    for name, table in ALL.items():
        path = exported / "csv" / f"{name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                cells = [
                    cell for cell, column in zip(row, table.columns, strict=True) if column.kind == "text"
                ]
                assert not any(map(is_formula, cells)), (name, row)


def test_nothing_in_a_workbook_is_a_formula(exported: Path) -> None:
    """No sheet has a formula or a link, whatever its texts look like, and no cell is of the kind."""
    with zipfile.ZipFile(exported / "records.xlsx") as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert sheets and not [
        sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet or b"hyperlink" in sheet
    ]
    cells = [
        cell for sheet in openpyxl.load_workbook(exported / "records.xlsx") for row in sheet for cell in row
    ]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_guarded(text: str) -> None:
    """Signs, their full-width and small forms, tabs and line ends, behind what cannot be seen or not."""
    assert is_formula(text) and guarded(text) == "'" + text


@given(st.text(st.sampled_from("=+-@＝－\t\r '\u200b甲1")))
def test_a_guard_can_be_undone_and_leaves_no_formula(text: str) -> None:
    """One apostrophe less gives the text that was there, and what was written begins as no formula does."""
    written = guarded(text)
    assert not is_formula(written)
    assert (written[1:] if written.startswith("'") else written) == text


def test_a_number_below_zero_is_a_number(tmp_path: Path) -> None:
    """A column of numbers is not guarded: -5 is written as -5."""
    export(write(tmp_path, hostile()), ("csv",))
    (line,) = (tmp_path / "tables/csv/metrics.csv").read_text("utf-8-sig").splitlines()[1:]
    assert line.split(",")[:5] == ["'=m", "'=1+1-0", "'=甲", "'-乙", "-5"]


def test_parquet_is_written_in_groups_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows there are, a few are in memory at once; so are a few characters."""
    monkeypatch.setattr(parquet_files, "GROUP_ROWS", 2)
    export(write(tmp_path), ("parquet",))
    with pyarrow.parquet.ParquetFile(tmp_path / "tables/parquet/records.parquet") as file:
        assert (file.metadata.num_rows, file.metadata.num_row_groups) == (10, 5)
    monkeypatch.setattr(parquet_files, "GROUP_CHARACTERS", 5)
    assert [len(group) for group in parquet_files.groups([("甲",), ("乙丙丁戊己",), (None,)])] == [2, 1]


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is lost to the limit of a sheet; empty tables have none, and the contents count all rows."""
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 4)
    export(write(tmp_path), ("xlsx", "sqlite"))
    book = openpyxl.load_workbook(tmp_path / "tables/records.xlsx")
    assert [name for name in book.sheetnames if name.startswith("records")] == [
        "records",
        "records_2",
        "records_3",
    ]
    assert READERS["xlsx"](tmp_path / "tables", ALL["records"]) == from_sqlite(
        tmp_path / "tables", ALL["records"]
    )
    counted = {row[0]: row[1] for row in book["contents"].iter_rows(min_row=2, values_only=True)}
    assert set(counted) == set(ALL) and (counted["records"], counted["cases"]) == (10, 0)
    assert "cases" not in book.sheetnames and book.sheetnames[:2] == ["contents", "accreditations_passed"]


def test_a_text_too_long_for_a_cell_is_cut_and_counted(tmp_path: Path) -> None:
    """Excel holds 32,767 units of UTF-16; a longer text ends with a mark, and never in the middle of a character."""
    files = lines() | {"documents.jsonl": [document(name, "🏥" * 20_000) for name in ("a.txt", "b.txt")]}
    files["documents.jsonl"].append(document("c.txt", "甲" * 32_767))
    files["records.jsonl"], files["facts.jsonl"], files["entities.jsonl"] = [], [], []
    files["ambiguous.jsonl"] = []
    assert export(write(tmp_path, files), ("xlsx",)).cut == 2
    book = openpyxl.load_workbook(tmp_path / "tables/records.xlsx")
    texts = [row[-1].value for row in book["documents"].iter_rows(min_row=2)]
    assert texts == ["🏥" * 16_381 + " […]"] * 2 + ["甲" * 32_767]


def test_a_day_that_excel_does_not_know_is_text(tmp_path: Path) -> None:
    """Hospitals are older than Excel's calendar, whose 1900 has a day too many."""
    empty: dict[str, list[Any]] = {name: [] for name in lines()}
    files = empty | {
        "documents.jsonl": [document("t")],
        "articles.jsonl": [article("t", date="1899")],
    }
    export(write(tmp_path, files), ("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "tables/records.xlsx")
    named = dict(
        zip(*(tuple(cell.value for cell in row) for row in book["articles"].iter_rows()), strict=True)
    )
    assert (named["date_from"], named["date_to"]) == ("1899-01-01", "1899-12-31")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two exports of one run are equal, file by file: nothing in them depends on the clock."""
    run = write(tmp_path / "run")
    for out in ("one", "two"):
        export(run, FORMATS, tmp_path / out)
    names = files_of(tmp_path / "one")
    assert names == files_of(tmp_path / "two") and len(names) == 2 + 2 * len(ALL)
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
