"""One entity for a body or person under its names in all documents of a run, and no merge on likeness alone."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import OutputError, UsageError
from pipeline.join import store
from pipeline.join.listed import Listed, read_list
from schemas import Appointment
from tests.join.made_up import Made, about, ids, joined

HOSPITAL: Final = "云溪市人民医院"
CHURCH: Final = "云溪慈济国际医院"
NAMED_SO: Final = about("a.txt", f"{HOSPITAL}（{CHURCH}，以下简称“慈院”）今天开诊。", HOSPITAL)


def nurse(document: str, hospital: str | None, unit: str | None = None, position: str = "护士") -> Made:
    """A document that tells of one nurse, whose name many have."""
    record = Appointment(person="王芳", position=position, organization=hospital, unit=unit)
    return Made(document, f"{hospital or ''}{unit or ''}{position}王芳获奖。", (record,))


def test_a_hospital_under_three_names_is_one_entity(tmp_path: Path) -> None:
    """The name, the one in brackets and the short one join over three documents, each with the place that states it."""
    documents = [
        NAMED_SO,
        about("b.txt", f"{CHURCH}来了新院长。", CHURCH),
        about("c.txt", "慈院的门诊楼改造完工，云溪市卫健委到场。", "慈院"),
    ]
    found = joined(tmp_path, documents)
    assert len(set(ids(found).values())) == 1
    (line,) = (each for each in found["entities.jsonl"] if each["name"] == HOSPITAL)
    assert (line["region"], line["source"], set(line["aliases"])) == ("云溪市", "run", {CHURCH, "慈院"})
    assert [each["document"] for each in line["mentions"]] == ["a.txt", "b.txt", "c.txt"]
    assert [each["records"] for each in line["mentions"]] == [["a.txt-0"], ["b.txt-0"], ["c.txt-0"]]
    stated = {each["alias"]: each for each in line["evidence"]}
    assert set(stated) == {CHURCH, "慈院"}
    for each in stated.values():
        assert each["text"] == NAMED_SO.text[each["start"] : each["end"]]
        assert each["alias"] in each["text"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("市第一医院开诊。", "凤林日报"), ("市第一医院开诊了。", "宿迁日报"), False),
        (("市第一医院开诊。", "宿迁日报"), ("市第一医院开诊了。", "宿迁晚报"), True),
        (("市第一医院开诊。", None), ("市第一医院开诊了。", None), False),
        (("市第一医院开诊，宿迁市卫健委到场。", None), ("市第一医院开诊了。", "宿迁日报"), True),
        (("市第一医院开诊，漯河市卫健委到场。", "宿迁日报"), ("市第一医院开诊了。", "宿迁日报"), False),
        (("市第一医院、漯河市卫健委、漯河市财政局到场。", None), ("市第一医院开诊。", "宿迁日报"), False),
    ],
)
def test_a_name_without_its_city_is_of_the_city_that_is_settled(
    tmp_path: Path, one: tuple[str, str | None], other: tuple[str, str | None], same: bool
) -> None:
    """市第一医院 is one body only where the paper or the document's other names settle one city for both."""
    documents = [
        about(f"{at}.txt", text, "市第一医院", publication=paper)
        for at, (text, paper) in enumerate((one, other))
    ]
    found = ids(joined(tmp_path, documents))
    assert (len(set(found.values())) == 1) is same


def test_what_is_left_open_is_listed_with_what_it_may_mean(tmp_path: Path) -> None:
    """A name that no place settles stays apart, and stands in ambiguous.jsonl with its candidates and the reason."""
    documents = [
        about("a.txt", "宿迁市第一医院开诊。", "宿迁市第一医院"),
        about("b.txt", "漯河市第一医院开诊。", "漯河市第一医院"),
        about("c.txt", "市第一医院开诊。", "市第一医院"),
    ]
    found = joined(tmp_path, documents)
    named = ids(found)
    assert len(set(named.values())) == 3
    (line,) = found["ambiguous.jsonl"]
    assert (line["name"], line["document"]) == ("市第一医院", "c.txt")
    assert set(line["candidates"]) == {
        named["a.txt", "宿迁市第一医院"],
        named["b.txt", "漯河市第一医院"],
    }
    assert "names no 市" in line["reason"]


def test_an_alias_that_two_bodies_claim_is_nobodys(tmp_path: Path) -> None:
    """Where documents state one other name of two bodies, all three stay apart, and it is listed."""
    alias = "南江大学附属医院"
    documents = [
        about("a.txt", f"云溪市第一医院（{alias}）开诊。", "云溪市第一医院"),
        about("b.txt", f"云溪市第三医院（{alias}）开诊。", "云溪市第三医院"),
        about("c.txt", f"{alias}来了专家。", alias),
    ]
    found = joined(tmp_path, documents)
    named = ids(found)
    assert len(set(named.values())) == 3
    (line,) = found["ambiguous.jsonl"]
    assert line["name"] == alias
    assert set(line["candidates"]) == set(named.values()) - {named["c.txt", alias]}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("云溪市人民医院", None, "护士"), ("云溪市人民医院", "手术室", "护士长"), True),
        (("云溪市人民医院", "心内科", "护士"), ("云溪市人民医院", "心血管内科", "护士"), True),
        (("云溪市人民医院", "手术室", "护士"), ("云溪市人民医院", "儿科", "护士"), False),
        (("云溪市人民医院", None, "护士"), ("东屏市人民医院", None, "护士"), False),
        ((None, None, "护士"), (None, None, "护士"), False),
        ((None, None, "国医大师"), (None, None, "国医大师"), True),
        (("中华护理学会", None, "委员"), ("中华护理学会", None, "委员"), False),
        (("中华护理学会", None, "理事长"), ("中华护理学会", None, "理事长"), True),
    ],
)
def test_a_name_is_one_person_only_where_a_body_or_a_post_agrees(
    tmp_path: Path, one: tuple[str | None, ...], other: tuple[str | None, ...], same: bool
) -> None:
    """Namesakes stay apart: at two hospitals, in two units, among a society's members, where nothing is told."""
    documents = [
        nurse(f"{at}.txt", body, unit, position or "")
        for at, (body, unit, position) in enumerate((one, other))
    ]
    found = ids(joined(tmp_path, documents))
    assert (found["0.txt", "王芳"] == found["1.txt", "王芳"]) is same


def test_two_of_one_name_in_one_document_are_told_apart_by_their_hospitals(tmp_path: Path) -> None:
    """A list of prize winners with two nurses of one name gives two persons, each with her record."""
    records = tuple(
        Appointment(person="王芳", position="护士", organization=each) for each in (HOSPITAL, "东屏市中医院")
    )
    found = joined(tmp_path, [Made("a.txt", f"{HOSPITAL}护士王芳、东屏市中医院护士王芳获奖。", records)])
    people = [each for each in found["entities.jsonl"] if each["kind"] == "person"]
    assert [each["name"] for each in people] == ["王芳", "王芳"]
    assert sorted(each["mentions"][0]["records"] for each in people) == [["a.txt-0"], ["a.txt-1"]]


DOCUMENTS: Final = (
    NAMED_SO,
    about("b.txt", f"{CHURCH}来了新院长。", CHURCH),
    about("c.txt", "市人民医院开诊，云溪市卫健委到场。", "市人民医院", "云溪市卫健委"),
    about("d.txt", "市人民医院开诊。", "市人民医院"),
    about("e.txt", "云溪市卫生健康委员会发文。", "云溪市卫生健康委员会"),
    about("f.txt", "云溪市第二医院、云溪市第二人民医院开诊。", "云溪市第二医院", "云溪市第二人民医院"),
    about("g.txt", "云溪市二院开诊。", "云溪市二院"),
    nurse("h.txt", HOSPITAL, "手术室"),
    nurse("i.txt", CHURCH, "手术室"),
    nurse("j.txt", HOSPITAL, "儿科"),
    nurse("k.txt", None),
)


@given(order=st.permutations(DOCUMENTS))
def test_ids_do_not_depend_on_the_order_of_documents(
    tmp_path_factory: pytest.TempPathFactory, order: list[Made]
) -> None:
    """The same documents in any order give the same entities, the same names left open, and the same facts."""
    usual = joined(tmp_path_factory.getbasetemp() / "usual", DOCUMENTS)
    other = joined(tmp_path_factory.getbasetemp() / "other", order)
    assert ids(usual) == ids(other)
    assert len(set(ids(usual).values())) == 9
    for name in ("entities.jsonl", "ambiguous.jsonl"):
        assert usual[name] == other[name]
    by_id = [sorted(found["facts.jsonl"], key=lambda line: str(line["id"])) for found in (usual, other)]
    assert by_id[0] == by_id[1]


def test_an_id_hangs_on_the_body_and_not_on_what_else_a_run_holds(tmp_path: Path) -> None:
    """A hospital has the same id alone, among others, and under its city's name in a paper of the city."""
    alone = ids(joined(tmp_path / "one", [about("x.txt", f"{HOSPITAL}开诊。", HOSPITAL)]))
    among = ids(joined(tmp_path / "two", DOCUMENTS))
    assert alone["x.txt", HOSPITAL] == among["a.txt", HOSPITAL] == among["c.txt", "市人民医院"]


def test_the_users_list_goes_before_what_documents_say(tmp_path: Path) -> None:
    """What the list names has its id, and two of its bodies stay two though a document calls them one."""
    listed = [
        Listed("H1", HOSPITAL, ("慈院",), "云溪市"),
        Listed("H2", CHURCH),
        Listed("H3", "柳塘市中医院", ("老中医院",)),
    ]
    documents = [
        NAMED_SO,
        about("b.txt", f"{CHURCH}来了新院长。", CHURCH),
        about("c.txt", "慈院开诊。", "慈院"),
        about("d.txt", "老中医院开诊。", "老中医院"),
        about("e.txt", "市人民医院开诊。", "市人民医院"),
    ]
    found = joined(tmp_path, documents, listed)
    named = ids(found)
    assert named["a.txt", HOSPITAL] == named["c.txt", "慈院"] == "H1"
    assert named["b.txt", CHURCH] == "H2"
    assert named["d.txt", "老中医院"] == "H3"
    assert named["e.txt", "市人民医院"] not in {"H1", "H2", "H3"}
    lines = {each["id"]: each for each in found["entities.jsonl"]}
    assert (lines["H1"]["source"], lines["H1"]["region"]) == ("list", "云溪市")
    assert lines["H3"]["name"] == "柳塘市中医院"
    assert "老中医院" in lines["H3"]["aliases"]


def test_a_list_is_read_with_its_aliases(tmp_path: Path) -> None:
    """Aliases stand between | or ;, columns in any order, a byte order mark before them."""
    path = tmp_path / "list.csv"
    path.write_text("name,id,aliases\n云溪市人民医院,H1,市人民医院|慈院； 云医\n", encoding="utf-8-sig")
    assert read_list(path) == (Listed("H1", HOSPITAL, ("市人民医院", "慈院", "云医")),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,aliases\n甲,乙\n", "line 1: no column id"),
        ("id,name,city\n1,甲,乙\n", "line 1: unknown column city"),
        ("id,name\n1,甲\n2,\n", "line 3: no name"),
        ("id,name\n1,甲\n\n1,乙\n", "line 4: the id 1 stands in line 2 already"),
        ("id,name\n1,甲,乙,丙\n", "line 2: more fields than columns"),
        ('id,name\n1,"甲\n', "line 2: unexpected end of data"),
        ("", "line 1: no column id, name"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """What is wrong in a list is said with the line where it stands, and with what a list looks like."""
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        read_list(path)
    assert "id,name,aliases,region" in caught.value.next_step


def test_a_list_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    """A missing file and one in another encoding are named with a next step."""
    with pytest.raises(UsageError, match="No such file"):
        read_list(tmp_path / "none.csv")
    path = tmp_path / "list.csv"
    path.write_bytes("id,name\n1,甲医院\n".encode("gb18030"))
    with pytest.raises(UsageError, match="not in UTF-8"):
        read_list(path)


def test_no_room_for_temporary_files_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what is kept of the documents does not fit on the disk, the error says so and what to do."""
    monkeypatch.setattr(store, "_TABLES", f"{store._TABLES} PRAGMA max_page_count = 24;")
    many = [
        about(f"{at}.txt", f"{HOSPITAL}{CHURCH * 99}开诊。", *(HOSPITAL * n for n in range(1, 99)))
        for at in range(3)
    ]
    with pytest.raises(OutputError, match="full") as caught:
        joined(tmp_path, many)
    assert "SQLITE_TMPDIR" in caught.value.next_step
