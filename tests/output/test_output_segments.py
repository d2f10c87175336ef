"""The article cut into segments, records as tables, and what both are called."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.output.labels import field_label, value_label
from pipeline.output.segments import Segment, cut
from pipeline.output.tables import plain, tables
from schemas import RECORD_TYPES, Evidence, Metric, fields_of
from tests.output.made_up_results import HOSPITAL, TEXT, document, result
from tests.output.stored_results import stored


def segments_of(**changes: Any) -> list[Segment]:
    """The segments of a made-up document."""
    return list(cut(stored(result(**changes))[0]))


def covered(segments: list[Any], handle: str) -> str:
    """The text of all segments that are evidence of a record."""
    return "".join(segment.text for segment in segments if handle in segment.handles)


def test_overlapping_evidence_is_cut_into_pieces_that_know_all_their_records() -> None:
    """A metric stated inside the sentence of an accreditation: the piece belongs to both, the rest to one."""
    segments = segments_of()
    both = [each for each in segments if {"r1-1", "r1-2"} <= set(each.handles)]
    assert "".join(each.text for each in both) == "年门诊量达1.2万余例"
    assert {each.types for each in both} == {("accreditation", "metric")}
    assert covered(segments, "r1-1") == "\n".join(TEXT.split("\n")[:2]).replace("\n", "")


def test_a_value_is_marked_where_it_stands() -> None:
    """Each check of a record has its own piece of text, and a rejected candidate its evidence."""
    segments = segments_of()
    marked = {name: each.text for each in segments for name in each.checks}
    assert marked["r1-2:value"] == "1.2万余例"
    assert marked["r1-1:date"] == "2019年3月"
    assert covered(segments, "x1-1") == "年门诊量达1.2万余例"


def test_numbers_that_follow_each_other_are_put_together() -> None:
    """Where several records begin, the label says ``指标1–3 指标5`` rather than naming each."""
    whole = Evidence(start=0, end=len(TEXT), text=TEXT)
    later = Evidence(start=1, end=2, text=TEXT[1:2])
    metrics = tuple(
        Metric(
            document="a.txt",
            subject="甲",
            indicator="乙",
            value=at,
            kind="level",
            evidence=(later if at == 4 else whole,),
        )
        for at in range(1, 6)
    )
    openings = [each.opening for each in segments_of(records=metrics, rejected=()) if each.opening]
    assert openings == ["指标1–3 指标5", "指标4"]


@given(st.data())
def test_segments_are_the_article_and_every_record_finds_its_evidence(data: st.DataObject) -> None:
    """However spans overlap, the pieces joined are the text, and a record's pieces are exactly its spans."""
    text = data.draw(st.text(alphabet="甲乙丙。\n\r", min_size=1, max_size=30))
    offsets = st.integers(0, len(text) - 1)
    spans = data.draw(st.lists(st.tuples(offsets, offsets).map(lambda pair: (min(pair), max(pair) + 1))))
    metrics = tuple(
        Metric(
            document="a.txt",
            subject="甲",
            indicator="乙",
            value=1,
            kind="level",
            evidence=(Evidence(start=start, end=end, text=text[start:end]),),
        )
        for start, end in spans
    )
    made = document(text + "\n末")
    segments = segments_of(document=made, records=metrics, rejected=(), sentences=())
    assert "".join(each.text for each in segments) == made.public
    for at, (start, end) in enumerate(spans, 1):
        own = [each for each in segments if f"r1-{at}" in each.handles]
        assert own[0].start == start
        assert "".join(each.text for each in own) == text[start:end]


def test_a_table_has_the_columns_that_its_records_use() -> None:
    """Fields that are null in every record get no column; list order and the guide's order of types hold."""
    made = list(tables(stored(result())[0]))
    assert [table.type for table in made] == ["appointment", "accreditation", "metric"]
    assert [column.name for column in made[0].columns] == ["person", "position", "organization", "former"]
    (row,) = made[2].rows
    cells = {cell.field: cell for cell in row.cells}
    assert (cells["subject"].text, cells["value"].text, cells["value"].checks) == (
        HOSPITAL,
        "12000",
        ("derived",),
    )
    assert (cells["kind"].text, cells["kind"].code) == ("数量", "level")


def test_values_read_as_people_write_them() -> None:
    """Lists have Chinese commas, truth values are words, and what has no form of its own is JSON."""
    assert [plain(value) for value in ("甲", True, ("甲", "乙"), 1.5, {"甲": None})] == [
        *("甲", "是", "甲、乙", "1.5"),
        '{"甲": null}',
    ]


def test_every_field_and_value_has_a_chinese_name() -> None:
    """There is no field and no value of a closed list that the page would show by its English name."""
    for name in (*RECORD_TYPES, "article"):
        for spec in fields_of(name):
            assert field_label(name, spec.name) != spec.name
            assert all(value_label(name, value) for value in spec.choices)
