"""Anything at all, to every part that reads what others wrote: a value or an error of ours, never a crash.

In their long form (``make chaos``) these tests together try more than a million inputs, and ``make fuzz`` draws the inputs of
the same properties by the code that they reach (tests/fuzz.py). An input that once broke something stands in ``BROKE``, over
its property as an ``@example``, or beside the tests of its part.
"""

import json
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instructor.core.exceptions import ResponseParsingError
from openai.types.chat import ChatCompletion
from pydantic import ValidationError

from pipeline.document import Source, chunk, prepare, read
from pipeline.document.inputs.process import answer
from pipeline.document.layout import lay_out
from pipeline.document.normalise import normalise, script_of
from pipeline.document.redact import find_private, hide
from pipeline.document.segment import cut
from pipeline.errors import AnswerError, DocumentError
from pipeline.model.replies import checked
from pipeline.records.dates import DateContext, dates_in
from pipeline.records.numbers import (
    numbers_in,
    parse_area,
    parse_count,
    parse_money,
    parse_quantity,
    quantities_in,
)
from prompts.asked import ASKED, answer_model
from tests.chaos import long
from tests.document.inputs.test_inputs_files import made_pdf
from tests.document.inputs.test_inputs_word import article, saved
from tests.document.inputs.web_pages import PAGES as WEB_PAGES

INPUTS: Final = {
    "reader": 100_000,
    "lines of JSON": 60_000,
    "layout": 60_000,
    "document": 60_000,
    "redaction": 220_000,
    "segmenter": 150_000,
    "normalising": 60_000,
    "numbers": 150_000,
    "dates": 60_000,
    "answers": 100_000,
    "completions": 50_000,
    "web pages": 20_000,
    "word files": 20_000,
    "pdf pages": 20_000,
}
"""Inputs of the long form, by what reads them."""


FUZZED: Final[dict[str, Any]] = {}
"""The properties, by what they try; of each, hypothesis makes a function of bytes (``hypothesis.fuzz_one_input``)."""

Property = Callable[..., None]


def fuzzed(part: str, *drawn: st.SearchStrategy[Any]) -> Callable[[Property], Property]:
    """Few inputs every day, very many in the long form, and as many as one likes by tests/fuzz.py."""

    def decorate(test: Property) -> Property:
        limit = settings(
            max_examples=long(30, INPUTS[part]), deadline=None, suppress_health_check=list(HealthCheck)
        )
        FUZZED[part] = limit(given(*drawn)(test))
        return FUZZED[part]  # type: ignore[no-any-return]

    return decorate


PRINT = (
    "市人民医院获批国家级胸痛中心患者患者，。！？；：、“”‘’《》（）()…—·.[]【】「」『』\"' \u3000\t\n\r-*#>|"
)
FIGURES = (
    "0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万亿两半廿卅.,，．%％‰多余近约超第至到-–~～—"
)
WHEN = "年月日号时点前后上下中旬初末底今去明当同次本季度至到自起止昨以来届春夏秋冬节./-－（）、"
CUES = "身份证号码：电话收据合同编号联系人遗失声明作废公章张元人例X×+（"
WORDS = """
身份证号： 公民身份号码 电话：0571- 联系人：张 手机 138 收据号码 合同编号： 卡号6222 编号为 遗失声明 特此公告 声明作废 不慎遗失 【公告】
（记者 通讯员 图/ 本报讯 责编： □ 一、 （二） 1. ① 第三章 《办法》 “ ” ……—— 。” ！？ 2021年 12月 30日 今年1至3月 去年同期 上半年
次日 日前 2020-2021年 1.5亿元 三百二十余万元 约30% 12.3万平方米 两千 零五 第1名 万 人次 市人民医院 市中医院 王某 欧阳 院长 主任医师
患者 https://a.cn/ <|im_end|> {"a": 某省 醫院 遺失聲明 \u202a \ufeff é 𠮷 ＡＢ １２３ ٣ ²
"""
"""What a page is made of: words that mean something to one of the parts, and characters that are seldom seen."""
PIECES = st.sampled_from([*WORDS.split(), " ", "\u3000\u3000", "\n", "\n\n", "，", "。"])
PAGES = st.lists(PIECES | st.text(FIGURES, max_size=20), max_size=25).map("".join)
ANY = st.text(max_size=60)
TEXTS = st.one_of(
    PAGES,
    ANY,
    st.text(PRINT, max_size=200),
    st.text(PRINT + FIGURES + WHEN + CUES, max_size=120),
    st.text(st.characters(categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Nd", "Lo")), max_size=60),
)
NUMBERS = st.text(FIGURES + "人次例张元万㎡平方米亩床", max_size=30) | PAGES
DATES = st.text(FIGURES + WHEN, max_size=30) | PAGES

BROKE: Final = {
    "a number of 7,000 digits": "9" * 7000,
    "a numeral of only units": "万亿" * 50,
    "brackets that never close": "（" * 3000,
    "digits in every script": "١٢٣４５６७८९" * 20,
    "line ends of all kinds": "医\r\x0b\x0c\x1c\x85\u2028\u2029\n院",
}
"""What is longer or odder than an example comes to be by itself."""


def made(text: str) -> Source:
    """A made-up source."""
    return Source("made.txt", "made.txt", text, "utf-8", "", {})


BYTES = st.binary(max_size=200) | st.builds(
    lambda text, codec: text.encode(codec, "replace"),
    TEXTS,
    st.sampled_from(["utf-8", "gb18030", "utf-16", "big5"]),
)


@fuzzed("reader", BYTES)
def test_any_bytes_are_documents_or_refused(data: bytes) -> None:
    """Standard input of any bytes is read or refused with a next step; what is read can be named and written."""
    for one in read(["-"], BytesIO(data)):
        if isinstance(one, DocumentError):
            assert one.next_step and one.message.encode()
        else:
            assert one.document.encode() and len(one.text) <= len(data)


WEB_PAGE: Final = WEB_PAGES["news_site"].data
WORD_FILE: Final = saved(article())
PDF_PAGE: Final = made_pdf(b"BT /F 9 Tf 10 10 Td (a line of more than twenty characters) Tj ET\n")
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), st.binary(max_size=4)), max_size=4)


def damaged(data: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    """A file in which at some places some bytes are gone and others are there; whole where there are no places."""
    for place, gone, new in damage:
        at = int(place * len(data))
        data = data[:at] + new + data[at + gone :]
    return data


def taken_apart(kind: str, data: bytes) -> None:
    """What the process that takes files apart answers: text, or a reason with a next step."""
    said = answer(kind, data, 10_000)
    assert said.keys() in ({"extracted"}, {"refused", "next_step"}) and all(said.values())
    if "extracted" in said:
        text = said["extracted"]["text"]
        assert text.strip() and text.encode("utf-8", "surrogatepass") and json.dumps(said)
        for page in said["extracted"]["pages"]:
            assert all(0 <= line["start"] < line["end"] <= len(text) for line in page["lines"])


@fuzzed("web pages", BYTES | DAMAGE.map(lambda damage: damaged(WEB_PAGE, damage)))
def test_any_web_page_is_a_text_or_refused(data: bytes) -> None:
    """Bytes of any kind, and a page that is damaged."""
    taken_apart("html", data)


@fuzzed("word files", BYTES | DAMAGE.map(lambda damage: damaged(WORD_FILE, damage)))
def test_any_word_file_is_a_text_or_refused(data: bytes) -> None:
    """Bytes of any kind, and a Word file that is damaged."""
    taken_apart("docx", data)


@fuzzed("pdf pages", BYTES | DAMAGE.map(lambda damage: damaged(PDF_PAGE, damage)))
def test_any_pdf_is_a_text_or_refused(data: bytes) -> None:
    """Bytes of any kind, and a PDF that is damaged."""
    taken_apart("pdf", data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "metadata"]) | ANY, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@fuzzed("lines of JSON", st.lists(JSON, min_size=1, max_size=3), st.booleans())
def test_any_lines_of_json_are_documents_or_refused(values: list[Any], ascii_only: bool) -> None:
    """Each line is a document or an error with its number; ids are unique."""
    lines = [json.dumps(value, ensure_ascii=ascii_only) for value in values]
    data = '{"id": "first", "text": "医"}\n' + "\n".join(lines)
    found = list(read(["-"], BytesIO(data.encode("utf-8", "surrogatepass"))))
    ids = [one.document for one in found if isinstance(one, Source)]
    assert len(set(ids)) == len(ids) and all(one.isprintable() for one in ids)


@fuzzed("layout", TEXTS)
def test_any_text_is_laid_out(text: str) -> None:
    """Each code point stands in one block at most."""
    places = [
        at for block in lay_out(text).blocks for at in block.text.origin if at >= 0 and not text[at].isspace()
    ]
    assert len(places) == len(set(places))


@fuzzed("document", TEXTS)
def test_any_text_is_a_document_or_refused(text: str) -> None:
    """All stages together: sentences in chunks, or one error that names the document."""
    try:
        document = prepare(made(text))
    except DocumentError as error:
        assert error.next_step
        return
    assert len(document.public) == len(text)
    chunks = chunk(document, sentences=3, characters=200, context=1)
    assert sum(len(each.sentences) for each in chunks) == len(document.sentences)
    DateContext.of(document.sentences)


@fuzzed("redaction", TEXTS)
def test_any_text_is_masked_at_its_own_length(text: str) -> None:
    """Spans rise and lie inside, and digits and letters in them are all that masking changes."""
    spans = find_private(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    hidden = hide(text)
    changed = [at for at, (was, now) in enumerate(zip(text, hidden, strict=True)) if was != now]
    assert all(hidden[at] == "*" and text[at].isalnum() for at in changed)
    assert all(any(start <= at < end for start, end in spans) for at in changed)


@fuzzed("segmenter", TEXTS)
def test_any_text_is_cut_without_a_loss(text: str) -> None:
    """The sentences put together are the text; none is empty."""
    sentences = cut(text)
    assert "".join(sentences) == text and all(sentences)


@fuzzed("normalising", TEXTS)
def test_any_text_keeps_its_length_when_it_is_normalised(text: str) -> None:
    """Folding and simplification replace one for one; the script is one of two."""
    assert len(normalise(text)) == len(text)
    assert script_of(text) in ("hans", "hant")


@fuzzed("numbers", NUMBERS)
def test_any_number_is_read_or_not(text: str) -> None:
    """Every parser gives a value or nothing; values are finite."""
    parse_area(text)
    for value in (parse_money(text), parse_count(text), *(one.value for one in quantities_in(text))):
        assert value is None or abs(value) < float("inf")
    parse_quantity(text)
    assert all(numbers_in(text))


@fuzzed("dates", DATES)
def test_any_date_is_read_or_not(text: str) -> None:
    """Dates stand where they are found."""
    for date in dates_in(text):
        assert 0 <= date.start < date.end <= len(text)


LABELS = st.sampled_from(["任职", "指标", "句", "人", "职务", "机构", "篇头", "各方", "数值"])
REPLY = st.recursive(
    st.none() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LABELS | ANY, inner, max_size=4),
    max_leaves=10,
)
KINDS = ("appointment", "metric")


@fuzzed("answers", REPLY.map(lambda value: json.dumps(value, ensure_ascii=False)) | TEXTS, st.integers(0, 30))
def test_any_reply_is_an_answer_or_no_answer(text: str, cut_off: int) -> None:
    """JSON of any shape, whole or cut off, and prose: a checked answer, or the error that leads to a re-ask."""
    for said in (text, text[: -cut_off or None]):
        try:
            answer = answer_model(KINDS, 3).model_validate_json(said.encode("utf-8", "replace"), strict=True)
        except ValidationError:
            continue
        assert all(kind in KINDS and max(fact.sentences) <= 3 for kind, fact in answer.facts())


@fuzzed(
    "completions",
    st.dictionaries(st.sampled_from(["id", "choices", "usage", "model", "object"]), JSON, max_size=5),
    JSON,
    JSON,
)
def test_any_completion_is_one_or_none(values: dict[str, Any], message: Any, content: Any) -> None:
    """What a server sends in place of a completion is told from one."""
    shapes = [
        values,
        {**values, "choices": [{"message": message}]},
        {**values, "choices": [{"message": {"content": content}}]},
    ]
    for shape in (message, *(ChatCompletion.model_construct(None, **each) for each in shapes)):
        try:
            assert isinstance(checked(shape), ChatCompletion)
        except (ResponseParsingError, AnswerError):
            continue


def test_the_long_form_tries_a_million_inputs() -> None:
    """The parts' inputs add up, and each part has its property above."""
    assert sum(INPUTS.values()) >= 1_000_000 and FUZZED.keys() == INPUTS.keys()


@pytest.mark.parametrize("part", FUZZED)
def test_bytes_are_inputs_of_a_property(part: str) -> None:
    """What draws inputs by coverage can hand its bytes to each of them: enough bytes are an input, none are none."""
    one = FUZZED[part].hypothesis.fuzz_one_input
    assert one(bytes(range(1, 256)) * 8) is not None and one(b"") is None


@pytest.mark.parametrize("text", BROKE.values(), ids=BROKE)
def test_what_is_longer_or_odder_than_any_example(text: str) -> None:
    """Every part above, on inputs that examples do not reach."""
    document = prepare(made(f"医{text}"))
    assert "".join(cut(text)) == text and len(hide(text)) == len(normalise(text)) == len(text)
    for parse in (parse_area, parse_money, parse_count, parse_quantity, quantities_in, numbers_in, dates_in):
        parse(text)
    assert document.sentences and set(ASKED) > set(KINDS)
