"""What holds for every document: nothing lost, everything mapped back; tests/private has what is masked."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, Source, chunk, prepare
from pipeline.document.normalise import normalise
from pipeline.document.text import INVISIBLE
from pipeline.errors import DocumentError

CHINESE = "市人民医院心脏中心获批国家级胸痛中心患者医師國際醫療衛生"
MARKS = "，。！？；：、“”‘’《》（）…—·"
OTHERS = 'aB9０Ｘ%％,:;!?()."#>*-+ \u3000\t\u00a0\ufeff\u200b\u202e𠮷😀⼀豈'
PIECES = st.one_of(
    st.text(CHINESE + MARKS, max_size=30),
    st.text(CHINESE + MARKS + OTHERS, max_size=12),
    st.text(CHINESE + MARKS, min_size=1, max_size=15).map(lambda run: run + run),
    st.sampled_from(
        ["\n", "\n\n", "\r\n", "\r", "\n　　", "\n# ", "\n- ", "声明\n", "\n\n遗失收据，声明作废。\n\n", "**"]
    ),
    st.text(CHINESE, min_size=18, max_size=20).map(lambda line: line + "\n"),
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
PROPERTY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def source(text: str) -> Source:
    return Source("made.txt", "made.txt", text, "utf-8", "", {})


def prepared(text: str) -> Document:
    return prepare(source("医" + text))


def same(shown: str, written: str) -> bool:
    """``shown`` stands for ``written``: itself, its folded form, or the other width of a stop."""
    widths = (written, chr((ord(written) + 0xFEE0) % 0x110000), chr((ord(written) - 0xFEE0) % 0x110000))
    return shown in widths or normalise(written) == shown


@PROPERTY
@given(TEXTS)
def test_every_visible_code_point_is_in_one_sentence_or_left_out_with_a_reason(text: str) -> None:
    """Sentences and left-out spans share the visible text among them, each code point once."""
    document = prepared(text)
    times = [0] * len(document.source.text)
    for sentence in document.sentences:
        for character, offset in zip(sentence.text, sentence.origin, strict=True):
            times[offset] += not character.isspace()
    for span, reason in document.dropped:
        assert reason
        for offset in range(span.start, span.end):
            times[offset] += 1
    expected = [not re.match(rf"[\s{INVISIBLE}]", character) for character in document.source.text]
    unseen = {
        at for at, character in enumerate(document.source.text) if re.match(f"[{INVISIBLE}]", character)
    }
    assert [at for at in range(len(times)) if times[at] != expected[at] and at not in unseen] == []


@PROPERTY
@given(TEXTS)
def test_every_character_of_a_sentence_is_the_folded_form_of_its_source(text: str) -> None:
    """What a sentence shows stands in the file at its origin, but for the declared folding."""
    document = prepared(text)
    for sentence in document.sentences:
        for shown, offset in zip(sentence.text, sentence.origin, strict=True):
            masked = shown == "*" and document.public[offset] == "*"
            assert masked or same(shown, document.source.text[offset])


@PROPERTY
@given(TEXTS)
def test_pieces_hold_a_sentence_and_nothing_of_another(text: str) -> None:
    """The pieces cover the sentence's origin; what lies in their gaps belongs to no sentence."""
    document = prepared(text)
    owner = {offset: sentence.number for sentence in document.sentences for offset in sentence.origin}
    for sentence in document.sentences:
        inside = {offset for piece in sentence.pieces for offset in range(piece.start, piece.end)}
        assert set(sentence.origin) <= inside
        strangers = {offset for offset in inside - set(sentence.origin) if offset in owner}
        assert all(document.source.text[offset].isspace() for offset in strangers)


@PROPERTY
@given(TEXTS)
def test_masking_changes_no_length_and_nothing_but_digits_and_letters(text: str) -> None:
    """The public form differs from the file only where a digit or letter became an asterisk."""
    document = prepared(text)
    pairs = list(zip(document.public, document.source.text, strict=True))
    changed = [(shown, written) for shown, written in pairs if shown != written]
    assert len(changed) == document.masked
    assert all(shown == "*" and written.isalnum() for shown, written in changed)


@PROPERTY
@given(TEXTS)
def test_sentences_are_numbered_in_order_and_none_is_blank(text: str) -> None:
    """Numbers run from one, blocks never go back, and each sentence shows something."""
    sentences = prepared(text).sentences
    assert [sentence.number for sentence in sentences] == list(range(1, len(sentences) + 1))
    assert [sentence.block for sentence in sentences] == sorted(sentence.block for sentence in sentences)
    assert all(sentence.text.strip() for sentence in sentences)


@PROPERTY
@given(TEXTS, st.integers(1, 6), st.integers(1, 200), st.integers(0, 3))
def test_chunks_hold_every_sentence_once_and_keep_the_limits(
    text: str, sentences: int, characters: int, context: int
) -> None:
    """Chunks are the document again; none mixes sections or passes a limit, but for one long sentence."""
    document = prepared(text)
    chunks = chunk(document, sentences=sentences, characters=characters, context=context)
    assert [s for each in chunks for s in each.sentences] == list(document.sentences)
    assert [each.number for each in chunks] == list(range(1, len(chunks) + 1))
    for each in chunks:
        assert {s.section for s in (*each.sentences, *each.context)} == {each.section}
        assert len(each.sentences) <= sentences and len(each.context) <= context
        assert len(each.sentences) == 1 or sum(len(s.text) for s in each.sentences) <= characters
        first = each.sentences[0].number
        assert [s.number for s in each.context] == list(range(first - len(each.context), first))


def test_a_number_that_only_layout_reads_right_is_masked_in_both_copies() -> None:
    """A doubled caption hides a phone number in one long run of digits; neither copy of it is published."""
    phone = "13912345678"
    document = prepared(f"\n\n联系联系{phone}{phone}中心中心\n\n院内。")
    assert phone[:4] not in document.public
    assert "联系***********中心" in [sentence.text for sentence in document.sentences]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("\ufeff \r\n\u3000", "empty"),
        ("No Chinese here.", "no Chinese"),
        ("医" * 2_000_001, "more than 2,000,000"),
        ("医\ud800", "surrogates"),
    ],
    ids=["empty", "white space only", "without Chinese", "too long", "half a character"],
)
def test_a_text_that_is_no_article_is_refused_with_its_name_and_a_next_step(text: str, reason: str) -> None:
    """Refusals name the document and say what to do."""
    with pytest.raises(DocumentError, match=reason) as caught:
        prepare(source(text))
    assert str(caught.value).startswith("made.txt: ") and caught.value.next_step


@pytest.mark.parametrize(
    ("text", "script"),
    [("國家級醫療中心", "hant"), ("国家级医疗中心", "hans"), ("于右任医院", "hans")],
    ids=["traditional", "simplified", "characters of both"],
)
def test_the_script_is_told_by_what_simplification_changes(text: str, script: str) -> None:
    """Traditional text has many characters that simplification changes."""
    assert prepare(source(text)).script == script


def test_a_sentence_broken_over_lines_is_one_piece_of_the_source() -> None:
    """The line end inside a joined sentence is bridged, as no sentence owns it."""
    lines = ["全市首家国家级胸痛中心在市", "人民医院建成并投入使用，为", "患者服务。"]
    document = prepare(source("\r\n".join(lines)))
    (sentence,) = document.sentences
    assert sentence.text == "".join(lines)
    assert [(piece.start, piece.end) for piece in sentence.pieces] == [(0, len("\r\n".join(lines)))]


def test_a_long_single_line_is_read_in_linear_time() -> None:
    """Two hundred thousand characters without a line end become sentences of at most three hundred."""
    document = prepare(source("全市医院开展义诊，患者受益" * 16_000))
    assert max(len(sentence.text) for sentence in document.sentences) <= 300
    assert sum(len(sentence.text) for sentence in document.sentences) == 16_000 * 13
