"""The tables of a run: typed, joined by keys that hold, and with an answer to the question that is asked most."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.output.export.reading import in_one_line
from pipeline.output.export.tables import TABLES
from pipeline.output.export.write import export
from schemas import RECORD_TYPES, Event, fields_of
from tests.output.export.reading import ALL, Rows, query
from tests.output.export.run_folder import ENTITY, EVENT, WHOLE, article, document, lines, write
from tests.output.made_up_results import HOSPITAL, evidence, records


def asked(folder: Path, question: str, *values: object, files: dict[str, list[Any]] | None = None) -> Rows:
    """What the database of a made-up run answers."""
    export(write(folder / "run", files), ("sqlite",))
    return query(folder / "run/tables/records.sqlite", question, *values)


def test_every_key_that_is_declared_holds(tmp_path: Path) -> None:
    """Every table is there with its primary key, every foreign key finds its row, and the file is sound."""
    assert asked(tmp_path, "PRAGMA foreign_key_check") == []
    database = tmp_path / "run/tables/records.sqlite"
    assert query(database, "PRAGMA integrity_check") == [("ok",)]
    for table in TABLES.values():
        keys = [row[1] for row in query(database, f"PRAGMA table_info({table.name})") if row[5]]
        assert set(keys) == set(table.key)
        declared = {row[2] for row in query(database, f"PRAGMA foreign_key_list({table.name})")}
        assert declared == {foreign.table for foreign in table.foreign}


def test_a_type_has_a_column_for_each_field() -> None:
    """The tables of record types are those of the schemas, with two more columns for each date."""
    for name in RECORD_TYPES:
        fields = [spec.name for spec in fields_of(name)]
        columns = [column.name for column in TABLES[f"{name}s"].columns]
        assert [column for column in columns if column in fields] == fields
        days = [f"{field}_{end}" for field in fields for end in ("from", "to")]
        assert set(columns) <= {"record", "document", *fields, *days}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2021-Q1", "2021-01-01", "2021-03-31"),
        ("2019/2021-05", "2019-01-01", "2021-05-31"),
        ("1898-10-02", "1898-10-02", "1898-10-02"),
        ("--05-12", None, None),
        (None, None, None),
    ],
)
def test_a_date_keeps_its_text_and_gets_the_days_that_it_can_mean(
    text: str | None, first: str | None, last: str | None, tmp_path: Path
) -> None:
    """A year, a month, a quarter, an interval and a day without a year each keep what the article says."""
    changed = lines() | {"records.jsonl": [EVENT.model_copy(update={"date": text, "date_end": None})]}
    changed |= {"entities.jsonl": [], "facts.jsonl": [], "ambiguous.jsonl": []}
    assert asked(tmp_path, "SELECT date, date_from, date_to FROM events", files=changed) == [
        (text, first, last)
    ]


def test_numbers_are_numbers_and_truth_values_are_truth_values(tmp_path: Path) -> None:
    """A number compares as one, and yes or no is 1 or 0, in columns that say so."""
    question = "SELECT value, typeof(value) FROM metrics WHERE value > 11999 AND document = 'a.txt'"
    assert asked(tmp_path, question) == [(12000, "real")]
    database = tmp_path / "run/tables/records.sqlite"
    assert query(database, "SELECT DISTINCT former FROM appointments") == [(0,)]
    kinds = {row[1]: row[2] for row in query(database, "PRAGMA table_info(appointments)")}
    assert (kinds["former"], kinds["person"]) == ("BOOLEAN", "TEXT")


def test_a_list_is_joined_for_reading_and_split_for_joining(tmp_path: Path) -> None:
    """The items of a list stand in one cell, and each in a row of its own; an empty list is neither."""
    assert asked(tmp_path, "SELECT organizers, participants FROM events") == [
        (f"{HOSPITAL}；青禾市卫生局", None)
    ]
    database = tmp_path / "run/tables/records.sqlite"
    assert query(database, "SELECT field, number, value FROM record_items") == [
        ("organizers", 1, HOSPITAL),
        ("organizers", 2, "青禾市卫生局"),
    ]
    authors = "SELECT value FROM article_items WHERE document = 'a.txt' AND field = 'authors' ORDER BY number"
    assert query(database, authors) == [("周一",), ("吴二",)]


def test_evidence_is_what_stands_in_the_document_at_its_offsets(tmp_path: Path) -> None:
    """The text of every piece of evidence is cut out of the document's text by its offsets."""
    question = """
        SELECT count(*), sum(substr(d.text, start_offset + 1, end_offset - start_offset) = e.text)
        FROM evidence AS e JOIN documents AS d USING (document)"""
    ((pieces, alike),) = asked(tmp_path, question)
    assert pieces == alike == 13


def test_evidence_has_its_page_and_the_box_around_its_lines(tmp_path: Path) -> None:
    """A sentence on two lines has the box around both, and each line is there to be drawn; text without pages has none."""
    question = "SELECT page, x0, y0, x1, y1 FROM evidence WHERE record = ? AND number = 2"
    assert asked(tmp_path, question, "a.txt-1") == [(1, 40.0, 70.0, 300.0, 92.0)]
    database = tmp_path / "run/tables/records.sqlite"
    assert query(database, question, "b.txt-1") == [(None,) * 5]
    drawn = "SELECT page, y0 FROM evidence_lines WHERE record = ? AND number = ?"
    assert query(database, drawn, "a.txt-1", 2) == [(1, 70.0), (1, 82.0)]
    assert query(database, drawn, "a.txt-3", 1) == [(2, 40.0)]


def test_which_hospital_passed_what_when_and_where_it_says_so(tmp_path: Path) -> None:
    """The view has hospital, accreditation, days, sentence, place and newspaper; what is only held is not among them."""
    changed = lines()
    held = records("b.txt")[0].model_copy(update={"status": "held"})
    changed["records.jsonl"] = [
        held if getattr(each, "id", "") == held.id else each for each in changed["records.jsonl"]
    ]
    question = """
        SELECT organization, entity_name, region, designation, date, date_from, date_to, publication, published,
               document, start_offset, page, record, fact FROM accreditations_passed ORDER BY record"""
    days = ("2019-03", "2019-03-01", "2019-03-31", "青禾日报", "2019-04-01")
    assert asked(tmp_path, question, files=changed) == [
        (HOSPITAL, HOSPITAL, "青禾市", "国家级示范康复中心", *days, "a.txt", 0, 1, "a.txt-1", "fact-1"),
        (HOSPITAL, None, None, "国家级示范康复中心", *days, "c.txt", 0, None, "c.txt-1", "fact-1"),
    ]
    ((said,),) = query(
        tmp_path / "run/tables/records.sqlite",
        "SELECT evidence FROM accreditations_passed WHERE document = 'a.txt'",
    )
    assert said == f"青禾市第九医院通过验收{WHOLE}"


def test_names_facts_and_conflicts_join(tmp_path: Path) -> None:
    """Aliases come with their place or from a list, mentions with records; reprints are one text, conflicts are listed."""
    assert asked(tmp_path, "SELECT alias, start_offset FROM aliases") == [("市九院", 0), ("九院", None)]
    database = tmp_path / "run/tables/records.sqlite"
    for question, answer in {
        "SELECT document, name, record FROM mentions": [
            ("a.txt", HOSPITAL, "a.txt-1"),
            ("a.txt", HOSPITAL, "a.txt-2"),
            ("b.txt", "市九院", None),
        ],
        "SELECT name, entity FROM ambiguous JOIN ambiguous_candidates USING (ambiguous)": [
            ("第一医院", ENTITY)
        ],
        "SELECT records, documents, texts FROM facts": [(3, 3, 2)],
        "SELECT document, text_number FROM fact_documents": [("a.txt", 1), ("b.txt", 1), ("c.txt", 2)],
        "SELECT value, record FROM conflicts JOIN conflict_records USING (fact, field, number)": [
            ("2019-03", "a.txt-1"),
            ("2019", "b.txt-1"),
            ("2019", "c.txt-1"),
        ],
        "SELECT DISTINCT field, entity FROM record_entities": [("organization", ENTITY)],
        "SELECT reasons, r.field_values, text FROM rejected r JOIN rejected_evidence USING (rejected)": [
            ("no；not so", '{"value": 13000}', "青禾")
        ],
        "SELECT schema_version, profile FROM run": query(database, "SELECT schema_version, 'small' FROM run"),
    }.items():
        assert query(database, question) == answer


def test_the_folder_of_a_run_without_entities_of_the_whole_run_is_exported(tmp_path: Path) -> None:
    """Entities of single documents are read, and files that earlier runs did not write are empty tables."""
    known = {"id": "e", "kind": "person", "name": "林小舟", "aliases": ["小舟"], "document": "a.txt"}
    files: dict[str, list[Any]] = {
        "documents.jsonl": [document("a.txt")],
        "articles.jsonl": [article("a.txt")],
        "records.jsonl": list(records()),
        "entities.jsonl": [known | {"records": ["a.txt-3"]}],
    }
    mentions = "SELECT e.name, m.document, m.record, a.alias FROM mentions m JOIN entities e USING (entity)"
    found = asked(tmp_path, f"{mentions} JOIN aliases a USING (entity)", files=files)
    assert found == [("林小舟", "a.txt", "a.txt-3", "小舟")]
    database = tmp_path / "run/tables/records.sqlite"
    assert (
        query(database, "SELECT count(*) FROM facts")
        == query(database, "SELECT count(*) FROM rejected")
        == [(0,)]
    )
    assert query(database, "SELECT count(*), count(entity) FROM accreditations_passed") == [(1, 0)]


def test_chinese_is_found_in_evidence(tmp_path: Path) -> None:
    """Three characters are found across a line's end and in Traditional text; two by LIKE on what was read."""
    text = "该院呼吸\n　内科通過評審。"
    one = Event(id="t-1", document="t", name="评审", kind="review", evidence=(evidence(text, text),))
    files: dict[str, list[Any]] = {
        "documents.jsonl": [document("t", text)],
        "articles.jsonl": [article("t")],
        "records.jsonl": [one],
    }
    question = "SELECT record FROM evidence_search WHERE evidence_search MATCH ?"
    assert asked(tmp_path, question, '"呼吸内科"', files=files) == [("t-1",)]
    database = tmp_path / "run/tables/records.sqlite"
    assert query(database, question, '"通过评审"') == [("t-1",)]
    assert query(database, question, '"心内科"') == []
    short = "SELECT record FROM records WHERE reading LIKE ?"
    assert query(database, short, "%内科%") == [("t-1",)] and query(database, short, "%外科%") == []


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("呼吸\n内科", "呼吸内科"),
        ("呼吸\r\n　　内科", "呼吸内科"),
        ("CT \n 64 排", "CT 64排"),
        (" 医院 （总院） ", "医院（总院）"),
        ("", ""),
    ],
)
def test_evidence_reads_without_the_blanks_of_the_page(printed: str, read: str) -> None:
    """Line ends and blanks go where Chinese stands on a side of them; between other words one blank stays."""
    assert in_one_line(printed) == read


def test_every_column_has_one_name_for_one_thing() -> None:
    """A column called like another table's key has that key's values: it is a foreign key, wherever it stands."""
    keys = {table.key[0] for table in TABLES.values() if len(table.key) == 1} - {"started"}
    for table in TABLES.values():
        pointing = {name for foreign in table.foreign for name in foreign.columns}
        named = {column.name for column in table.columns} & keys
        assert named <= pointing | set(table.key)


def test_every_table_is_described() -> None:
    """The page about tables names each of them, and each view."""
    page = (Path(__file__).resolve().parents[3] / "docs/tables.md").read_text("utf-8")
    assert [name for name in ALL if f"`{name}`" not in page] == []
