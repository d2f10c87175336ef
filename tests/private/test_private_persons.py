"""Private persons in a page's notices: their names stay out of what is written, their organizations stay in."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, Source, prepare
from pipeline.document.normalise import normalise
from pipeline.document.persons import persons
from pipeline.document.text import Block, MappedText
from pipeline.records.draft import Reading
from pipeline.records.ground import ground
from pipeline.records.header import article
from pipeline.surnames import COMPOUND, SURNAMES
from prompts.asked import AskedArticle, AskedNotice
from tests.chaos import long

NOTICES = (
    "{}（身份证号码：******************）遗失与云岭某某公司签订的购房合同，声明作废。",
    "云岭丰禾置业有限公司，法人：{}（ 身 份 证 号 ：******************），公章不慎丢失，声明作废。",
    "公章丢失，声明作废。声明人：{}日期：2021年12月30日",
    "{}自愿购买云上家园的房产，将收据丢失，声明作废。",
    "{}不慎遗失购房发票一张，声明作废。",
    "本人{}遗失住院收费票据一张，声明作废。",
    "{}、{}因个人原因遗失收据，声明作废。",
    "{}遺失出生醫學證明一張，聲明作廢。",
    "云岭县居民{}遗失户口簿，声明作废。",
    "新生儿姓名：{}，母亲姓名：{}，出生医学证明遗失，声明作废。",
    "{}《护士执业证书》遗失，声明作废。",
)
"""What such notices say; a pair of braces stands for a name."""
BODIES = (
    "栾溪区恒达建筑劳务有限公司不慎遗失公章一枚，特此声明作废。",
    "云岭县中医院遗失财务章一枚，声明作废。",
    "柳塘市丰禾商行遗失公章，声明作废。",
    "高平商行遗失合同专用章，声明作废。",
    "法人公章、财务章不慎丢失，声明作废。",
    "金山区第一中学遗失食堂经营许可证，声明作废。",
)
GIVEN = "海溪岭松竹兰梅晓雨晴峰磊静敏"
PRINTED = sorted(SURNAMES - {"於"})
"""Surnames that stay as they are where text is simplified."""
NAMES = st.one_of(
    st.builds("".join, st.tuples(st.sampled_from(PRINTED), st.text(GIVEN, min_size=1, max_size=2))),
    st.builds("".join, st.tuples(st.sampled_from(COMPOUND), st.text(GIVEN, min_size=1, max_size=2))),
)


def prepared(notice: str) -> Document:
    """A page with an article and a notice."""
    text = f"云岭县中医院启用新楼。\n\n遗失声明\n{notice}\n"
    return prepare(Source("made.txt", "made.txt", text, "utf-8", "", {}))


@settings(max_examples=long(60, 5_000))
@given(st.sampled_from(NOTICES), NAMES)
@example(NOTICES[0], "和兰")
@example(NOTICES[6], "高和溪")
def test_a_private_person_is_not_named_in_what_is_written(notice: str, name: str) -> None:
    """The published text has asterisks for the name, the sentences that are asked about are as printed."""
    text = notice.replace("{}", name)
    document = prepared(text)
    assert name not in document.public
    assert len(document.public) == len(document.source.text)
    assert name in "".join(sentence.text for sentence in document.sentences)


@pytest.mark.parametrize("notice", BODIES)
def test_an_organization_keeps_its_name(notice: str) -> None:
    """A firm, a hospital or a school that lost something is named as printed."""
    assert prepared(notice).public.endswith(f"{notice}\n")


def test_names_are_looked_for_in_notices_alone() -> None:
    """The same words in an article name somebody who is in the news."""
    text = MappedText.from_source("罗大溪自愿购买云上家园的房产。")
    assert persons([Block(text, "notice", False)]) == {"罗大溪": {0, 1, 2}}
    assert persons([Block(text, "article", False)]) == {}


def test_a_record_of_a_notice_names_no_private_person() -> None:
    """Whatever the model copies, no value, no reason and no evidence of a notice has the name."""
    document = prepared(NOTICES[0].replace("{}", "罗小溪"))
    number = next(one.number for one in document.sentences if "罗小溪" in one.text)
    for declarant in ("罗小溪", "声明人罗小溪", "罗小溪之妻"):
        fact = AskedNotice.model_validate(
            {"句": [1], "物品": "罗小溪的购房合同", "声明人": declarant, "时间": "罗小溪"}
        )
        candidate = ground("notice", fact, document.sentences[number - 1 : number], Reading.of(document), 1)
        told = repr(
            (candidate.values, candidate.copied, candidate.reasons, candidate.dropped, candidate.evidence)
        )
        assert "罗小溪" not in told and "合同" in told


@pytest.mark.parametrize("name", ["罗小溪", "羅 曉溪"])
def test_a_pages_metadata_names_no_private_person(name: str) -> None:
    """A notice's page is titled with its person's name, in either script: no line about the page has it."""
    title = f"{name}遗失身份证声明"
    metadata = {"title": title, "author": name, "description": f"声明人：{name}"}
    text = f"{title}\n\n声明人：{name}，不慎遗失居民身份证，声明作废。\n"
    read = prepare(Source("made.html", "made.html", text, "utf-8", "", metadata, whole=True))
    for titled in (True, False):
        of = replace(read, metadata=read.metadata if titled else {})
        fact = AskedArticle.model_validate(
            {
                "句": [1],
                "标题": read.sentences[0].text,
                "副标题": "",
                "作者": [normalise(name)],
                "摄影": [],
                "报刊": "",
                "时间": "",
            }
        )
        header = ground("article", fact, of.sentences, Reading.of(of), 0)
        told = repr((article(of, Reading.of(of).names, [header], []), of.metadata, header.copied))
        assert not any(form in told for form in (name, name.replace(" ", ""), "罗晓溪"))
        assert "遗失身份证声明" in told
