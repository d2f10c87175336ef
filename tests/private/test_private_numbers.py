"""Private numbers planted anywhere: none is read in what leaves the document stage, and figures stay."""

import json
import random
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, Source, prepare, read
from pipeline.document.normalise import normalise
from pipeline.document.redact import hide
from pipeline.document.text import INVISIBLE
from pipeline.extract import plan, question
from pipeline.profiles import PROFILES
from pipeline.run import SEEDS
from schemas import RECORD_TYPES
from tests.chaos import long
from tests.private.planted import BY_CUE, BY_FORM, KINDS, Planted, documents

WINDOW = 6
"""Digits in a row of a planted number that may nowhere be read."""
PROPERTY = settings(max_examples=long(150, 60_000), suppress_health_check=list(HealthCheck))


def prepared(text: str) -> Document:
    """A made-up document."""
    return prepare(Source("made.txt", "made.txt", text, "utf-8", "", {}))


def read_in(planted: Planted, text: str) -> list[str]:
    """What of a planted number can be read in a text: any six characters of it in a row."""
    squeezed = re.sub(rf"[\s\-{INVISIBLE}]", "", normalise(text))
    windows = {part[at : at + WINDOW] for part in planted.parts for at in range(len(part) - WINDOW + 1)}
    return [window for window in windows if window in squeezed]


@PROPERTY
@given(documents(BY_FORM))
def test_a_planted_number_never_leaves_the_document_stage(made: tuple[str, Planted]) -> None:
    """IDs, phones and cards in any form and place: neither the published text nor a sentence has six of its digits."""
    text, planted = made
    document = prepared(text)
    assert not read_in(planted, document.public)
    assert not read_in(planted, "".join(sentence.text for sentence in document.sentences))
    assert len(document.public) == len(text)


@PROPERTY
@given(documents(BY_CUE))
def test_the_number_of_a_certificate_never_leaves_the_document_stage(made: tuple[str, Planted]) -> None:
    """A number behind the word that announces it, in either script, word or number broken over a line."""
    text, planted = made
    document = prepared(text)
    assert not read_in(planted, document.public)
    assert not read_in(planted, "".join(sentence.text for sentence in document.sentences))


@settings(PROPERTY, max_examples=long(25, 5_000))
@given(documents())
def test_a_planted_number_is_in_no_question_and_no_grammar(made: tuple[str, Planted]) -> None:
    """What would be sent, in every profile, holds none of it."""
    text, planted = made
    document = prepared(text)
    for profile in PROFILES.values():
        for asking in plan(document, profile, tuple(RECORD_TYPES)):
            asked = question(asking, profile)
            assert not read_in(planted, json.dumps(asked.messages[-1], ensure_ascii=False))
            assert not read_in(planted, asked.grammar or "")


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_each_kind_are_drawn_and_masked(kind: str) -> None:
    """The kinds above are numbers: each is masked whole where it stands alone."""

    @settings(max_examples=20, database=None)
    @given(KINDS[kind])
    def alone(number: str) -> None:
        assert not re.search("[0-9]", hide(f"医院，{number}。"))

    alone()


# --- ordinary figures ---------------------------------------------------------------------------------------

FIGURES = (
    "投资{a}元", "总投资{a}万元", "共计{c}.{d2}元", "门诊量{a}人次", "手术{b}例", "占地{a}平方米", "床位{b}张", "服务居民{a}人",
    "合计{s}", "总计{s}。", "{y}年{m}月{d}日", "{y}-{m}-{d}", "{y}.{m}.{d}", "占{d2}.{d2}%", "P<0.0{d2}{d2}", "{y}-{y}年",
    "患者{b}名，年龄{d2}岁", "{d2}×{d2}×{d2}mm", "第{b}期", "文号〔{y}〕{b}号", "邮编{p}", "比上年增长{b}%", "样本{s}份", "编码段{a}",
    "经费{a}.{d2}万元", "日均{b}台次", "编制{b}个", "药品{a}种", "累计{l}元", "{b}米/{d2}分钟", "{y}年度{a}人", "电费{l}.{d2}元",
)  # fmt: skip


def figures(count: int) -> Iterator[str]:
    """Ordinary figures as articles print them: amounts, counts, dates, sums of eighteen digits."""
    draw = random.Random(20)
    for number in range(count):
        values = {
            "a": draw.randrange(1, 10 ** draw.randrange(2, 10)),
            "b": draw.randrange(1, 99999),
            "c": f"{draw.randrange(1, 10**9):,}",
            "d2": draw.randrange(10, 99),
            "s": draw.randrange(10**17, 10**18),
            "l": draw.randrange(10**10, 10**12),
            "y": draw.randrange(1950, 2030),
            "m": draw.randrange(1, 13),
            "d": draw.randrange(1, 29),
            "p": draw.randrange(10**5, 10**6),
        }
        yield FIGURES[number % len(FIGURES)].format_map(values)


def test_ordinary_figures_are_hardly_ever_masked(record_property: Callable[[str, object], None]) -> None:
    """Of generated amounts, counts, dates and sums less than one in a thousand loses a digit."""
    made = list(figures(long(6_000, 400_000)))
    masked = [
        text for text in made if hide(f"医院公布，{text}，市民关注。") != f"医院公布，{text}，市民关注。"
    ]
    record_property("masked", f"{len(masked)} of {len(made)}")
    assert len(masked) < len(made) / 1000, masked[:20]


def test_no_figure_with_a_unit_is_masked_in_the_bundled_articles() -> None:
    """Dates, counts, amounts, shares and areas of the five articles stand in the published text as printed."""
    found = masked = 0
    for source in read([str(SEEDS)]):
        assert isinstance(source, Source)
        public = hide(source.text)
        for match in re.finditer(
            r"[0-9０-９][0-9０-９.,，]*\s?(?=[%％年月日万亿元人例名个张台项家次岁平米])", source.text
        ):
            found += 1
            masked += public[match.start() : match.end()] != match[0]
    assert found > 100 and masked == 0


@given(st.text(max_size=200))
def test_masking_keeps_every_length_and_everything_but_digits_and_letters(text: str) -> None:
    """Whatever the text, each character stays or becomes an asterisk, and what is masked stays masked."""
    masked = hide(text)
    assert len(masked) == len(text)
    assert all(new == old or (new == "*" and (old.isalnum())) for new, old in zip(masked, text, strict=True))
