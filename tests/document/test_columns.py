"""Columns that a file holds row by row are read column by column; a page in order is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import prepare
from pipeline.document.chains import links
from pipeline.document.columns import reordered
from pipeline.document.lines import read_lines
from pipeline.document.seams import Seams, closes, marks
from pipeline.document.text import Document, Source
from pipeline.lexicon import LONGEST_PHRASE, lexicon, phrases
from tests.document.made_columns import PARAGRAPHS, following, ordinary, page


def prepared(text: str) -> Document:
    return prepare(Source("made.txt", "made.txt", text, "utf-8", "", {}))


def read(document: Document) -> str:
    return "".join(sentence.text for sentence in document.sentences)


@pytest.mark.parametrize("between", [" ", "\n"], ids=["a row is a line", "a fragment is a line"])
@pytest.mark.parametrize(("columns", "width"), [(2, 18), (3, 14), (4, 13), (5, 15)])
def test_interleaved_columns_are_read_one_after_the_other(columns: int, width: int, between: str) -> None:
    """At least three quarters of the torn lines are followed by their own continuation again."""
    made = page(columns, width, seed=columns, between=between)
    assert following(made.lines, made.text) == 0
    assert following(made.lines, read(prepared(made.text))) >= 0.75


@settings(max_examples=15)
@given(st.integers(11, 26), st.integers(0, 10_000))
def test_a_page_of_one_column_is_not_touched(width: int, seed: int) -> None:
    """Lines in the order of the file come out as they went in, whatever their width."""
    lines, _ = read_lines(ordinary(width, seed))
    assert reordered(lines) == lines


@settings(max_examples=10)
@given(st.integers(2, 5), st.integers(12, 17), st.integers(0, 10_000))
def test_no_character_is_lost_or_doubled_by_the_repair(columns: int, width: int, seed: int) -> None:
    """Every visible code point of an interleaved page is in the sentences once, mapped to its place."""
    text = page(columns, width, seed).text
    origin = [
        offset
        for sentence in prepared(text).sentences
        for shown, offset in zip(sentence.text, sentence.origin, strict=True)
        if not shown.isspace()
    ]
    assert sorted(origin) == [at for at, character in enumerate(text) if not character.isspace()]


def test_a_doubtful_seam_marks_its_sentence() -> None:
    """Where a line was lost, what is put in its place is marked; sure sentences are not."""
    made = page(4, 13, seed=3)
    torn = made.text.replace(made.lines[5] + " ", "", 1).replace(made.lines[9] + " ", "", 1)
    doubtful = [sentence.doubtful for sentence in prepared(torn).sentences]
    assert any(doubtful)
    assert not all(doubtful)


def test_lists_and_tables_are_not_columns() -> None:
    """Short entries side by side, or lines that each say one thing, stay as they are."""
    names = "\n".join("内科门诊 外科门诊 儿科门诊 妇科门诊" for _ in range(12))
    entries = "\n".join(f"联系电话：八八{at}号窗口 办公地址：门诊楼{at}层东侧大厅" for at in range(12))
    for text in (names, entries):
        lines, _ = read_lines(text)
        assert reordered(lines) == lines


def test_a_file_far_longer_than_a_page_is_left_as_it_is() -> None:
    """The work is bounded: with more fragments than any page has, nothing is tried."""
    lines, _ = read_lines("\n".join(page(4, 13, seed).text for seed in range(60)))
    assert reordered(lines) == lines


def test_headings_bound_the_columns() -> None:
    """Columns under one heading take nothing from those under another."""
    first, second = page(3, 14, 1), page(4, 13, 2)
    text = read(prepared(f"# 第一版\n{first.text}\n# 第二版\n{second.text}"))
    middle = text.index("第二版")
    assert following(first.lines, text[:middle]) >= 0.75
    assert following(second.lines, text[middle:]) >= 0.75


def test_columns_that_touch_are_cut_apart() -> None:
    """Two fragments without a blank between them are told apart by their width."""
    made = page(4, 13, seed=4)
    at = made.text.index(" ", len(made.text) // 2)
    glued = made.text[:at] + made.text[at + 1 :]
    assert following(made.lines, read(prepared(glued))) >= 0.75


SEAMS = {
    "a word across the seam": ("全院开展了健康宣", "教活动，受到欢迎", "护士为患者送药"),
    "a number and what it counts": ("去年共完成手术300", "余例，无一差错", "医院环境优美"),
    "a year": ("医院始建于1952", "年，是一所综合医院", "人参加了活动"),
    "an open bracket": ("医院（原县卫生", "所）开设了门诊", "患者表示感谢"),
    "no stop at the beginning": ("专家每周都下乡", "为村民看病", "，并且带来药品"),
}


@pytest.mark.parametrize(("start", "right", "wrong"), SEAMS.values(), ids=SEAMS)
def test_a_seam_is_scored_by_what_stands_on_both_sides(start: str, right: str, wrong: str) -> None:
    """The true continuation scores higher than another fragment."""
    seams = Seams([start, right, wrong])
    assert seams.score(0, 1) > seams.score(0, 2) + 0.5


def test_links_form_chains_without_circles() -> None:
    """Two fragments that each seem to follow the other are linked one way only."""
    found = links([[0.0, 9.0], [9.0, 0.0]], [0, 0], [False, False])
    assert [(link.before, link.after) for link in found] == [(0, 1)]


def test_neighbours_carry_a_seam_that_says_nothing() -> None:
    """Where the lines beside it go on three places further, so does a line without a word at its seam."""
    size = 12
    scores = [[6.0 if to == at + 3 and at % 4 else 0.0 for to in range(size)] for at in range(size)]
    found = {link.before: link.after for link in links(scores, [0] * size, [False] * size)}
    assert found[4] == 7


@pytest.mark.parametrize(
    ("text", "opened", "closed"),
    [
        ("医院（原县", "（", ""),
        ("卫生所）", "", "（"),
        ('他说:"很好', "", ""),
        ('他说，"很好', '"', ""),
        ('很好"，他说', "", '"'),
        ("“好”（是", "（", ""),
    ],
)
def test_open_marks_are_what_a_fragment_leaves_open(text: str, opened: str, closed: str) -> None:
    """Quotes and brackets without a partner are found on either side."""
    found = marks(text)
    assert (found.opened.strip("?"), found.closed.strip("?")) == (opened, closed)


def test_a_sentence_closes_behind_its_quotes() -> None:
    """A stop counts with closing quotes behind it; a comma does not."""
    assert closes("太好了！”")
    assert not closes("太好了，")


def test_the_lexicon_knows_words_and_what_stands_beside_them() -> None:
    """A number likes a measure word behind it, a comma does not."""
    words = lexicon()
    assert words.log_share("医院") is not None
    assert words.log_share("院医护者") is None
    assert words.fit("3", "个") > words.fit("，", "个")


def test_what_the_genre_prints_speaks_for_a_seam() -> None:
    """A string that other sentences print whole is torn less likely than one that they do not."""
    known = phrases()
    assert "医院" in known and "人民医院" in known and "院民" not in known and "民院人医" not in known
    assert all(string[:length] in known for string in known.beginnings[::997] for length in (2, len(string)))
    assert max(map(len, known.beginnings)) == LONGEST_PHRASE
    seams = Seams(["他们在县人民医", "院里值班", "学家名下"])
    assert seams.score(0, 1) > seams.score(0, 2)


def test_the_made_paragraphs_are_prose() -> None:
    """What the pages are made of ends with a stop, or the share above would count paragraph ends."""
    assert all(paragraph.endswith("。") for paragraph in PARAGRAPHS)
