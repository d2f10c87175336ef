"""What a model copied gets its place in the source and its value by rule, or a reason against it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.document.text import Document, Sentence, Source, Span
from pipeline.records.candidate import Candidate
from pipeline.records.check import check
from pipeline.records.draft import Reading
from pipeline.records.ground import evidence_of, ground
from prompts.asked import ASKED, MAX_CITED
from schemas import Check, Rejected
from tests.records.answered import document, fact, grounded

WRAPPED = (
    "　　云岭县中医院是三级甲等医院，院长石一\n"
    "鸣说，医院每一年的门诊量已达12.5万余\n"
    "人次，群众都很满意，大家都说好，明年还\n"
    "要再上一个台阶。"
)
TRADITIONAL = "雲嶺縣中醫院院長顧長寧介紹，醫院開設了夜間門診。"
WIDE = "云岭县中医院年门诊量达１２．５万余人次。"
DOUBLED = "院长石一鸣院长石一鸣在云岭县中医院查房在云岭县中医院查房"


def place(candidate: Candidate, field: str) -> Check:
    """The one check of a field."""
    (found,) = (each for each in candidate.checks if each.field == field)
    return found


# text, kind, field, copied, what stands in the file at the check's span
PLACES = [
    ("a name in plain text", "院长石一鸣说。", "appointment", "person", "石一鸣", "石一鸣"),
    ("a name over a line end", WRAPPED, "appointment", "person", "石一鸣", "石一\n鸣"),
    ("a number over a line end", WRAPPED, "metric", "value", "12.5万余人次", "12.5万余\n人次"),
    ("a name in traditional characters", TRADITIONAL, "appointment", "person", "顾长宁", "顧長寧"),
    ("a service in traditional characters", TRADITIONAL, "service", "name", "夜间门诊", "夜間門診"),
    ("a number in full width", WIDE, "metric", "value", "12.5万余人次", "１２．５万余人次"),
]


@pytest.mark.parametrize(
    ("text", "kind", "field", "copied", "stands"),
    [row[1:] for row in PLACES],
    ids=[row[0] for row in PLACES],
)
def test_a_check_points_at_what_was_copied(
    text: str, kind: str, field: str, copied: str, stands: str
) -> None:
    """The span of a check holds the copied text as the file prints it."""
    found = place(grounded(text, kind, **{field: copied}), field)
    assert text[found.start : found.end] == stands


def test_a_check_in_a_doubled_caption_lies_in_it() -> None:
    """A value of a caption that is printed twice is found in one of the copies, or in no single place."""
    candidate = grounded(DOUBLED, "appointment", "石一鸣", person="石一鸣", position="院长")
    found = place(candidate, "person")
    assert found.start is None or DOUBLED[found.start : found.end] == "石一鸣"
    assert candidate.reasons == ()


def test_a_value_torn_apart_by_another_sentence_has_no_span() -> None:
    """Where the page's columns tear a name apart, the text between its halves is not shown as the name."""
    text = "院长石一（旁边一栏）鸣说。"
    sentence = Sentence(
        1, "院长石一鸣说。", (0, 1, 2, 3, 10, 11, 12), "article", 1, (Span(0, 4), Span(10, 13)), False
    )
    torn = Document(Source("a", "a", text, "utf-8", "0", {}), text, "hans", (sentence,), (), 0)
    candidate = ground(
        "appointment", fact("appointment", person="石一鸣", position="院长"), (sentence,), Reading.of(torn), 1
    )
    assert place(candidate, "person") == Check(field="person", status="derived")
    assert place(candidate, "position") == Check(field="position", status="verbatim", start=0, end=2)
    assert [each.text for each in candidate.evidence] == ["院长石一", "鸣说。"]


def test_evidence_is_the_public_text_of_the_cited_sentences() -> None:
    """Evidence is cut from the text with private numbers masked, a span for each piece of each sentence."""
    read = document("院长石一鸣说：“请打手机13912345678。”\n\n云岭县中医院很大。")
    assert read.masked == 11
    found = evidence_of(read.sentences, read)
    assert [each.text for each in found] == [read.public[each.start : each.end] for each in found]
    assert "13912345678" not in "".join(each.text for each in found)


# text, kind, field, copied: none of the copies stands in the sentence
ABSENT = [
    ("a person that the sentence does not name", "院长石一鸣说。", "appointment", "person", "石二鸣"),
    (
        "a designation in other words",
        "医院通过国家胸痛中心验收。",
        "accreditation",
        "designation",
        "国家级胸痛中心",
    ),
    ("a changed digit", "年门诊量12万人次。", "metric", "value", "13万人次"),
    ("a name across two sentences", "石一鸣。院长说。", "appointment", "person", "石一鸣院长"),
]


@pytest.mark.parametrize(
    ("text", "kind", "field", "copied"), [row[1:] for row in ABSENT], ids=[row[0] for row in ABSENT]
)
def test_what_does_not_stand_in_the_cited_sentences_is_a_reason(
    text: str, kind: str, field: str, copied: str
) -> None:
    """A copy that is no copy speaks against the record, in words that name field and copy."""
    candidate = grounded(text, kind, **{field: copied})
    (reason,) = (each for each in candidate.reasons if each.startswith(f"{field}:"))
    assert copied in reason


def test_a_value_of_a_sentence_that_is_not_cited_is_a_reason() -> None:
    """A name that stands in the document, but not in the cited sentence, is not taken."""
    candidate = grounded(
        "院长石一鸣说。副院长顾长宁说。", "appointment", "顾长宁", person="石一鸣", position="主任"
    )
    assert {reason.partition(":")[0] for reason in candidate.reasons} == {"person", "position"}


STORY = (
    "柳塘市第五医院建院五十年。该院院长石一鸣介绍，2021年，医院心内科通过国家级胸痛中心验收，同年12月获得“五一劳动奖状”。"
    "柳塘市第五医院的“智慧随访系统”上线。近百名医生参加，年手术量达3000至3500例，费用约12万元。"
)
# rule, kind, cited, copied, values
RULES: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "R5: a word for the hospital becomes its name",
        "appointment",
        "院长石一鸣",
        {"person": "石一鸣", "position": "院长", "organization": "该院"},
        {"organization": "柳塘市第五医院", "person": "石一鸣", "former": False},
    ),
    (
        "R5: an organization that is not named is the one that the document is about",
        "service",
        "系统",
        {"name": "智慧随访系统"},
        {"organization": "柳塘市第五医院"},
    ),
    (
        "R5: quotation marks are left out",
        "system",
        "系统",
        {"organization": "柳塘市第五医院", "name": "“智慧随访系统”"},
        {"name": "智慧随访系统"},
    ),
    (
        "R5: a unit printed behind its organization is split off",
        "accreditation",
        "验收",
        {"organization": "医院", "unit": "心内科", "designation": "国家级胸痛中心", "action": "通过"},
        {"unit": "心内科", "status": "passed", "level": "national"},
    ),
    (
        "R6: a date takes its year from the sentence",
        "honour",
        "奖状",
        {"recipient": "该院", "honour": "“五一劳动奖状”", "date": "同年12月"},
        {"date": "2021-12", "honour": "五一劳动奖状"},
    ),
    (
        "R6: a date that nothing settles is null",
        "system",
        "系统",
        {"name": "智慧随访系统", "date": "前不久"},
        {"date": None},
    ),
    (
        "R7: nearly a hundred is at most a hundred",
        "metric",
        "近百名",
        {"indicator": "医生", "value": "百名"},
        {"value": 100, "qualifier": "at_most", "measure": "名", "value_max": None},
    ),
    (
        "R7: a range has two values",
        "metric",
        "3500",
        {"indicator": "年手术量", "value": "3000至3500例"},
        {"value": 3000, "value_max": 3500, "measure": "例"},
    ),
    (
        "R7: about",
        "metric",
        "12万",
        {"indicator": "费用", "value": "约12万元"},
        {"value": 120000, "qualifier": "about", "measure": "元"},
    ),
    (
        "R9: what is not stated is null",
        "appointment",
        "石一鸣",
        {"person": "石一鸣", "position": "院长", "unit": "无"},
        {"unit": None},
    ),
    (
        "R10: a patient stays a description",
        "case",
        "庄大爷",
        {"patient": "82岁的庄大爷"},
        {"patient": "82岁的庄大爷", "age": 82},
    ),
    (
        "R10: a private declarant is not named",
        "notice",
        "遗失",
        {"subject": "身份证", "declarant": "秦可心"},
        {"declarant": "个人", "kind": "lost_document"},
    ),
    (
        "R10: an organization that declares is named",
        "notice",
        "公章",
        {"subject": "公章", "declarant": "柳塘市丰禾商行"},
        {"declarant": "柳塘市丰禾商行", "kind": "lost_seal"},
    ),
    (
        "a short form of a post is written out",
        "appointment",
        "主委",
        {"person": "顾长宁", "position": "主委", "organization": "柳塘市医学会", "unit": "心血管分会"},
        {"position": "主任委员", "organization": "柳塘市医学会", "unit": "心血管分会"},
    ),
    (
        "a professional title has no organization of its own",
        "appointment",
        "教授罗以宁",
        {"person": "罗以宁", "position": "教授"},
        {"organization": None},
    ),
    (
        "the title of a name is its position",
        "appointment",
        "教授罗以宁",
        {"person": "教授罗以宁"},
        {"person": "罗以宁", "position": "教授"},
    ),
    (
        "a project leaves out its owner and its closing word",
        "project",
        "门诊楼",
        {
            "name": "柳塘市第五医院门诊楼建设项目",
            "owner": "柳塘市第五医院",
            "investment": "2.3亿元",
            "beds": "800张",
        },
        {"name": "门诊楼", "owner": "柳塘市第五医院", "investment_cny": 230000000, "beds": 800},
    ),
    (
        "an interval becomes two dates of an event",
        "event",
        "论坛",
        {"name": "胸痛救治论坛", "date": "2022年6月8日至9日"},
        {"date": "2022-06-08", "date_end": "2022-06-09", "kind": "meeting"},
    ),
    (
        "participants lose their titles",
        "event",
        "论坛",
        {"name": "胸痛救治论坛", "participants": ["罗以宁教授", "柳塘市第五医院"]},
        {"participants": ("罗以宁", "柳塘市第五医院")},
    ),
    (
        "the parties of an arrangement have their full names",
        "partnership",
        "签订",
        {"parties": ["该院", "云岭县中医院"], "form": "签订协议"},
        {"parties": ("柳塘市第五医院", "云岭县中医院"), "form": "agreement", "status": "active"},
    ),
]
MORE = (
    "82岁的庄大爷康复出院。柳塘市医学会心血管分会主委顾长宁说。教授罗以宁也来了。\n\n"
    "柳塘市第五医院门诊楼建设项目总投资2.3亿元，设床位800张。2022年6月8日至9日，胸痛救治论坛举行，罗以宁教授和柳塘市第五医院参加。"
    "该院与云岭县中医院签订协议。\n\n秦可心遗失身份证，声明作废。\n柳塘市丰禾商行遗失公章，声明作废。"
)


@pytest.mark.parametrize(
    ("kind", "cited", "copied", "values"), [row[1:] for row in RULES], ids=[row[0] for row in RULES]
)
def test_copies_become_values_by_rule(
    kind: str, cited: str, copied: dict[str, Any], values: dict[str, Any]
) -> None:
    """Names, dates and numbers follow the record guide."""
    candidate = grounded(STORY + "\n\n" + MORE, kind, cited, **copied)
    assert {name: candidate.values[name] for name in values} == values
    assert candidate.reasons == ()


PIECES = [
    *STORY,
    *MORE,
    "",
    "石一鸣",
    "无",
    "2021年",
    "3000至3500例",
    "该院",
    "医院",
    "\u3000",
    '"',
    "〇",
    "李四",
    "1",
]


READ = [document(text) for text in (STORY + "\n\n" + MORE, WRAPPED, TRADITIONAL, WIDE, DOUBLED)]
READINGS = [Reading.of(each) for each in READ]


@st.composite
def copies(draw: st.DrawFn, sentences: tuple[Sentence, ...]) -> str:
    """A true copy of a part of a sentence, or something else."""
    other: str | None = draw(st.none() | st.sampled_from(PIECES))
    if other is not None:
        return other
    text: str = draw(st.sampled_from(sentences)).text
    start: int = draw(st.integers(0, len(text) - 1))
    length: int = draw(st.integers(1, 12))
    return text[start : start + length]


@given(
    data=st.data(), kind=st.sampled_from(sorted(set(ASKED) - {"article"})), at=st.integers(0, len(READ) - 1)
)
def test_any_answer_becomes_a_grounded_record_or_a_reason(data: st.DataObject, kind: str, at: int) -> None:
    """Whatever is copied, there is a record whose spans lie in its evidence, or a rejection with reasons."""
    sentences = READ[at].sentences[:20]
    cited = data.draw(st.lists(st.integers(1, len(sentences)), min_size=1, max_size=MAX_CITED))
    near = tuple(sentences[number - 1] for number in cited)
    copied = {
        name: data.draw(copies(near) if info.annotation is str else st.lists(copies(near), max_size=2))
        for name, info in ASKED[kind].model_fields.items()
        if name != "sentences"
    }
    result = check(ground(kind, fact(kind, tuple(cited), **copied), sentences, READINGS[at], 1))
    assert all(each.text == READ[at].public[each.start : each.end] for each in result.evidence)
    if isinstance(result, Rejected):
        assert result.reasons
        return
    for one in result.checks:
        if one.start is not None and one.end is not None:
            assert any(each.start <= one.start < one.end <= each.end for each in result.evidence)


def test_a_private_declarant_is_not_named_where_the_notice_is_rejected() -> None:
    """R10 holds for what is kept apart too: the name of a private person is not among the copied values."""
    found = grounded("声明\n秦可心遗失收据一张，声明作废。", "notice", "遗失", declarant="秦可心")
    assert found.copied["declarant"] == "个人"
    assert "秦可心" not in str(found.values)


def test_a_verb_is_completed_to_the_name_of_a_happening() -> None:
    """What was visited, or what was founded, goes with a verb that was copied alone; the founded body is no organizer."""
    visit = grounded("代表团在省城中医研究所参观。", "event", "代表团", name="参观", place="省城中医研究所")
    assert visit.values["name"] == "参观省城中医研究所"
    founded = grounded(
        "5月，岚溪县胸痛联盟成立。", "event", "联盟", name="成立", organizers=("岚溪县胸痛联盟",)
    )
    assert (founded.values["name"], founded.values["organizers"]) == ("岚溪县胸痛联盟成立", ())


def test_a_happenings_name_begins_behind_its_verb() -> None:
    """Words between «开展» and what was copied belong to the name."""
    found = grounded("医院开展了廉洁家风宣讲活动。", "event", "宣讲", name="宣讲活动")
    assert found.values["name"] == "廉洁家风宣讲活动"


def test_whoever_a_happenings_sentence_tells_of_takes_part() -> None:
    """Persons whose posts are told there join those that the model copied, once each, in the text's order."""
    read = document("院长石一鸣、书记庄可久出席卒中论坛。院长顾长宁在家。")
    told = fact("event", name="卒中论坛", participants=["庄可久"])
    people = Reading.of(read, ["石一鸣", "庄可久", "顾长宁"])
    assert ground("event", told, read.sentences, people, 1).values["participants"] == ("庄可久", "石一鸣")
