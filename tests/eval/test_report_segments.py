"""The article cut for its page: nothing lost, every place known."""

from hypothesis import given
from hypothesis import strategies as st

from eval.report_records import Item, Outcome, Side
from eval.report_segments import cut

TEXT = "0123456789"

spans = st.lists(
    st.tuples(st.integers(0, 10), st.integers(0, 10)).filter(lambda span: span[0] < span[1]).map(tuple),
    max_size=3,
).map(tuple)
placed = st.lists(st.dictionaries(st.sampled_from(list(Side)), spans, min_size=1), max_size=4)


@given(placed)
def test_the_segments_are_the_article(given_spans: list[dict[Side, tuple[tuple[int, int], ...]]]) -> None:
    """Put together they are the text, and over each lies exactly the evidence that lies there."""
    items = [
        Item("event", (Outcome.RIGHT,), (), (), found, number) for number, found in enumerate(given_spans, 1)
    ]
    at = 0
    for segment in cut(TEXT, items):
        assert segment.text == TEXT[at : at + len(segment.text)]
        for here in range(at, at + len(segment.text)):
            expected = {
                side: tuple(
                    item.number
                    for item in items
                    if any(start <= here < end for start, end in item.spans.get(side, ()))
                )
                for side in Side
            }
            assert segment.numbers == {side: numbers for side, numbers in expected.items() if numbers}
        at += len(segment.text)
    assert at == len(TEXT)


def test_an_empty_article_has_no_segments() -> None:
    """Nothing is cut out of nothing."""
    assert not list(cut("", ()))
